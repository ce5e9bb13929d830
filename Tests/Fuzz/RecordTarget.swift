@testable import DirDB

/// Any text is refused, or is a record that is written as it was read and names nothing outside the directory.
@Sendable func fuzzRecord(_ bytes: [UInt8]) {
    guard let record = Record(bytes) else { return }
    require(record.text.utf8.elementsEqual(bytes), "it is written otherwise than it was read")
    require(!record.steps.isEmpty, "a record of nothing")
    // The rules once more and in other words, so that a mistake in theirs does not hide itself.
    for (index, step) in record.steps.enumerated() {
        let format = step.format
        require(!format.utf8.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x2E }, "the format \(format)")
        require(format.utf8.count <= 32 && format != "lock", "the format \(format)")
        let earlier = record.steps[..<index]
        require(!earlier.contains { $0.format.utf8.elementsEqual(format.utf8) }, "\(format) twice")
        if case .remove(_, let old) = step { require(old != nil, "a removal of nothing") }
        require(step.isRemoval || !earlier.contains { $0.isRemoval }, "a replacement after a removal")
    }
}
