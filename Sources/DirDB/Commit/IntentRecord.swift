/// The content of `.NAME.intent`: a commit of several files, written before the first of them changes.
///
/// One line of tab-separated fields: `dirdb-intent LENGTH CHECKSUM` and then the body, `1 ID` followed by either
/// the changes of one entry or one move. A record whose length or checksum is wrong counts as absent, because
/// then nothing visible has happened yet. Names and formats obey the rules for names, so that no record can
/// reach a file outside the database.
struct IntentRecord: Equatable {
    /// One step of a change of one entry.
    enum Change: Equatable {
        /// `R`: the temporary file of this format becomes visible; `old` is what it replaces.
        case replace(format: String, new: ContentIdentity, old: ContentIdentity?)
        /// `D`: the file of this format goes.
        case delete(format: String, old: ContentIdentity)
    }

    /// A rename of an entry; one record for each of the two, alike but for the side, stands beside it.
    struct Move: Equatable {
        /// Which of the two the record lies beside.
        ///
        /// The places alone do not tell: where one directory is part of the other, a database opened at the inner
        /// one would take the target for the source.
        enum Side: String {
            case source = "S"
            case target = "T"
        }

        /// Where an entry lies, seen from the deepest directory that both share.
        struct Place: Equatable {
            let directory: [String]
            let name: String

            // By bytes: names that differ in their normalisation only are different files.
            static func == (left: Place, right: Place) -> Bool {
                left.name.hasSameBytes(as: right.name) && left.directory.hasSameBytes(as: right.directory)
            }
        }

        /// A file by its format and what it contains.
        struct File: Equatable {
            let format: String
            let content: ContentIdentity
        }

        var side: Side
        let source: Place
        let target: Place
        /// `X`: files of the source that become the target's.
        let moved: [File]
        /// `B`: files of the target that go, because the source brings none of their format.
        let obsolete: [File]
    }

    enum Content: Equatable {
        case changes([Change])
        case move(Move)

        fileprivate var formats: [String] {
            switch self {
            case .changes(let changes):
                changes.map { change in
                    switch change {
                    case .replace(let format, _, _), .delete(let format, _): format
                    }
                }
            case .move(let move): (move.moved + move.obsolete).map(\.format)
            }
        }
    }

    let id: CommitID
    let content: Content
}

extension IntentRecord {
    private static let magic = "dirdb-intent"
    private static let version = "1"
    /// Far more than the longest record that this package writes.
    static let longestText = 1 << 16

    /// The text of the record, with the newline.
    var text: String {
        var fields = [Self.version, id.description]
        switch content {
        case .changes(let changes):
            for change in changes {
                switch change {
                case .replace(let format, let new, let old):
                    fields += ["R", format, new.description, old?.description ?? "-"]
                case .delete(let format, let old):
                    fields += ["D", format, old.description]
                }
            }
        case .move(let move):
            fields += ["M", move.side.rawValue] + Self.fields(of: move.source) + Self.fields(of: move.target)
            for file in move.moved { fields += ["X", file.format, file.content.description] }
            for file in move.obsolete { fields += ["B", file.format, file.content.description] }
        }
        let body = fields.joined(separator: "\t")
        return "\(Self.magic)\t\(body.utf8.count)\t\(Checksum.hexadecimal(Array(body.utf8)))\t\(body)\n"
    }

    private static func fields(of place: Move.Place) -> [String] {
        [place.directory.joined(separator: "/"), place.name]
    }

    /// Reads a record; nil when it is torn, damaged or breaks a rule.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        // Magic, length and checksum.
        var fields =
            text.split(separator: "\n").first?
            .split(separator: "\t", omittingEmptySubsequences: false).dropFirst(3).map(String.init)[...] ?? []
        guard fields.popFirst() == Self.version, let id = fields.popFirst().flatMap({ CommitID($0) }) else {
            return nil
        }
        self.id = id
        guard let content = fields.first == "M" ? Self.move(fields) : Self.changes(fields) else { return nil }
        self.content = content
        // With a format named twice, one step could undo another.
        let formats = content.formats.map { Array($0.utf8) }
        guard Set(formats).count == formats.count else { return nil }
        // Written again it is the same, byte by byte, with magic, length and checksum: so it is whole and ours.
        guard self.text.utf8.elementsEqual(bytes) else { return nil }
    }

    private static func changes(_ body: ArraySlice<String>) -> Content? {
        var fields = body
        var changes: [Change] = []
        while let kind = fields.popFirst() {
            guard let format = format(fields.popFirst()), let identity = fields.popFirst() else { return nil }
            switch kind {
            case "R":
                guard let new = ContentIdentity(identity), let old = fields.popFirst() else { return nil }
                let replaced = ContentIdentity(old)
                guard replaced != nil || old == "-" else { return nil }
                changes.append(.replace(format: format, new: new, old: replaced))
            case "D":
                guard let old = ContentIdentity(identity) else { return nil }
                changes.append(.delete(format: format, old: old))
            default: return nil
            }
        }
        return changes.isEmpty ? nil : .changes(changes)
    }

    private static func move(_ body: ArraySlice<String>) -> Content? {
        var fields = body.dropFirst()
        guard let side = fields.popFirst().flatMap({ Move.Side(rawValue: $0) }),
            let source = place(fields.popFirst(), fields.popFirst()),
            let target = place(fields.popFirst(), fields.popFirst())
        else { return nil }
        var moved: [Move.File] = []
        var obsolete: [Move.File] = []
        while let kind = fields.popFirst() {
            guard let format = format(fields.popFirst()),
                let content = fields.popFirst().flatMap({ ContentIdentity($0) })
            else { return nil }
            let file = Move.File(format: format, content: content)
            switch kind {
            case "X": moved.append(file)
            case "B": obsolete.append(file)
            default: return nil
            }
        }
        guard !moved.isEmpty, source != target else { return nil }
        return .move(Move(side: side, source: source, target: target, moved: moved, obsolete: obsolete))
    }

    private static func format(_ field: String?) -> String? {
        guard let field else { return nil }
        if field == FileNames.metadataExtension { return field }
        return NameRules.objection(toFormat: field) == nil ? field : nil
    }

    private static func place(_ directory: String?, _ name: String?) -> Move.Place? {
        guard let directory, let name else { return nil }
        // By scalars: a slash and a combining mark behind it are one Character.
        let components = directory.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
            .map { String($0) }
        let path = directory.isEmpty ? [] : components
        guard (path + [name]).allSatisfy({ NameRules.objection(toName: $0) == nil }) else { return nil }
        return Move.Place(directory: path, name: name)
    }
}
