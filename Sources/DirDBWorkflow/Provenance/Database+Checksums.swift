// How a checksum is compared while writers are at work: the metadata is read, then the data, one complete version of
// it. When the two agree, they do whatever happened meanwhile. When they do not, both are looked at again, and only
// if nothing has changed in between do they really differ. No lock is taken, so nobody waits for the reading of large
// data; only where writers are so quick that this fails again and again the entry is read under its shared lock.

public import DirDB
import DirDBDumpers
import Dispatch
import Synchronization

extension Database {
    // A batch ends with its largest entry, so it is large; its results are in memory.
    private static let batchSize = 1024

    /// Compares the data of all entries, here and in all sub-databases, with the checksums that were recorded with it.
    ///
    /// All data is read, on all cores: one entry by one core.
    /// - Parameter report: Called with the outcome for each entry, in the order of their paths, and with one for each
    ///   directory that cannot be read.
    /// - Throws: ``DirDBError`` when the database itself cannot be read, `.cancelled`; what `report` throws.
    /// - Complexity: O(n) in the size of all data; memory is O(n) in the number of entries.
    public func verifyChecksums(_ report: (ChecksumCheck) throws -> Void) throws {
        let listing = try entries(recursive: true, order: .name)
        while true {
            if Task.isCancelled { throw DirDBError.cancelled(path) }
            let batch = Array(listing.prefix(Self.batchSize))
            if batch.isEmpty { break }
            let outcomes = Mutex([ChecksumCheck?](repeating: nil, count: batch.count))
            DispatchQueue.concurrentPerform(iterations: batch.count) { index in
                let outcome = batch[index].checkChecksum()
                outcomes.withLock { $0[index] = outcome }
            }
            for case let outcome? in outcomes.withLock({ $0 }) { try report(outcome) }
        }
        for failure in listing.failures { try report(.uncheckable(failure.path, failure)) }
    }
}

/// The data of an entry, as far as it is compared.
private struct ObservedData: Equatable {
    let checksum: DataChecksum
    let byteCount: Int64
    let modified: FileTime

    init(_ file: borrowing DataFile) throws(DirDBError) {
        byteCount = file.size
        modified = file.modified
        checksum = try DataChecksum(of: file)
    }
}

extension Entry {
    private static let lockFreeAttempts = 5

    /// Compares the data with the recorded checksum; nil when the entry is gone.
    func checkChecksum() -> ChecksumCheck? {
        do {
            for _ in 0..<Self.lockFreeAttempts {
                let recorded = RecordedChecksum(in: try inspect().meta.get())
                guard case .known(let checksum, _, _) = recorded else {
                    return try exists ? compare(recorded, nil) : nil
                }
                let data = try withData { file in try ObservedData(file) }
                if data.checksum == checksum { return compare(recorded, data) }
                let after = try inspect()
                let info = try? after.info.get()
                if RecordedChecksum(in: try after.meta.get()) == recorded, info?.modified == data.modified,
                    info?.bytes == data.byteCount
                {
                    return compare(recorded, data)
                }
            }
            return try withLock(.shared) { locked in
                compare(
                    RecordedChecksum(in: locked.meta), try locked.withData { file in try ObservedData(file) })
            }
        } catch let error as DirDBError where error.code == .notFound {
            return nil
        } catch {
            return .uncheckable(path, error)
        }
    }

    private func compare(_ recorded: RecordedChecksum, _ data: ObservedData?) -> ChecksumCheck {
        switch recorded {
        case .none:
            return ChecksumCheck(
                .notRecorded, path, "no checksum is recorded", remedy: "put the data with its provenance")
        case .unknown(let cause):
            return ChecksumCheck(.uncheckable, path, cause, remedy: "put the data with its provenance")
        case .known(let checksum, let byteCount, let time):
            if data?.checksum == checksum { return ChecksumCheck(.matches, path, "", remedy: "") }
            let size = data.map { "\($0.byteCount) bytes" } ?? "no bytes"
            let written = data?.modified.iso8601 ?? "never"
            return ChecksumCheck(
                .differs, path,
                "the data, \(size), written \(written), is not the \(byteCount.map { "\($0) bytes" } ?? "data")"
                    + " whose checksum was recorded\(time.map { " \($0)" } ?? ""): it is damaged, or a program that"
                    + " records none has replaced it",
                remedy: "restore it, or put it again with its provenance")
        }
    }
}
