import DirDB
import DirDBDumpers

/// What a listing shows of one entry.
struct Row {
    /// Why data or metadata is of no use as it is.
    struct Problem {
        let error: any Error
        let condition: FileCondition
        /// Such as `damaged` of data, `damaged metadata` of metadata.
        let mark: String
        let sentence: String

        init(_ error: any Error, ofMetadata: Bool = false) {
            self.error = error
            condition = FileCondition(error)
            mark = condition.rawValue + (ofMetadata ? " metadata" : "")
            sentence = condition == .pending ? "\(error): dirdb recover DB" : "\(error)"
        }
    }

    static let columns = [
        TextTable.Column(title: "NAME"), TextTable.Column(title: "FORMAT"), TextTable.Column(title: "DTYPE"),
        TextTable.Column(title: "SHAPE"), TextTable.Column(title: "SIZE", isRight: true),
        TextTable.Column(title: "AGE", isRight: true), TextTable.Column(title: "METADATA"),
    ]

    let key: String
    /// The facts of the file itself, which are known even if its content is damaged.
    let file: (format: String, bytes: Int64, modified: FileTime)?
    let content: FormatInfo
    /// nil when it cannot be read.
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
                    if let problem = content.problem { problems.append(Problem(problem)) }
                }
            } catch {
                problems.append(Problem(error))
                file = try? entry.withData { ($0.format, $0.size, $0.modified) }
            }
            do { meta = try found.meta.get() } catch {
                problems.append(Problem(error, ofMetadata: true))
            }
        } catch {
            problems.append(Problem(error))
        }
        if problems.isEmpty && file == nil && (!withoutData || meta?.asObject?.isEmpty == true) { return nil }
        self.file = file
        self.content = content
        self.meta = meta
    }

    /// Whether something is wrong; nothing is with a whole file of a kind that is not supported.
    var isAtFault: Bool { problems.contains { $0.condition != .unsupported } }

    func fulfils(_ conditions: [Condition], now: FileTime) -> Bool {
        guard let meta else { return false }
        var facts = json
        facts.remove("meta")
        facts["size"] = facts.bytes
        facts["age"] = file.map { .real(Units.seconds(from: $0.modified, to: now)) } ?? .null
        return conditions.allSatisfy { $0.holds(for: meta, facts: facts) }
    }

    /// The columns of a listing: the metadata in one, or some keys of it each in its own.
    static func columns(_ keys: [KeyPathArgument]) -> [TextTable.Column] {
        guard !keys.isEmpty else { return columns }
        return columns.dropLast() + keys.map { TextTable.Column(title: $0.description, isRight: true) }
    }

    func cells(now: FileTime, _ keys: [KeyPathArgument] = []) -> [String] {
        let marks =
            problems.map { "! \($0.mark)" }
            + [meta.map { MetadataSummary.text($0) } ?? ""].filter { !$0.isEmpty }
        if !keys.isEmpty {
            let values = keys.map { key in
                meta?.value(at: key).map { MetadataSummary.text(ofValue: $0) } ?? "-"
            }
            return cells(now: now).dropLast() + values
        }
        return [
            key, file.flatMap { $0.format.isEmpty ? nil : $0.format } ?? "-", content.dtype ?? "-",
            Units.shape(content) ?? "-",
            file.map { Units.size($0.bytes) } ?? "-", file.map { Units.age($0.modified, now: now) } ?? "-",
            marks.joined(separator: " "),
        ]
    }

    /// The fields of a line of csv: numbers and times in full, metadata as JSON or some keys of it.
    func csvFields(_ keys: [KeyPathArgument]) -> [String] {
        let values =
            keys.isEmpty
            ? [meta.map(\.debugDescription) ?? ""]
            : keys.map { key in
                guard let value = meta?.value(at: key), value != .null else { return "" }
                return value.asString ?? value.debugDescription
            }
        return [
            key, file?.format ?? "", content.dtype ?? "", Units.shape(content) ?? "",
            file.map { "\($0.bytes)" } ?? "", file.map(\.modified.iso8601) ?? "",
        ] + values
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
        if let first = problems.first {
            object["state"] = .string(first.condition.rawValue)
            object["error"] = .string(problems.map(\.sentence).joined(separator: "; "))
        }
        return object
    }
}
