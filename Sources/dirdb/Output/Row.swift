import DirDB
import DirDBDumpers

/// What a listing tells of one entry.
struct Row {
    /// Something that is damaged.
    struct Problem {
        let mark: String
        let sentence: String
    }

    static let columns = [
        TextTable.Column(title: "NAME"), TextTable.Column(title: "FORMAT"), TextTable.Column(title: "DTYPE"),
        TextTable.Column(title: "SHAPE"), TextTable.Column(title: "SIZE", isRight: true),
        TextTable.Column(title: "AGE", isRight: true), TextTable.Column(title: "METADATA"),
    ]

    let key: String
    /// The file's own facts, which are known even if its content is damaged.
    let file: (format: String, bytes: Int64, modified: FileTime)?
    let content: FormatInfo
    /// nil when it is damaged.
    let meta: JSON?
    private(set) var problems: [Problem] = []

    /// Looks at an entry; nil when it is gone, or has no data and that is not asked for.
    init?(_ entry: Entry, withoutData: Bool) {
        key = entry.key
        var file: (format: String, bytes: Int64, modified: FileTime)?
        var content = FormatInfo()
        var meta: JSON?
        do {
            let found = try entry.inspect()
            do {
                if let info = try found.info.get() {
                    file = (info.format, info.bytes, info.modified)
                    content = info.content
                }
            } catch {
                problems.append(Problem(mark: "damaged data", sentence: "\(error)"))
                file = try? entry.withData { ($0.format, $0.size, $0.modified) }
            }
            do { meta = try found.meta.get() } catch {
                problems.append(Problem(mark: "damaged metadata", sentence: error.message))
            }
        } catch let error as DirDBError where error.code == .pendingCommit {
            problems.append(
                Problem(mark: "commit cut short", sentence: "\(error.message): dirdb recover DB"))
        } catch {
            problems.append(Problem(mark: "unreadable", sentence: "\(error)"))
        }
        if problems.isEmpty && file == nil && (!withoutData || meta?.asObject?.isEmpty == true) { return nil }
        self.file = file
        self.content = content
        self.meta = meta
    }

    func fulfils(_ conditions: [Condition]) -> Bool {
        guard let meta else { return false }
        return conditions.allSatisfy { $0.holds(for: meta) }
    }

    func cells(now: FileTime) -> [String] {
        let marks =
            problems.map { "! \($0.mark)" }
            + [meta.map { MetadataSummary.text($0) } ?? ""].filter { !$0.isEmpty }
        return [
            key, file.flatMap { $0.format.isEmpty ? nil : $0.format } ?? "-", content.dtype ?? "-",
            Units.shape(content) ?? "-",
            file.map { Units.size($0.bytes) } ?? "-", file.map { Units.age($0.modified, now: now) } ?? "-",
            marks.joined(separator: " "),
        ]
    }

    var json: JSON {
        var object: JSON = [
            "name": .string(key),
            "format": file.map { .string($0.format) } ?? .null,
            "dtype": content.dtype.map { .string($0) } ?? .null,
            "shape": content.shape.map { .array($0.map { .integer(Int64($0)) }) } ?? .null,
            "rows": content.rows.map { .integer(Int64($0)) } ?? .null,
            "columns": content.columns.map { .integer(Int64($0)) } ?? .null,
            "bytes": file.map { .integer($0.bytes) } ?? .null,
            "modified": file.map { Units.json($0.modified) } ?? .null,
            "meta": meta ?? .null,
        ]
        if !problems.isEmpty {
            object["error"] = .string(problems.map(\.sentence).joined(separator: "; "))
        }
        return object
    }
}
