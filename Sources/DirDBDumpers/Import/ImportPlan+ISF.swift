import DirDB

// A key of ISF's data_base is a folder: `Loader.json` names the module that reads the data, `metadata.json` tells how it
// came to be, `object_meta.json` the types of labels; all else is data. A folder without `Loader.json` is a level of
// keys, and `db` in a key's folder another data_base.

extension ImportPlan {
    private static let formats = ["npy", "npz", "parquet"]
    private static let stateFiles = [
        "db_state.json", "dbcore.pickle", "metadata.db", "sqlitedict.db", "metadata.db.lock",
        "sqlitedict.db.lock",
    ]
    private static let depthLimit = 2000

    /// The keys of a data_base at any depth.
    mutating func addISFKeys() throws(DirDBError) {
        try addISFLevel("", [], depth: 0)
    }

    private mutating func addISFLevel(
        _ relativePath: String, _ names: [String], depth: Int
    ) throws(DirDBError) {
        if depth > Self.depthLimit { return skip(relativePath, "it is nested too deeply") }
        let folder = try SourceFolder(relativePath, &self)
        if folder.files.contains("Loader.json") {
            return try addISFKey(folder, names, depth: depth)
        }
        for name in folder.files {
            skip(
                folder.path(of: name),
                Self.stateFiles.contains(name)
                    ? "it is a state of the data_base itself" : "it is in no folder of a key")
        }
        for name in folder.folders {
            try addISFLevel(folder.path(of: name), names + [name], depth: depth + 1)
        }
    }

    private mutating func addISFKey(
        _ folder: SourceFolder, _ names: [String], depth: Int
    ) throws(DirDBError) {
        var meta: JSONObject = [:]
        var isReadable = true
        for (name, key) in [
            ("metadata.json", nil), ("Loader.json", "isf_loader"), ("object_meta.json", "isf_object_meta"),
        ] {
            do throws(DirDBError) {
                let object = try object(name, in: folder)
                if key == nil { meta = object }
                if let key, folder.files.contains(name) { meta[key] = .object(object) }
            } catch {
                // The data of the key would be without what is said about them.
                leaveOut(folder.relativePath, error)
                isReadable = false
            }
        }
        let described = ["Loader.json", "metadata.json", "object_meta.json"]
        let data = isReadable ? folder.files.filter { !described.contains($0) } : []
        for name in data {
            let below = folder.path(of: name)
            let (stem, suffix) = name.splitExtension()
            // An entry cannot have these.
            let format = suffix == "json" || suffix == "lock" ? "\(suffix)_file" : suffix
            if !Self.formats.contains(suffix) {
                let loader = meta["isf_loader"]?["Loader"].asString ?? "an unknown module"
                report.opaque.append(.init(path: below, text: "only \(loader) reads it"))
            }
            let isAlone = data.count == 1 && folder.folders.isEmpty
            add(
                ImportItem(
                    names: isAlone && !names.isEmpty ? names : names + [stem], action: .copy, format: format,
                    relativePath: below,
                    path: path(of: below), meta: meta))
        }
        if data.isEmpty && folder.folders.isEmpty && isReadable {
            skip(folder.relativePath, "the key has no data")
        }
        for name in folder.folders {
            // The folder `db` is where a data_base that is a value lies; it is not a name.
            let below = name == "db" ? names : names + [name]
            if name == "db" {
                try addISFLevel(folder.path(of: name), below, depth: depth + 1)
            } else if isReadable {
                try addOpaqueFiles(folder.path(of: name), below, meta, depth: depth + 1)
            }
        }
    }

    /// The files of a value that is a folder, such as the partitions of a dask table.
    private mutating func addOpaqueFiles(
        _ relativePath: String, _ names: [String], _ meta: JSONObject, depth: Int
    ) throws(DirDBError) {
        if depth > Self.depthLimit { return skip(relativePath, "it is nested too deeply") }
        let folder = try SourceFolder(relativePath, &self)
        for name in folder.files {
            let below = folder.path(of: name)
            let (stem, suffix) = name.splitExtension()
            let format = suffix == "json" || suffix == "lock" ? "\(suffix)_file" : suffix
            if !Self.formats.contains(suffix) {
                report.opaque.append(.init(path: below, text: "its format is not known here"))
            }
            add(
                ImportItem(
                    names: names + [stem], action: .copy, format: format, relativePath: below,
                    path: path(of: below), meta: meta))
        }
        for name in folder.folders {
            try addOpaqueFiles(folder.path(of: name), names + [name], meta, depth: depth + 1)
        }
    }
}
