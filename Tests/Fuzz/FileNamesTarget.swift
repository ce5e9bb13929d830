@testable import DirDB

/// What a file name stands for gives that file name again, and what an entry's files are called is understood.
///
/// The input is a file name, and where it has a slash, a name and a format on its sides.
@Sendable func fuzzFileNames(_ bytes: [UInt8]) {
    if let file = String(validating: bytes, as: UTF8.self) { checkFile(file) }
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
        let name = String(validating: bytes[..<slash], as: UTF8.self),
        let format = String(validating: bytes[(slash + 1)...], as: UTF8.self)
    else { return }
    checkEntry(name, format)
}

private func checkFile(_ file: String) {
    let role = FileRole(file)
    guard let entry = role.entry else { return }
    // The metadata of a database has a name that no entry can have.
    let isReserved = entry == FileNames.databaseEntry
    require(isReserved || NameRules.objection(toName: entry) == nil, "the name of \(role)")
    // In a directory named key=value the lock file is hidden.
    let files = FileNames(entry: entry, isInPartition: file.isHidden && !isReserved)
    switch role {
    case .data(_, let format):
        require(NameRules.objection(toFormat: format) == nil, "the format of \(role)")
        require(files.data(format).hasSameBytes(as: file), "\(role)")
    case .metadata: require(files.metadata.hasSameBytes(as: file), "\(role)")
    case .lock: require(files.lock.hasSameBytes(as: file), "\(role)")
    case .intent: require(files.intent.hasSameBytes(as: file), "\(role)")
    case .temporary:
        // The name leaves out the commit and the format.
        let (start, end) = (".\(entry).", ".tmp")
        require(file.utf8.starts(with: start.utf8) && file.utf8.suffix(4).elementsEqual(end.utf8), "\(role)")
    case .foreign: break
    }
}

private func checkEntry(_ name: String, _ format: String) {
    guard NameRules.objection(toName: name) == nil, NameRules.objection(toFormat: format) == nil else {
        return
    }
    let files = FileNames(entry: name)
    // Without an extension, what follows the last dot of the name is taken for one.
    if !format.isEmpty { check(files.data(format), is: .data(entry: name, format: format), name) }
    check(files.metadata, is: .metadata(entry: name), name)
    check(files.lock, is: .lock(entry: name), name)
    check(files.intent, is: .intent(entry: name), name)
    check(files.temporary(format, id: CommitID()), is: .temporary(entry: name), name)
}

private func check(_ file: String, is expected: FileRole, _ name: String) {
    require(file.utf8.count <= 255, "\(file) is too long for a file system")
    let role = FileRole(file)
    require(role == expected && role.entry?.hasSameBytes(as: name) == true, "\(file) is taken for \(role)")
}
