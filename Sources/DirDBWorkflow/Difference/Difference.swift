public import DirDB
import DirDBDumpers

/// Something in which two databases, or two entries, differ.
public struct Difference: Sendable, Hashable {
    /// What differs.
    public enum Kind: Sendable, Hashable {
        /// The entry is in the left database alone.
        case onlyLeft
        /// The entry is in the right database alone.
        case onlyRight
        /// The data is of different formats, element types or shapes, or is on one side alone; both in words.
        case data(String, left: String, right: String)
        /// Arrays of one type and shape: how many elements differ, and by how much at most.
        ///
        /// The greatest difference is nil where elements have none, such as complex numbers, or one of the two is NaN.
        case elements(differing: Int, count: Int, greatest: Double?)
        /// The bytes of the data, in another way.
        case bytes
        /// A key of the metadata; nil where it is missing.
        case metadata(key: String, left: JSON?, right: JSON?)
        /// One of the two cannot be compared, because it is damaged or unreadable.
        case failure(DirDBError)
    }

    /// The key of the entry in the left database, or in the right one if it is there alone.
    public let key: String
    /// What differs.
    public let kind: Kind
}

extension Database {
    /// Reports in what the entries of another database differ from those of this one, in the order of their keys.
    ///
    /// Each entry is seen as one version, without a lock. Times, lock files and the metadata of the databases themselves are not
    /// compared.
    /// - Parameters:
    ///   - other: The right database.
    ///   - report: Called with each difference.
    /// - Throws: ``DirDBError`` when a database or a sub-database cannot be read; what `report` throws.
    /// - Complexity: O(n) in the size of the data; memory is O(n) in the number of entries.
    public func differences(from other: Database, _ report: (Difference) throws -> Void) throws {
        let (left, right) = (try keyed(), try other.keyed())
        for key in Set(left.keys).union(right.keys).sorted(by: { $0.text.precedesInBytes($1.text) }) {
            if Task.isCancelled { throw DirDBError.cancelled(path) }
            switch (left[key], right[key]) {
            case (let left?, let right?): try left.differences(from: right, as: key.text, report)
            case (_?, nil): try report(Difference(key: key.text, kind: .onlyLeft))
            default: try report(Difference(key: key.text, kind: .onlyRight))
            }
        }
    }

    private func keyed() throws -> [ExactKey: Entry] {
        let listing = try entries(recursive: true, withoutData: true)
        var found: [ExactKey: Entry] = [:]
        for entry in listing { found[ExactKey(text: entry.key)] = entry }
        if let failure = listing.failures.first { throw failure }
        return found
    }

    /// A key by its bytes: keys that only look alike are two.
    private struct ExactKey: Hashable {
        let text: String

        static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
    }
}

extension Entry {
    /// What differs between this entry and another; nothing when they have equal data and metadata.
    /// - Throws: `.notFound` when one of them is not there; ``DirDBError`` when a directory cannot be read.
    /// - Complexity: O(n) in the size of the data; memory is constant.
    public func differences(from other: Entry) throws -> [Difference] {
        for entry in [self, other] where try !entry.isPresent { throw DirDBError.missingEntry(entry.path) }
        var found: [Difference] = []
        try differences(from: other, as: key) { found.append($0) }
        return found
    }

    fileprivate func differences(
        from other: Entry, as key: String, _ report: (Difference) throws -> Void
    ) throws {
        func note(_ kind: Difference.Kind) throws { try report(Difference(key: key, kind: kind)) }
        do {
            let left = try readPair()
            let right = try other.readPair()
            if left.metadata != right.metadata {
                let (one, two) = (left.metadata, right.metadata)
                for kind in Self.metadataDifferences(try parseMetadata(one), try other.parseMetadata(two)) {
                    try note(kind)
                }
            }
            if let kind = try dataDifference(left, right) { try note(kind) }
        } catch let error as DirDBError where Self.uncomparable.contains(error.code) {
            try note(.failure(error))
        }
    }

    private static let uncomparable: [DirDBError.Code] = [
        .damagedMetadata, .damagedData, .unsupportedFormat, .ambiguousFormat, .permissionDenied,
    ]

    private static func metadataDifferences(_ left: JSON, _ right: JSON) -> [Difference.Kind] {
        let (left, right) = (left.asObject ?? [:], right.asObject ?? [:])
        let added = right.keys.filter { left[$0] == nil }
        return (left.keys + added).compactMap { key in
            let (old, new) = (left[key], right[key])
            // By their text: -0.0 and 0.0 are equal, and NaN is not.
            if let old, let new, (try? old.serialized()) == (try? new.serialized()) { return nil }
            return .metadata(key: key, left: old, right: new)
        }
    }

    private func dataDifference(_ left: borrowing Pair, _ right: borrowing Pair) throws -> Difference.Kind? {
        switch left.data {
        case .none:
            switch right.data {
            case .none: return nil
            case .some(let right): return .data("format", left: "none", right: right.format)
            }
        case .some(let left):
            switch right.data {
            case .none: return .data("format", left: left.format, right: "none")
            case .some(let right): return try Self.dataDifference(left, right)
            }
        }
    }

    private static func dataDifference(
        _ left: borrowing DataFile, _ right: borrowing DataFile
    ) throws -> Difference.Kind? {
        if left.format != right.format { return .data("format", left: left.format, right: right.format) }
        if try left.hasSameBytes(as: right) { return nil }
        guard left.format == NPYDumper<Double>().fileExtension else { return .bytes }
        let (one, two) = (try NPYDumper<Double>().inspect(left), try NPYDumper<Double>().inspect(right))
        if one.dtype != two.dtype { return .data("dtype", left: one.dtype ?? "", right: two.dtype ?? "") }
        if one.shape != two.shape {
            return .data("shape", left: "\(one.shape ?? [])", right: "\(two.shape ?? [])")
        }
        if one.problem != nil || two.problem != nil { return .bytes }
        // Headers of equal arrays may differ in their spaces.
        let difference = ArrayDifference(try AnyArray.load(left), try AnyArray.load(right))
        return difference.differing == 0
            ? nil
            : .elements(
                differing: difference.differing, count: difference.count, greatest: difference.greatest)
    }
}
