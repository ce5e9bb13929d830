import DirDB
import DirDBDumpers

/// Any text is an error with a place, or a value that is written and read back as the same.
@Sendable func fuzzJSON(_ bytes: [UInt8]) {
    let value: JSON
    do {
        value = try JSON(parsing: bytes)
    } catch {
        require(
            [.invalidJSON, .unsupportedFormat].contains(error.code) && error.message.hasPrefix("line "),
            "\(error)")
        return
    }
    do {
        let text = try value.serializedBytes()
        let again = try JSON(parsing: text)
        require(try again.serializedBytes() == text, "it reads back as another value")
        // NaN equals nothing; without it the values themselves are compared.
        if (try? value.serializedBytes(isStrict: true)) != nil {
            require(again == value, "it reads back as another value")
            require(try JSON(encoding: value.decode([JSON]?.self)) == value, "it decodes to another value")
        }
    } catch is DirDBError {
        fatalError("what was read cannot be written and read back")
    } catch {
        require(error is DecodingError, "\(error)")
    }
    probe(value)
}

/// Decodes a value as types that it hardly fits: an error or a value, and never a trap.
private func probe(_ value: JSON) {
    _ = try? value.decode(Probe.self)
    _ = try? value.decode([String: Probe].self)
    _ = try? value.decode([Probe].self)
    _ = try? value.decode([Int8].self)
    _ = try? value.decode([UInt64].self)
    _ = try? value.decode([Float].self)
    _ = try? value.decode([[Double?]].self)
}

private struct Probe: Codable {
    var name: String?
    var epoch: Int32?
    var mean: Float?
    var list: [Probe]?
    var stats: [String: Double]?
}
