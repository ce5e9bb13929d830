@testable import DirDB

/// Any bytes count as absent, or are a record that reads back as the same and names nothing outside the database.
///
/// The input is tried as it is, and as the body of a record with the right length and checksum: no fuzzer finds
/// a checksum.
@Sendable func fuzzIntentRecord(_ bytes: [UInt8]) {
    check(bytes)

    let head = "dirdb-intent\t\(bytes.count)\t\(Checksum.hexadecimal(bytes))\t"
    check(Array(head.utf8) + bytes + [UInt8(ascii: "\n")])
}

private func check(_ bytes: [UInt8]) {
    guard let record = IntentRecord(bytes) else { return }
    require(record.text.utf8.elementsEqual(bytes), "it is written otherwise than it was read")
    switch record.content {
    case .changes(let changes):
        checkFormats(
            changes.map { change in
                switch change {
                case .replace(let format, _, _), .delete(let format, _): format
                }
            })
    case .move(let move):
        require(!move.moved.isEmpty && move.source != move.target, "a move of nothing, or nowhere")
        checkFormats((move.moved + move.obsolete).map(\.format))
        for name in [move.source, move.target].flatMap({ $0.directory + [$0.name] }) { checkName(name) }
    }
}

// The rules once more and in other words, so that a mistake in theirs does not hide itself.

private func checkFormats(_ formats: [String]) {
    require(!formats.isEmpty, "a record of nothing")
    for (index, format) in formats.enumerated() {
        require(!format.utf8.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x2E }, "the format \(format)")
        require(format.utf8.count <= 32 && format != "lock", "the format \(format)")
        require(!formats[..<index].contains { $0.utf8.elementsEqual(format.utf8) }, "\(format) twice")
    }
}

private func checkName(_ name: String) {
    require(!name.utf8.contains { $0 < 0x20 || $0 == 0x2F }, "the name \(name)")
    require(name.utf8.first != nil && name.utf8.first != 0x2E && name.utf8.count <= 200, "the name \(name)")
}
