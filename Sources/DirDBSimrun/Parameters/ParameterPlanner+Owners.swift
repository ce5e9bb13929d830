import DirDB
import DirDBDumpers

// What belongs to what: a .con to a .syn, a .syn to a morphology.

extension ParameterPlanner {
    /// Decides what line 2 of each `.syn` and `.con` becomes, when all result folders were added.
    mutating func finish() throws(DirDBError) -> ParameterFiles.Plan {
        for connection in connections.files {
            let owner = try synapses(of: connection)
            plan.anatomies.append(connection.renamed("# reldb://syn_folder/\(owner)"))
        }
        for synapse in synapses.files {
            let owner = try morphology(of: synapse)
            plan.anatomies.append(synapse.renamed("# reldb://morphology/\(owner)"))
        }
        return plan
    }

    /// The digest of the `.syn` that a `.con` belongs to: that which it names, or else that which the network uses it
    /// with.
    private mutating func synapses(of connection: AnatomyFiles.File) throws(DirDBError) -> String {
        let path = connection.paths[0]
        let names = try AnatomyHeader(ReferencedFile(path)).names(withExtension: "syn")
        let paired = pairedSynapses[connection.digest] ?? []
        var beside: [String] = []
        for path in connection.paths {
            if let digest = try synapses(beside: path, names, paired), !beside.contains(digest) {
                beside.append(digest)
            }
        }
        if beside.count == 1 { return beside[0] }
        guard beside.isEmpty else { throw .unclearSynapses(path, synapses.paths(of: beside)) }

        var named = synapses.files.filter { file in
            file.paths.contains { names.contains($0.splitAtLastSlash().name) }
        }.map(\.digest)
        if named.count > 1 { named = named.filter { paired.contains($0) } }
        if named.count == 1 { return named[0] }
        guard paired.count == 1 else {
            throw .unclearSynapses(path, synapses.paths(of: named.isEmpty ? paired : named))
        }
        let taken = synapses.paths(of: paired).joined()
        let what = names.isEmpty ? "no file" : "\(names[0]), which does not exist"
        plan.warnings.append(
            "line 2 of \(path) names \(what); \(taken) was taken, with which the network uses it")
        return paired[0]
    }

    /// The digest of a `.syn` of one of the names in the folder of a `.con`, which may be one that no network names.
    private mutating func synapses(
        beside path: String, _ names: [String], _ paired: [String]
    ) throws(DirDBError) -> String? {
        let folder = path.splitAtLastSlash().folder
        for name in names {
            let file = folder.appending(path: name)
            guard try ReferencedFile.exists(file) else { continue }
            let content = try content(of: file)
            let digest = content.digest
            if synapses.add(content) {
                for used in paired {
                    for morphology in morphologies[used] ?? [] {
                        morphologies.insert(morphology, for: digest)
                    }
                }
            }
            return digest
        }
        return nil
    }

    /// The name of the morphology that a `.syn` belongs to: that which it names, if it is used with it, or else the
    /// only one that it is used with.
    private mutating func morphology(of synapse: AnatomyFiles.File) throws(DirDBError) -> String {
        let path = synapse.paths[0]
        let names = try AnatomyHeader(ReferencedFile(path)).names
        let all = plan.copies.filter { $0.kind == .morphology }
        let used = morphologies[synapse.digest] ?? all.map(\.fileName)
        if let named = used.first(where: { file in
            // Some files leave the extension out.
            names.contains(file) || all.contains { $0.fileName == file && names.contains($0.name) }
        }) {
            return named
        }
        if used.isEmpty && allowsMissing {
            // The neuron's parameter file, which would name it, is missing.
            let name = names.first.map { $0.hasSuffix(".hoc") ? $0 : "\($0).hoc" } ?? "unknown"
            plan.warnings.append(
                "\(path) belongs to the morphology \(name), which no parameter file names: it is not imported"
            )
            return name
        }
        guard used.count == 1 else { throw .unclearMorphology(path, used) }
        if let name = names.first, name.hasSuffix(".hoc") {
            plan.warnings.append(
                "line 2 of \(path) names \(name); \(used[0]) was taken, with which the network uses it")
        }
        return used[0]
    }
}
