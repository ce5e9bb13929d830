public import DirDB
import Dispatch
import Synchronization

/// What an entry tells of itself without its data being read.
public struct Inspection: Sendable {
    /// The entry.
    public let entry: Entry
    /// Format, type, shape and size, nil when there is no data; the error where they cannot be read.
    public let info: Result<EntryInfo?, any Error>
    /// The metadata, an empty object when there is none; the error where it is damaged.
    public let meta: Result<JSON, DirDBError>
}

extension Sequence<Entry> {
    /// Inspects the entries on all cores, some hundred at a time.
    ///
    ///     for found in try db.entries().inspected() { print(found.entry.name, try found.info.get()?.content.shape ?? []) }
    ///
    /// Information and metadata of each belong together, as those of ``Entry/inspect()`` do. An entry that is gone when
    /// its turn comes has neither.
    /// - Returns: The inspections in the order of the entries, lazily.
    public func inspected() -> InspectionSequence<Self> {
        InspectionSequence(entries: makeIterator())
    }
}

/// Inspections of entries, one after the other; a single pass.
public struct InspectionSequence<Entries: Sequence<Entry>>: Sequence, IteratorProtocol {
    // Enough for the cores to be busy, few enough for the memory to be constant.
    private static var batchSize: Int { 2048 }
    private static var chunkSize: Int { 32 }

    private var entries: Entries.Iterator
    private var ready: [Inspection] = []
    private var position = 0

    fileprivate init(entries: Entries.Iterator) {
        self.entries = entries
    }

    /// The next inspection, nil at the end.
    public mutating func next() -> Inspection? {
        if position == ready.count { readBatch() }
        guard position < ready.count else { return nil }
        defer { position += 1 }
        return ready[position]
    }

    private mutating func readBatch() {
        var batch: [Entry] = []
        while batch.count < Self.batchSize, let entry = entries.next() { batch.append(entry) }
        let chunks = stride(from: 0, to: batch.count, by: Self.chunkSize).map { start in
            batch[start..<Swift.min(start + Self.chunkSize, batch.count)]
        }
        let found = Mutex([[Inspection]](repeating: [], count: chunks.count))
        DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
            let inspections = chunks[index].map(Inspection.init)
            found.withLock { $0[index] = inspections }
        }
        ready = found.withLock { $0.flatMap(\.self) }
        position = 0
    }
}

extension Inspection {
    fileprivate init(_ entry: Entry) {
        self.entry = entry
        do {
            (info, meta) = try entry.inspect()
        } catch let error as DirDBError {
            (info, meta) = (.failure(error), .failure(error))
        } catch {
            (info, meta) = (.failure(error), .success([:]))
        }
    }
}
