import DirDB
import DirDBDumpers

/// The files that a parameter file names.
enum ParameterReferences {
    /// What a named file is.
    enum Kind {
        case morphology
        case recordingSites
        case synapses
        case connections

        /// The sub-database that keeps such files.
        var folder: String {
            switch self {
            case .morphology: "morphology"
            case .recordingSites: "recsites_folder"
            case .synapses: "syn_folder"
            case .connections: "con_folder"
            }
        }

        /// What stands for a file in the database: morphologies and recording sites keep their names, the others are
        /// named by their content.
        func replacement(of file: ParameterFiles.FileContent) -> String {
            switch self {
            case .morphology, .recordingSites: "reldb://\(folder)/\(file.path.splitAtLastSlash().name)"
            case .synapses, .connections: "reldb://\(folder)/\(file.digest)"
            }
        }
    }

    /// A file that is named.
    struct Reference {
        let kind: Kind
        /// Where it is named, such as `network.VPM_C2.synapses.connectionFile`.
        let keyPath: String
        /// The path as it is written.
        let file: String

        /// The path of the file; one that is not absolute begins at the folder of the parameter file.
        func path(namedIn parameters: String) -> String {
            file.isAbsolutePath ? file : parameters.splitAtLastSlash().folder.appending(path: file)
        }
    }

    /// What stands in the place of a file.
    typealias Replacement = (Reference) throws(DirDBError) -> String

    /// Replaces all files that a parameter file names.
    /// - Throws: `.damagedData` when a file is not named that must be; what `replacement` throws.
    static func replace(
        in parameters: inout JSON, _ kind: ParameterFiles.DocumentKind, path: String,
        _ replacement: Replacement
    ) throws(DirDBError) {
        switch kind {
        case .neuron: try replaceInNeuron(&parameters, path: path, replacement)
        case .network: try replaceInNetwork(&parameters, path: path, replacement)
        }
    }

    /// Replaces `neuron.filename` and each of `sim.recordingSites`.
    /// - Throws: `.damagedData` when the morphology is not named; what `replacement` throws.
    private static func replaceInNeuron(
        _ parameters: inout JSON, path: String, _ replacement: Replacement
    ) throws(DirDBError) {
        guard let file = parameters["neuron"]["filename"].asString else {
            throw .missingKey(path, "neuron.filename", "the path of the morphology")
        }
        let morphology = Reference(kind: .morphology, keyPath: "neuron.filename", file: file)
        parameters["neuron"]["filename"] = .string(try replacement(morphology))

        // A neuron without recording sites has traces at the soma alone.
        if parameters["sim"]["recordingSites"] == .null { return }
        guard case .array(var sites) = parameters["sim"]["recordingSites"] else {
            throw .missingKey(path, "sim.recordingSites", "a list of paths")
        }
        for index in sites.indices {
            let keyPath = "sim.recordingSites[\(index)]"
            guard let file = sites[index].asString else { throw .missingKey(path, keyPath, "a path") }
            sites[index] = .string(
                try replacement(Reference(kind: .recordingSites, keyPath: keyPath, file: file)))
        }
        parameters["sim"]["recordingSites"] = .array(sites)
    }

    /// Replaces the two files of each cell type of `network` that has synapses; those of a type come one after the
    /// other, `distributionFile` first.
    /// - Throws: `.damagedData` when there is no network, or one of the two is not named; what `replacement` throws.
    private static func replaceInNetwork(
        _ parameters: inout JSON, path: String, _ replacement: Replacement
    ) throws(DirDBError) {
        guard case .object(var network) = parameters["network"] else {
            throw .missingKey(path, "network", "an object of cell types")
        }
        // While it is taken apart, the value must not be referenced twice.
        parameters["network"] = .null
        var cellTypes: [(String, JSON)] = []
        cellTypes.reserveCapacity(network.count)
        for (name, value) in network {
            var cellType = value
            if cellType["synapses"] != .null {
                for (key, kind) in [("distributionFile", Kind.synapses), ("connectionFile", .connections)] {
                    let keyPath = "network.\(name).synapses.\(key)"
                    guard let file = cellType["synapses"][key].asString else {
                        throw .missingKey(path, keyPath, "a path")
                    }
                    let reference = Reference(kind: kind, keyPath: keyPath, file: file)
                    cellType["synapses"][key] = .string(try replacement(reference))
                }
            }
            cellTypes.append((name, cellType))
        }
        network = JSONObject(cellTypes)
        parameters["network"] = .object(network)
    }
}
