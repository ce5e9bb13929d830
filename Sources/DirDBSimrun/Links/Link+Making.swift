import DirDB

extension Link {
    /// A link to the files of a recording.
    init(
        _ kind: Kind, _ recording: Recording, of tree: SimrunTree, _ options: SimrunOptions, _ axis: TimeAxis
    ) throws(DirDBError) {
        let folders = recording.sources.map { source in
            let folder = tree.folders[source.folder]
            let start = folder.relativePath.isEmpty ? 0 : folder.relativePath.utf8.count + 1
            let name = String(Substring(source.relativePath.utf8.dropFirst(start)))
            return ResultFolder(
                relativePath: folder.relativePath, id: folder.id,
                traceFile: .init(name: name, kind: source.kind),
                dendriteFiles: [], runs: folder.runs, synapseFiles: [:], cellFiles: [:],
                neuronParameters: nil,
                networkParameters: nil)
        }
        let rowCount = folders.reduce(0) { $0 + $1.runs.count }
        try self.init(
            kind, folders, of: tree, shape: kind == .traces ? [rowCount, axis.times.count] : [],
            isFloat32: options.float32, threshold: recording.detection.threshold, axis: axis.fingerprint)
    }

    /// A link to the activation files of a tree.
    init(_ kind: Kind, of tree: SimrunTree) throws(DirDBError) {
        let folders = tree.folders.map { folder in
            ResultFolder(
                relativePath: folder.relativePath, id: folder.id, traceFile: folder.traceFile,
                dendriteFiles: [],
                runs: folder.runs, synapseFiles: kind == .synapses ? folder.synapseFiles : [:],
                cellFiles: kind == .cells ? folder.cellFiles : [:], neuronParameters: nil,
                networkParameters: nil)
        }
        try self.init(kind, folders, of: tree, shape: [], isFloat32: false, threshold: 0, axis: "")
    }

    /// Stages the link in the place of data; the number of rows.
    func stage(_ locked: inout LockedEntry) throws -> Int {
        let text = try json.serializedBytes()
        try locked.put(format: Self.fileExtension) { sink in try sink.write(text) }
        return tree.trialCount
    }

    private init(
        _ kind: Kind, _ folders: [ResultFolder], of tree: SimrunTree, shape: [Int], isFloat32: Bool,
        threshold: Double, axis: String
    ) throws(DirDBError) {
        let root: String?
        do { root = try System.realPath(tree.root) } catch { throw .system(error, "find", tree.root) }
        guard let root else { throw .missingResults(tree.root) }
        var files: [Stamp] = []
        var folder = RawFolder()
        for path in Self.paths(kind, folders) { files.append(try Stamp(path, of: tree, in: &folder)) }
        self.init(
            kind: kind, root: root, folders: folders, files: files, shape: shape, isFloat32: isFloat32,
            threshold: threshold, axis: axis)
    }
}
