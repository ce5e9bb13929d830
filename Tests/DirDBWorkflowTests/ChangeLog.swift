import DirDB
import DirDBDumpers
import DirDBWorkflow
import TestSupport

extension Database {
    /// A database for a test that watches it.
    init(watched directory: borrowing TemporaryDirectory) throws {
        try self.init(directory.path, durability: .relaxed)
    }
}

/// Reads changes up to a mark, as text.
struct ChangeLog {
    private var iterator: DatabaseChanges.Iterator
    private let database: Database
    private var marks = 0

    init(_ changes: DatabaseChanges, _ database: Database) {
        iterator = changes.makeAsyncIterator()
        self.database = database
    }

    /// The changes up to now, such as `new a.bin`; sorted where they are found by polling, which has no order.
    mutating func next(_ isSorted: Bool = false) async throws -> [String] {
        marks += 1
        let mark = try database["mark-\(marks)"]
        var texts: [String] = []
        try mark.put([1])
        // Polling may find the mark before what was made earlier in the same listing.
        var isMarked = false
        while let change = try await iterator.next() {
            let name = change.entry.key
            if change.entry == mark {
                if change.kind == .removed { break }
                isMarked = true
                try mark.delete()
            } else {
                texts.append("\(change.kind) \(name)\(change.format.map { ".\($0)" } ?? "")")
            }
        }
        precondition(isMarked, "the mark was not told")
        return isSorted ? texts.sorted() : texts
    }
}

extension Disturbance {
    /// Runs `body` while directories of this name can be neither opened nor listed.
    static func denyingListing<Result>(of name: String, _ body: () throws -> Result) rethrows -> Result {
        try SystemCall.$observer.withValue(
            { $0.name == .open && $0.file == name ? .fail(13) : .proceed }, operation: body)
    }
}
