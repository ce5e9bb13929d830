import DirDB
import DirDBDumpers

/// How values of a type are loaded from an entry and stored in it.
struct ValueStorage<Value> {
    let load: (Entry) throws -> Value
    let loadLocked: (borrowing LockedEntry) throws -> Value
    let put: (Value, inout LockedEntry) throws -> Void

    /// In the type's default format; loaded from any of its formats.
    static func standard() -> Self where Value: Storable {
        Self(
            load: { entry in try entry.get() }, loadLocked: { locked in try locked.get() },
            put: { value, locked in try locked.put(value) })
    }

    /// In the format of a dumper.
    static func dumper<D: Dumper>(_ dumper: D) -> Self where D.Value == Value {
        Self(
            load: { entry in try entry.get(as: dumper) },
            loadLocked: { locked in try locked.get(as: dumper) },
            put: { value, locked in try locked.put(value, as: dumper) })
    }

    /// As msgpack.
    static func codable() -> Self where Value: Codable {
        Self(
            load: { entry in try entry.get() }, loadLocked: { locked in try locked.get() },
            put: { value, locked in try locked.put(value) })
    }
}

/// A value that is loaded where it is there, and else computed and stored by the one who gets the lock first.
///
/// What makes it once and only once: whoever finds no data takes the entry's exclusive lock and, once it has it, looks
/// again. The lock is held during the computation, and what it returns is published when the lock is released, data
/// and metadata in one commit. A computation that throws, or dies, has published nothing, and the next one in line
/// computes.
struct ComputedValue<Value> {
    let entry: Entry
    let storage: ValueStorage<Value>
    let meta: JSON?
    let provenance: Provenance?
    let force: Bool

    /// The value that is there without waiting for anybody; nil when there is none, or it is not wanted.
    func loadUnlocked() throws -> Value? {
        if force { return nil }
        // Nothing is created for reading, not even a lock file, so this works on read-only media too.
        do { return try storage.load(entry) } catch let error as DirDBError where error.code == .notFound {
            return nil
        }
    }

    /// The value that is there under the lock.
    func load(_ locked: borrowing LockedEntry) throws -> Value? {
        try !force && locked.exists ? try storage.loadLocked(locked) : nil
    }

    func store(_ value: Value, in locked: inout LockedEntry) throws {
        try storage.put(value, &locked)
        try locked.describeData(meta, provenance)
    }

    func get(_ timeout: Duration?, _ durability: Durability?, _ compute: () throws -> Value) throws -> Value {
        if let value = try loadUnlocked() { return value }
        return try entry.withLock(timeout: timeout, durability: durability) { locked in
            if let value = try load(locked) { return value }
            let value = try compute()
            try store(value, in: &locked)
            return value
        }
    }

    nonisolated(nonsending) func get(
        _ timeout: Duration?, _ durability: Durability?,
        _ compute: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        if let value = try loadUnlocked() { return value }
        return try await entry.withLock(timeout: timeout, durability: durability) { locked in
            if let value = try load(locked) { return value }
            let value = try await compute()
            try store(value, in: &locked)
            return value
        }
    }
}
