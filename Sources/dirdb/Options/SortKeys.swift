import ArgumentParser
import DirDB
import DirDBDumpers

/// What a listing is sorted by: `name`, `time`, `size`, `none`, or keys of metadata; several with commas in between.
struct SortKeys: ExpressibleByArgument {
    enum Key {
        case name, time, size
        case metadata(KeyPathArgument)
    }

    /// Empty for no order.
    let keys: [Key]

    static let name = SortKeys(keys: [.name])
    var defaultValueDescription: String { "name" }

    private init(keys: [Key]) {
        self.keys = keys
    }

    init?(argument: String) {
        if argument == "none" {
            keys = []
            return
        }
        guard let paths = KeyListArgument(argument: argument)?.paths else { return nil }
        keys = paths.map { path in
            switch path.description {
            case "name": .name
            case "time": .time
            case "size": .size
            default: .metadata(path)
            }
        }
    }

    /// The order in which the library can list; nil where the rows have to be sorted when all are read.
    var order: Database.Order? {
        if keys.isEmpty { return .unsorted }
        guard keys.count == 1 else { return nil }
        return switch keys[0] {
        case .name: .name
        case .time: .time
        case .size: .size
        case .metadata: nil
        }
    }

    /// Whether a row comes before another: by the first key in which they differ, and last by name.
    func precedes(_ left: Row, _ right: Row) -> Bool {
        for key in keys {
            if isLess(left, right, key) { return true }
            if isLess(right, left, key) { return false }
        }
        return left.key.precedesInBytes(right.key)
    }

    private func isLess(_ left: Row, _ right: Row, _ key: Key) -> Bool {
        switch key {
        case .name: return left.key.precedesInBytes(right.key)
        case .time: return (left.file?.modified).precedes(right.file?.modified)
        case .size: return (left.file?.bytes).precedes(right.file?.bytes)
        case .metadata(let path):
            let (one, two) = (left.meta?.value(at: path), right.meta?.value(at: path))
            let (first, second) = (one.rank, two.rank)
            if first != second { return first < second }
            guard let one, let two else { return false }
            return one.precedes(two) ?? false
        }
    }
}

extension Optional where Wrapped: Comparable {
    /// What is missing comes last.
    fileprivate func precedes(_ other: Wrapped?) -> Bool {
        guard let self else { return false }
        return other.map { self < $0 } ?? true
    }
}

extension JSON? {
    /// Numbers before texts, these before what has no order, and last what is missing.
    fileprivate var rank: Int {
        guard let self else { return 3 }
        return self.asDouble != nil ? 0 : self.asString != nil ? 1 : 2
    }
}

/// Keys of metadata with commas in between: `mean,stats.std`.
struct KeyListArgument: ExpressibleByArgument {
    let paths: [KeyPathArgument]

    init?(argument: String) {
        var paths: [KeyPathArgument] = []
        var rest = argument[...]
        repeat {
            guard let (path, others) = KeyPathArgument.split(String(rest), before: ","), others != "," else {
                return nil
            }
            paths.append(path)
            rest = others.dropFirst()
        } while !rest.isEmpty
        self.paths = paths
    }
}
