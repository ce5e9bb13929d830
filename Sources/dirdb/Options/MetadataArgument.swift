import ArgumentParser
import DirDB

/// A JSON object on the command line: the text itself, or `@FILE`, or `@-` for standard input.
enum MetadataArgument {
    /// - Throws: A usage error when the text is no JSON object, an error when the file cannot be read.
    static func object(_ argument: String, option: String) throws -> JSON {
        guard argument.hasPrefix("@") else { return try parse(Array(argument.utf8), "\(option)") }
        let input = try InputFile(String(argument.dropFirst()))
        return try parse(try input.readAll(), "the file given to \(option)")
    }

    private static func parse(_ text: [UInt8], _ place: String) throws -> JSON {
        let value: JSON
        do { value = try JSON(parsing: text) } catch {
            throw ValidationError("The value of \(place) is no JSON: \(error.message).")
        }
        guard value.asObject != nil else {
            throw ValidationError("The value of \(place) is JSON, but no object; write '{\"key\": …}'.")
        }
        return value
    }
}

/// A key, or the keys that lead through nested objects to it, with dots in between.
struct KeyPathArgument: ExpressibleByArgument, CustomStringConvertible {
    let keys: [String]

    var description: String { keys.joined(separator: ".") }

    init?(argument: String) {
        keys = argument.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if keys.contains("") { return nil }
    }
}

/// `key=value`: JSON where it is valid JSON, else a string.
struct Assignment: ExpressibleByArgument {
    let path: KeyPathArgument
    let value: JSON

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="),
            let path = KeyPathArgument(argument: String(argument[..<equals]))
        else { return nil }
        self.path = path
        value = JSON(argument: String(argument[argument.index(after: equals)...]))
    }
}

extension JSON {
    /// The value of a text: JSON where it is valid JSON, else a string.
    init(argument: String) {
        self = (try? JSON(parsing: argument)) ?? .string(argument)
    }

    /// The value at a path, through objects by key and arrays by index; nil when there is none.
    func value(at path: KeyPathArgument) -> JSON? {
        var value = self
        for key in path.keys {
            switch value {
            case .object(let object):
                guard let next = object[key] else { return nil }
                value = next
            case .array(let elements):
                guard let index = Int(key), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default:
                return nil
            }
        }
        return value
    }

    /// Makes an assignment; missing objects on the way are made.
    /// - Throws: An error when something else is on the way, which stays.
    mutating func make(_ assignment: Assignment) throws {
        try set(assignment.path.keys[...], to: assignment.value, assignment.path)
    }

    private mutating func set(_ keys: ArraySlice<String>, to value: JSON, _ path: KeyPathArgument) throws {
        guard let key = keys.first else { return }
        if keys.count == 1 {
            self[key] = value
            return
        }
        switch self[key] {
        case .null, .object:
            try self[key].set(keys.dropFirst(), to: value, path)
        default:
            let place = path.keys.dropLast(keys.count - 1).joined(separator: ".")
            throw CommandError(
                "cannot set \(path): the metadata's \(place) is no object; unset it first or choose another key"
            )
        }
    }

    /// Deletes the value at a path; that there is none is no error.
    mutating func unset(_ path: KeyPathArgument) {
        unset(path.keys[...])
    }

    private mutating func unset(_ keys: ArraySlice<String>) {
        guard let key = keys.first, let member = asObject?[key] else { return }
        if keys.count == 1 {
            remove(key)
        } else if member.asObject != nil {
            self[key].unset(keys.dropFirst())
        }
    }

    /// Applies a JSON merge patch: null deletes a key, objects are merged, all else replaces (RFC 7396, section 2).
    mutating func merge(_ patch: JSON) {
        guard case .object(let changes) = patch else {
            self = patch
            return
        }
        if asObject == nil { self = [:] }
        for (key, change) in changes {
            if change == .null {
                remove(key)
            } else {
                self[key].merge(change)
            }
        }
    }
}
