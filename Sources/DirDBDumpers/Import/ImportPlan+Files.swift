import DirDB

extension ImportPlan {
    private static let formats = ["npy", "npz", "csv", "parquet"]
    // Deeper than any path can be.
    private static let depthLimit = 2000

    /// Arrays and tables at any depth.
    mutating func addFiles(_ relativePath: String = "", depth: Int = 0) throws(DirDBError) {
        let folder = try SourceFolder(relativePath, &self)
        let files = Set(folder.files)
        var described: Set<String> = []
        for name in folder.files {
            let (stem, suffix) = name.splitExtension()
            guard Self.formats.contains(suffix) else { continue }
            var meta: JSON?
            if files.contains("\(stem).json") {
                described.insert("\(stem).json")
                meta = try object(folder.path(of: "\(stem).json"))
            }
            let below = folder.path(of: name)
            add(
                ImportItem(
                    names: folder.names + [stem], action: .copy, format: suffix, relativePath: below,
                    path: path(of: below), meta: meta))
        }
        for name in folder.files where !described.contains(name) {
            let suffix = name.splitExtension().suffix
            if Self.formats.contains(suffix) || suffix == "lock" { continue }
            skip(folder.path(of: name), "it is no npy, npz, csv or parquet file")
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

    /// What the Python package dirdb wrote: `NAME.pickle`, `NAME.json`, `NAME.lock`.
    mutating func addPythonEntries(_ relativePath: String = "", depth: Int = 0) throws(DirDBError) {
        let folder = try SourceFolder(relativePath, &self)
        let files = Set(folder.files)
        let splits = folder.files.map { $0.splitExtension() }
        let stems = Set(splits.filter { $0.suffix != "json" && $0.suffix != "lock" }.map(\.stem))
        for (name, (stem, suffix)) in zip(folder.files, splits) {
            if suffix == "lock" { continue }
            if suffix == "json" {
                if !stems.contains(stem) { skip(folder.path(of: name), "it is metadata without data") }
                continue
            }
            let below = folder.path(of: name)
            let metaName = "\(stem).json"
            let meta = files.contains(metaName) ? try object(folder.path(of: metaName)) : nil
            add(
                ImportItem(
                    names: folder.names + [stem], action: suffix == "pickle" ? .convertPickle : .copy,
                    format: suffix, relativePath: below, path: path(of: below), meta: meta))
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
