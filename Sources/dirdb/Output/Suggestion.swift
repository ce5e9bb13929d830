import DirDB
import DirDBDumpers

/// The name that a mistyped one was probably meant to be.
enum Suggestion {
    /// What to add to an error; "" when nothing near is there.
    static func text(for error: DirDBError) -> String {
        guard error.code == .notFound else { return "" }
        let (folder, name) = error.path.splitAtLastSlash()
        return nearest(to: name, among: names(in: folder)).map { "; did you mean \($0)?" } ?? ""
    }

    /// The name that takes the fewest changes of one character; nil when that are too many to be a slip.
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.unicodeScalars)
        // Of very short names every other one is near.
        let limit = wanted.count < 3 ? 0 : wanted.count < 5 ? 1 : max(2, wanted.count / 4)
        var best: (distance: Int, name: String)?
        for candidate in names where !candidate.utf8.elementsEqual(name.utf8) {
            let other = Array(candidate.unicodeScalars)
            if abs(other.count - wanted.count) > limit { continue }
            let found = (distance: distance(wanted, other), name: candidate)
            if found.distance <= limit, best.map({ found < $0 }) ?? true { best = found }
        }
        return best?.name
    }

    /// Damerau and Levenshtein's distance with adjacent transpositions (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var (beforeLast, last) = ([Int](), Array(0...right.count))
        for row in 1..<left.count + 1 {
            var current = [row]
            for column in 1..<right.count + 1 {
                var cost = min(
                    last[column] + 1, current[column - 1] + 1,
                    last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1]
                {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }

    /// The entries and folders in a folder.
    private static func names(in folder: String) -> Set<String> {
        guard let stream = try? Directory(path: folder).stream() else { return [] }
        var names: Set<String> = []
        while let next = try? stream.next() {
            guard let file = next.name else { continue }
            switch (FileRole(file), next.kind) {
            case (_, .directory) where !file.isHidden: names.insert(file)
            case (.data(let entry, _), .regular), (.metadata(let entry), .regular): names.insert(entry)
            default: break
            }
        }
        return names
    }
}
