import DirDB

/// One entry to be made.
struct ImportItem {
    /// What is done with the file.
    enum Action {
        /// Its bytes are copied, after the header was read where the format is known.
        case copy
        /// A pickle becomes npy or msgpack.
        case convertPickle
    }

    /// The names that lead to the entry.
    let names: [String]
    let action: Action
    /// The extension, which names the format.
    let format: String
    /// The file, below the folder.
    let relativePath: String
    let path: String
    /// What is to be among the metadata.
    let meta: JSONObject

    init(
        names: [String], action: Action, format: String, relativePath: String, path: String, meta: JSON?
    ) {
        self.names = names
        self.action = action
        self.format = format
        self.relativePath = relativePath
        self.path = path
        self.meta = meta?.asObject ?? JSONObject()
    }

    /// The names, separated by slashes.
    var key: String { names.joined(separator: "/") }
}

/// What there is to import from a folder; of data files only names were read.
struct ImportPlan {
    let root: String
    private(set) var items: [ImportItem] = []
    var report = ImportReport()

    init(_ root: String) {
        self.root = root
    }

    mutating func add(_ item: ImportItem) {
        do throws(DirDBError) { try Database.check(item.names, in: root) } catch {
            return skip(item.relativePath, error.message)
        }
        items.append(item)
    }

    mutating func skip(_ relativePath: String, _ reason: String) {
        report.skipped.append(.init(path: relativePath, text: reason))
    }

    func path(of relativePath: String) -> String {
        root.appending(path: relativePath)
    }

    /// Of several files for one entry only the first is imported.
    mutating func dropRepeatedNames() {
        var first: [[String]: String] = [:]
        var kept: [ImportItem] = []
        for item in items {
            if let other = first[item.names] {
                report.conflicts.append(.init(path: item.relativePath, text: "\(other) is of the same name"))
            } else {
                first[item.names] = item.relativePath
                kept.append(item)
            }
        }
        items = kept
    }

    /// The JSON object in a file; nil, and noted, when there is none.
    mutating func object(_ relativePath: String) throws(DirDBError) -> JSON? {
        let bytes = try SourceFile.open(path(of: relativePath), format: "json").readBytes()
        guard let json = try? JSON(parsing: bytes), case .object = json else {
            report.damaged.append(.init(path: relativePath, text: "it is no JSON object"))
            return nil
        }
        return json
    }
}
