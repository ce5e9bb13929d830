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

    /// Writes what was planned; entries that are there already, made from the same files, are left as they are.
    /// - Throws: `.invalidArgument` when a file was changed since; ``DirDBError`` when reading or writing fails. What
    ///   is written by then stays.
    package static func write(_ plan: Plan, _ context: ImportContext) throws {
        for warning in plan.warnings { context.log.warn(warning) }
        for document in plan.documents { try write(document, plan, context) }
        for anatomy in plan.anatomies {
            let format = anatomy.kind == .synapses ? "syn" : "con"
            let entry = try context.entry(anatomy.kind.folder, anatomy.digest)
            let fingerprint = "\(anatomy.content.digest) \(anatomy.line)"
            try write(anatomy.content, to: entry, format, fingerprint, context) { file, sink in
                try AnatomyHeader.write(file, line: anatomy.line, to: &sink)
            }
        }
        for copy in plan.copies {
            let entry = try context.entry(copy.kind.folder, copy.name)
            try write(copy.content, to: entry, copy.format, copy.content.digest, context) { file, sink in
                try file.forEachPiece { (piece) throws(DirDBError) in try sink.write(piece) }
            }
        }
        try writeTable(plan, context)
    }

    private static func write(_ document: Document, _ plan: Plan, _ context: ImportContext) throws {
        let path = document.content.path
        let entry = try context.entry(document.kind.folder, document.content.digest)
        try write(document.content, to: entry, "param", document.fingerprint, context) { file, sink in
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

    private static func write(
        _ content: FileContent, to entry: Entry, _ format: String, _ fingerprint: String,
        _ context: ImportContext, _ body: (borrowing ReferencedFile, inout DataSink) throws -> Void
    ) throws {
        let sources = SourceFiles(count: 1, byteCount: content.byteCount, fingerprint: fingerprint)
        if try context.isImported(entry, from: sources) { return context.log.skip(content.byteCount) }
        let meta: JSON = ["source_file": .string(content.path), "md5": .string(content.digest)]
        try context.make(entry, from: sources, meta: meta) { locked in
            try locked.put(format: format) { sink in
                let file = try ReferencedFile(content.path)
                try body(file, &sink)
                // Behind what was read for writing: a change in between would be seen.
                guard try file.digest() == content.digest else {
                    throw DirDBError.changedMeanwhile(content.path)
                }
            }
            return 1
        }
        context.log.advance(content.byteCount)
    }
}
