import DirDB
import DirDBDumpers
import TestSupport

extension Table {
    /// Whether everything is equal, reals compared by their bits, so that NaN equals itself and -0.0 differs from 0.
    func hasSameBits(as other: Table) -> Bool {
        guard rowCount == other.rowCount, indexName == other.indexName, columns.count == other.columns.count
        else { return false }
        return zip(columns, other.columns).allSatisfy { $0.hasSameBits(as: $1) }
    }
}

extension Column {
    fileprivate func hasSameBits(as other: Column) -> Bool {
        guard name == other.name, validity == other.validity, dtype == other.dtype else { return false }
        return switch (values, other.values) {
        case (.float(let left), .float(let right)): left.map(\.bitPattern) == right.map(\.bitPattern)
        case (.double(let left), .double(let right)): left.map(\.bitPattern) == right.map(\.bitPattern)
        default: self == other
        }
    }
}

extension Entry {
    /// Stores a hand-made text under the extension csv.
    func put(csv text: String) throws {
        try put(Array(text.utf8), as: RawBytes("csv"))
    }

    /// The data as text.
    func text() throws -> String {
        String(decoding: try bytes(), as: UTF8.self)
    }
}
