import ArgumentParser
import DirDB
import DirDBDumpers
import DirDBWorkflow

/// The command `dirdb diff`.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show in what two databases, or two entries, differ.",
        usage: "dirdb diff A B [--json]",
        discussion: """
            A and B are two databases, or two entries as DB/KEY. Compared are the entries of all sub-databases: metadata by \
            key, formats, element types, shapes, and the data. Of arrays it is said how many elements differ and by how much \
            at most. Nothing is locked; times are not compared.

            The status is 0 when there is no difference, 1 when there is one, 2 when something could not be compared.

            Lines of --json have key, kind (onlyLeft, onlyRight, format, dtype, shape, elements, bytes, metadata, failure) and \
            what belongs to it.

            EXAMPLES
              dirdb diff runs /mnt/backup/runs
              dirdb diff runs/batch-17 runs/batch-18
            """)

    @Argument(
        help: ArgumentHelp("A database, or an entry as DB/KEY.", valueName: "a"),
        completion: WordCompletion.words(.database))
    var left: String

    @Argument(help: ArgumentHelp("The other.", valueName: "b"), completion: WordCompletion.words(.database))
    var right: String

    @OptionGroup var json: JSONFlag

    func run() throws {
        var (count, failures) = (0, 0)
        do {
            try Output.write { output in
                try compare { difference in
                    count += 1
                    if case .failure = difference.kind { failures += 1 }
                    try json.isOn
                        ? output.json(difference.json)
                        : output.line("\(difference.key): \(difference.sentence)")
                }
            }
        } catch let error as DirDBError {
            Diagnostics.error(error.message + Suggestion.text(for: error))
            throw ExitCode(2)
        }
        if count > 0 { throw ExitCode(failures > 0 ? 2 : 1) }
    }

    private func compare(_ report: (Difference) throws -> Void) throws {
        let (one, two) = (isFolder(left), isFolder(right))
        if one && two {
            let (left, right) = (try Database.open(left, .readOnly), try Database.open(right, .readOnly))
            return try left.differences(from: right, report)
        }
        if one != two {
            throw ValidationError(
                "One of the two is a database and the other is not: name two databases, or two entries.")
        }
        let (a, b) = (try Location.parse([left]).location, try Location.parse([right]).location)
        try a.read { left in
            try b.read { right in try left.differences(from: right).forEach(report) }
        }
    }

    private func isFolder(_ path: String) -> Bool { (try? Directory(path: path)) != nil }
}

extension Difference {
    fileprivate var sentence: String {
        switch kind {
        case .onlyLeft: "only in A"
        case .onlyRight: "only in B"
        case .data(let what, let left, let right): "\(what) is \(left) in A, \(right) in B"
        case .elements(let differing, let count, let greatest):
            "\(differing) of \(count) elements differ"
                + (greatest.map { ", by at most \(NumberText.short($0))" } ?? "")
        case .bytes: "the data differs"
        case .metadata(let key, let left?, let right?):
            "metadata \(key) is \(left.debugDescription) in A, \(right.debugDescription) in B"
        case .metadata(let key, .some, nil): "metadata \(key) is only in A"
        case .metadata(let key, nil, _): "metadata \(key) is only in B"
        case .failure(let error): "not compared: \(error.message)"
        }
    }

    fileprivate var json: JSON {
        var object: JSON = ["key": .string(key)]
        switch kind {
        case .onlyLeft: object["kind"] = "onlyLeft"
        case .onlyRight: object["kind"] = "onlyRight"
        case .data(let what, let left, let right):
            object["kind"] = .string(what)
            object["left"] = .string(left)
            object["right"] = .string(right)
        case .elements(let differing, let count, let greatest):
            object["kind"] = "elements"
            object["differing"] = JSON(differing)
            object["count"] = JSON(count)
            object["greatest"] = greatest.map { .real($0) } ?? .null
        case .bytes: object["kind"] = "bytes"
        case .metadata(let name, let left, let right):
            object["kind"] = "metadata"
            object["name"] = .string(name)
            object["left"] = left ?? .null
            object["right"] = right ?? .null
        case .failure(let error):
            object["kind"] = "failure"
            object["error"] = .string(error.message)
        }
        return object
    }
}
