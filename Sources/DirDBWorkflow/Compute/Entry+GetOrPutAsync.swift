// As the synchronous forms, but waiting for the lock blocks no thread.

public import DirDB

extension Entry {
    /// Loads the value, or computes and stores it once when it is missing.
    ///
    /// Of several processes, tasks and threads that ask at the same time one computes, and the others wait and load
    /// what it has stored. Where the data is there, it is loaded without waiting. When the computation throws, nothing
    /// is stored, and the next one that waits computes. It may get or put other entries, but not this one.
    ///
    /// - Parameters:
    ///   - meta: Metadata to store with a value that is computed, an object; nil keeps what is there.
    ///   - provenance: What is recorded of a value that is computed, see ``Provenance``; nil for nothing.
    ///   - force: Whether to compute it in any case, and replace what is there.
    ///   - timeout: How long to wait for the lock, and so for the computation of another; nil for ever.
    ///   - durability: What the stored value survives; that of the database unless said otherwise.
    ///   - compute: Computes the value; the entry's lock is held meanwhile.
    /// - Returns: The value, as it was computed or loaded.
    /// - Throws: What `compute` throws; `.formatMismatch` when data of another type is there, which stays;
    ///   `.wouldDeadlock` when `compute` asks for this entry; `.locked`; `.cancelled` when the task is cancelled while
    ///   it waits; `.readOnly` when it is missing in a database opened read-only; ``DirDBError``.
    nonisolated(nonsending) public func getOrPut<Value: Storable>(
        meta: JSON? = nil, provenance: Provenance? = nil, force: Bool = false, timeout: Duration? = nil,
        durability: Durability? = nil, _ compute: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        let value = ComputedValue<Value>(
            entry: self, storage: .standard(), meta: meta, provenance: provenance, force: force)
        return try await value.get(timeout, durability, compute)
    }

    /// Loads the value in the format of a dumper, or computes and stores it once when it is missing.
    ///
    /// Of several processes, tasks and threads that ask at the same time one computes, and the others wait and load
    /// what it has stored. Where the data is there, it is loaded without waiting. When the computation throws, nothing
    /// is stored, and the next one that waits computes. It may get or put other entries, but not this one.
    ///
    /// - Parameters:
    ///   - dumper: The dumper.
    ///   - meta: Metadata to store with a value that is computed, an object; nil keeps what is there.
    ///   - provenance: What is recorded of a value that is computed, see ``Provenance``; nil for nothing.
    ///   - force: Whether to compute it in any case, and replace what is there.
    ///   - timeout: How long to wait for the lock, and so for the computation of another; nil for ever.
    ///   - durability: What the stored value survives; that of the database unless said otherwise.
    ///   - compute: Computes the value; the entry's lock is held meanwhile.
    /// - Returns: The value, as it was computed or loaded.
    /// - Throws: What `compute` throws; `.formatMismatch` when data of another type is there, which stays;
    ///   `.wouldDeadlock` when `compute` asks for this entry; `.locked`; `.cancelled` when the task is cancelled while
    ///   it waits; `.readOnly` when it is missing in a database opened read-only; ``DirDBError``.
    nonisolated(nonsending) public func getOrPut<D: Dumper>(
        as dumper: D, meta: JSON? = nil, provenance: Provenance? = nil, force: Bool = false,
        timeout: Duration? = nil,
        durability: Durability? = nil, _ compute: nonisolated(nonsending) () async throws -> D.Value
    ) async throws -> D.Value {
        let value = ComputedValue<D.Value>(
            entry: self, storage: .dumper(dumper), meta: meta, provenance: provenance, force: force)
        return try await value.get(timeout, durability, compute)
    }

    /// Loads the value of any `Codable` type, kept as msgpack, or computes and stores it once when it is missing.
    ///
    /// Of several processes, tasks and threads that ask at the same time one computes, and the others wait and load
    /// what it has stored. Where the data is there, it is loaded without waiting. When the computation throws, nothing
    /// is stored, and the next one that waits computes. It may get or put other entries, but not this one.
    ///
    /// - Parameters:
    ///   - meta: Metadata to store with a value that is computed, an object; nil keeps what is there.
    ///   - provenance: What is recorded of a value that is computed, see ``Provenance``; nil for nothing.
    ///   - force: Whether to compute it in any case, and replace what is there.
    ///   - timeout: How long to wait for the lock, and so for the computation of another; nil for ever.
    ///   - durability: What the stored value survives; that of the database unless said otherwise.
    ///   - compute: Computes the value; the entry's lock is held meanwhile.
    /// - Returns: The value, as it was computed or loaded.
    /// - Throws: What `compute` throws; `.formatMismatch` when data of another type is there, which stays;
    ///   `.wouldDeadlock` when `compute` asks for this entry; `.locked`; `.cancelled` when the task is cancelled while
    ///   it waits; `.readOnly` when it is missing in a database opened read-only; ``DirDBError``.
    @_disfavoredOverload
    nonisolated(nonsending) public func getOrPut<Value: Codable>(
        meta: JSON? = nil, provenance: Provenance? = nil, force: Bool = false, timeout: Duration? = nil,
        durability: Durability? = nil, _ compute: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        let value = ComputedValue<Value>(
            entry: self, storage: .codable(), meta: meta, provenance: provenance, force: force)
        return try await value.get(timeout, durability, compute)
    }
}
