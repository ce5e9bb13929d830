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
    /// The file, as it is opened.
    let path: String
    /// What is to be among the metadata.
    let meta: JSONObject

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

    /// Leaves out a file, or what is in a folder, that cannot be read or makes no sense.
    mutating func leaveOut(_ relativePath: String, _ error: DirDBError) {
        report.leaveOut(relativePath, error)
    }

    /// The JSON object in a file of a folder; an empty one when there is no such file.
    /// - Throws: `.damagedMetadata` when it is not a JSON object; ``DirDBError`` when the file cannot be read.
    func object(_ name: String, in folder: SourceFolder) throws(DirDBError) -> JSONObject {
        let path = path(of: folder.path(of: name))
        if folder.others.contains(name) { throw .irregularMetadata(path) }
        guard folder.files.contains(name) else { return [:] }
        let file = try SourceFile.open(path, format: "json")
        let json: JSON
        do throws(DirDBError) { json = try JSON(parsing: try file.readBytes()) } catch {
            throw error.code == .invalidJSON ? .damagedMetadata(path, error.reason) : error
        }
        guard case .object(let object) = json else {
            throw .damagedMetadata(path, "it is not a JSON object")
        }
        return object
    }
}
