import DirDB

extension ImportPlan {
    private static let formats = ["npy", "npz", "csv", "parquet"]
    // Deeper than any path can be.
    private static let depthLimit = 2000

    /// Arrays and tables at any depth.
    mutating func addFiles(_ relativePath: String = "", depth: Int = 0) throws(DirDBError) {
        let folder = try SourceFolder(relativePath, &self)
        var described: Set<String> = []
        for name in folder.files {
            let (stem, suffix) = name.splitExtension()
            guard Self.formats.contains(suffix) else { continue }
            described.insert("\(stem).json")
            add(name, .copy, in: folder)
        }
        for name in folder.files where !described.contains(name) {
            let suffix = name.splitExtension().suffix
            if Self.formats.contains(suffix) || suffix == "lock" { continue }
            skip(folder.path(of: name), "it is not an npy, npz, csv or parquet file")
        }
        for name in folder.folders {
            let below = folder.path(of: name)
            if depth == Self.depthLimit {
                skip(below, "it is nested too deeply")
            } else {
                try addFiles(below, depth: depth + 1)
            }
        }
    }

    /// Adds a data file with the metadata beside it; it is left out when that cannot be read.
    private mutating func add(_ name: String, _ action: ImportItem.Action, in folder: SourceFolder) {
        let (stem, suffix) = name.splitExtension()
        let below = folder.path(of: name)
        do throws(DirDBError) {
            add(
                ImportItem(
                    names: folder.names + [stem], action: action, format: suffix, relativePath: below,
                    path: path(of: below), meta: try object("\(stem).json", in: folder)))
        } catch {
            leaveOut(below, error)
        }
    }

    /// What the Python package dirdb wrote: `NAME.pickle`, `NAME.json`, `NAME.lock`.
    mutating func addPythonEntries(_ relativePath: String = "", depth: Int = 0) throws(DirDBError) {
        let folder = try SourceFolder(relativePath, &self)
        let splits = folder.files.map { $0.splitExtension() }
        let stems = Set(splits.filter { $0.suffix != "json" && $0.suffix != "lock" }.map(\.stem))
        for (name, (stem, suffix)) in zip(folder.files, splits) {
            if suffix == "lock" { continue }
            if suffix == "json" {
                if !stems.contains(stem) { skip(folder.path(of: name), "it is metadata without data") }
                continue
            }
            add(name, suffix == "pickle" ? .convertPickle : .copy, in: folder)
        }
        for name in folder.folders {
            let below = folder.path(of: name)
            if depth == Self.depthLimit {
                skip(below, "it is nested too deeply")
            } else {
                try addPythonEntries(below, depth: depth + 1)
            }
        }
    }
}
