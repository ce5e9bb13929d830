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

/// `key=value`: JSON where it is valid JSON, else a string.
struct Assignment {
    let path: KeyPathArgument
    let value: JSON

    /// - Throws: A usage error for what is not an assignment, or assigns what cannot be kept.
    init(_ argument: String) throws {
        guard let (path, rest) = KeyPathArgument.split(argument, before: "="), !rest.isEmpty else {
            throw ValidationError("write KEY=VALUE")
        }
        self.path = path
        value = try JSON(argument: String(rest.dropFirst()))
    }
}

extension JSON {
    /// The value of a text: JSON where it is valid JSON, else a string.
    /// - Throws: A usage error for JSON that cannot be kept, such as a number beyond all reals.
    init(argument: String) throws {
        do { self = try JSON(parsing: argument) } catch {
            // 1e400 is a number by its form, and is not silently made a text.
            if error.code == .unsupportedFormat {
                throw ValidationError("\(argument) cannot be kept: \(error.message)")
            }
            self = .string(argument)
        }
    }

    /// Makes an assignment; missing objects on the way are made.
    /// - Throws: An error when something else is on the way, which stays.
    mutating func make(_ assignment: Assignment) throws {
        let keys = assignment.path.place(in: self)
        try set(keys, level: 0, to: assignment.value, assignment.path)
    }

    private mutating func set(_ keys: [String], level: Int, to value: JSON, _ path: KeyPathArgument) throws {
        guard self == .null || asObject != nil else {
            let place = keys.prefix(level).joined(separator: ".")
            throw CommandError(
                "cannot set \(path): the metadata's \(place) is not an object; unset it first or choose another key"
            )
        }
        if level == keys.count - 1 {
            self[keys[level]] = value
        } else {
            try self[keys[level]].set(keys, level: level + 1, to: value, path)
        }
    }

    /// Deletes the value at a path; that there is none is not an error.
    mutating func unset(_ path: KeyPathArgument) {
        if let steps = path.steps(in: self) { unset(steps[...]) }
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
