/// The file `.NAME.intent` of an entry whose lock is held.
struct IntentFile: ~Copyable {
    private let descriptor: FileDescriptor
    private let directory: Directory
    private let name: String
    private var path: String { directory.path(of: name) }

    /// Creates the file; nil when there is one.
    static func create(_ entry: Entry, in directory: Directory) throws(DirDBError) -> IntentFile? {
        let name = entry.files.intent
        guard let created = try directory.create(name) else { return nil }
        return IntentFile(descriptor: created, directory: directory, name: name)
    }

    /// Opens the file; nil when there is none.
    static func open(_ entry: Entry, in directory: Directory) throws(DirDBError) -> IntentFile? {
        let name = entry.files.intent
        guard let opened = try directory.open(name) else { return nil }
        return IntentFile(descriptor: opened, directory: directory, name: name)
    }

    func write(_ record: IntentRecord, isDurable: Bool) throws(DirDBError) {
        let text = Array(record.text.utf8)
        guard text.count <= IntentRecord.longestText else {
            throw DirDBError(
                .invalidArgument, path: path, subject: "\(path) cannot be written",
                "there are too many data files of this name to be changed at once", remedy: "remove some")
        }
        try write(text, isDurable: isDurable)
    }

    /// Writes what the file is to contain: a record, or the metadata of a first version.
    func write(_ bytes: [UInt8], isDurable: Bool) throws(DirDBError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(DirDBError) in
            try descriptor.write(UnsafeRawBufferPointer(bytes), at: 0, path: path)
        }
        if isDurable { try sync() }
    }

    /// The record; nil when it is torn or damaged.
    func read() throws(DirDBError) -> IntentRecord? {
        IntentRecord(try descriptor.readBytes(at: 0, count: IntentRecord.longestText, path: path))
    }

    /// Whether it holds the metadata of a first version in the place of a record.
    func holdsMetadata() throws(DirDBError) -> Bool {
        guard try descriptor.readBytes(at: 0, count: 1, path: path) == [UInt8(ascii: "{")] else {
            return false
        }
        let size = try descriptor.status(path: path).size
        guard size <= Entry.largestMetadata else { return false }
        let bytes = try descriptor.readBytes(at: 0, count: Int(size), path: path)
        guard let value = try? JSON(parsing: bytes), case .object = value else { return false }
        return true
    }

    func sync() throws(DirDBError) {
        try descriptor.sync(path: path)
    }
}
