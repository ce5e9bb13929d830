public import DirDB
import DirDBDumpers

// An entry is made anew only where its original, or what is put in the place of the paths in it, is another: its
// fingerprint is made of contents, so that a copy of the raw results counts as the same.

extension ParameterFiles {
    /// Looks at all files that are to be imported; nothing is written.
    ///
    /// - Parameters:
    ///   - tree: The results.
    ///   - allowsMissing: Whether a result folder may lack a parameter file.
    /// - Returns: What is to be written.
    /// - Throws: `.notFound` when a parameter file, or a file that one names, is missing; `.damagedData` when one is
    ///   malformed; `.invalidArgument` when two different files would have the same name, or it is unclear which
    ///   files belong together.
    /// - Complexity: O(n) in the bytes of all parameter files and of the files that they name, each read once.
    public static func plan(_ tree: SimrunTree, allowsMissing: Bool = false) throws(DirDBError) -> Plan {
        // Before anything is read: a long import should not end with what the names tell at once.
        if !allowsMissing {
            for folder in tree.folders { try requireParameters(folder, in: tree) }
        }
        var planner = ParameterPlanner(allowsMissing: allowsMissing)
        for folder in tree.folders {
            try planner.add(
                neuron: folder.neuronParameters, network: folder.networkParameters,
                folder: tree.path(of: folder.relativePath), relativePath: folder.relativePath(of:))
        }
        return try planner.finish()
    }

    private static func requireParameters(
        _ folder: ResultFolder, in tree: SimrunTree
    ) throws(DirDBError) {
        let path = tree.path(of: folder.relativePath)
        if folder.neuronParameters == nil {
            throw .missingParameters("\(folder.id)_neuron_model.param", in: path)
        }
        if folder.networkParameters == nil {
            throw .missingParameters("\(folder.id)_network_model.param", in: path)
        }
    }

    /// The entries of what was planned.
    ///
    /// Making one throws `.invalidArgument` when its file was changed since.
    static func steps(_ plan: Plan, _ tree: SimrunTree) -> [ImportStep] {
        var steps = plan.documents.map { step($0, plan) }
        for anatomy in plan.anatomies {
            let format = anatomy.kind == .synapses ? "syn" : "con"
            let fingerprint = "\(anatomy.content.digest) \(anatomy.line)"
            steps.append(
                step(anatomy.content, [anatomy.kind.folder, anatomy.digest], format, fingerprint) {
                    file, sink in
                    try AnatomyHeader.write(file, line: anatomy.line, to: &sink)
                })
        }
        for copy in plan.copies {
            steps.append(
                step(copy.content, [copy.kind.folder, copy.name], copy.format, copy.content.digest) {
                    file, sink in
                    try file.forEachPiece { (piece) throws(DirDBError) in try sink.write(piece) }
                })
        }
        return steps + [ImportStep(entries: [table(plan, tree)])]
    }

    private static func step(_ document: Document, _ plan: Plan) -> ImportStep {
        let path = document.content.path
        let names = [document.kind.folder, document.content.digest]
        return step(document.content, names, "param", document.fingerprint) { file, sink in
            var value = try ParameterParser.parse(file.readAll(), path: path)
            try ParameterReferences.replace(in: &value, document.kind, path: path) {
                (reference) throws(DirDBError) in
                let file = reference.path(namedIn: path)
                guard let content = plan.contents[Array(file.utf8)] else { throw .changedMeanwhile(path) }
                return reference.kind.replacement(of: content)
            }
            try sink.write(PythonJSON.text(of: value))
        }
    }

    private static func step(
        _ content: FileContent, _ names: [String], _ format: String, _ fingerprint: String,
        _ body: @escaping (borrowing ReferencedFile, inout DataSink) throws -> Void
    ) -> ImportStep {
        let sources = SourceFiles(count: 1, byteCount: content.byteCount, fingerprint: fingerprint)
        let meta: JSON = ["source_file": .string(content.path), "md5": .string(content.digest)]
        let entry = PlannedEntry(names, from: sources, meta: meta) { locked, log, _ in
            try locked.put(format: format) { sink in
                let file = try ReferencedFile(content.path)
                try body(file, &sink)
                // After what was read for writing: a change in between would be seen.
                guard try file.digest() == content.digest else {
                    throw DirDBError.changedMeanwhile(content.path)
                }
            }
            log.advance(content.byteCount)
            return 1
        }
        return ImportStep(entries: [entry], byteCount: content.byteCount)
    }
}
