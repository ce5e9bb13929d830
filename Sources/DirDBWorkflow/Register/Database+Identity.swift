public import DirDB

extension Database {
    private static let idKey = "id"

    /// The identifier under which the database is known wherever it is moved; nil when it has none.
    ///
    /// It is the key `id` of `meta`. A copy of the directory has the same one.
    /// - Throws: `.damagedMetadata` when it is no text that can be one: 1 to 200 bytes of UTF-8 without slashes or
    ///   control characters that do not start with a dot.
    public var id: String? {
        get throws(DirDBError) { try id(in: meta) }
    }

    /// The identifier of the database, which gets one when it has none.
    ///
    /// - Parameters:
    ///   - replacing: Whether to give it a new one in any case, because it is a copy of another database.
    ///   - timeout: How long to wait for the lock; nil for ever, `.zero` to try once.
    /// - Returns: The identifier: 128 random bits in hexadecimal where it is new.
    /// - Throws: `.damagedMetadata`; ``DirDBError`` when it has none and cannot be written.
    @discardableResult
    public func assignID(replacing: Bool = false, timeout: Duration? = nil) throws -> String {
        // One that has an identifier may be on read-only media.
        if !replacing, let id = try id { return id }
        return try updateMeta(timeout: timeout) { meta in
            if !replacing, let id = try self.id(in: meta) { return id }
            let id = (0..<2).map { _ in UInt64.random(in: 0...UInt64.max).hexadecimal }.joined()
            meta[Self.idKey] = .string(id)
            return id
        }
    }

    private func id(in meta: JSON) throws(DirDBError) -> String? {
        switch meta.asObject?[Self.idKey] {
        case nil: return nil
        case .string(let id)?:
            // It becomes the name of an entry in the register.
            do throws(DirDBError) { try Self.check([id], in: path) } catch {
                throw damaged("the id cannot be one")
            }
            return id
        default: throw damaged("the id is no text")
        }
    }
}
