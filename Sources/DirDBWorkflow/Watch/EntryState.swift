import DirDB

/// The name of an entry as a key: compared by its bytes, since strings of different bytes may be equal.
struct EntryName: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: EntryName, right: EntryName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// What a watch has seen of an entry's files, and what of it was not told yet.
struct EntryState {
    /// Tells versions of a file apart: a commit publishes a new file, an in-place write changes time or size.
    struct Stamp: Equatable {
        let identity: FileIdentity
        private let size: Int64
        private let modified: FileTime

        init(_ status: FileStatus) {
            identity = status.identity
            size = status.size
            modified = status.modified
        }
    }

    /// What is known of a file.
    enum File: Equatable {
        case absent
        /// It was published, but gone before it could be looked at.
        case passed
        case present(Stamp)
    }

    /// How it became known.
    enum Evidence {
        /// It was looked at: it has changed if it looks different.
        case look
        /// A name was made or removed: that is a change.
        case name
        /// A writer has closed the file, in place or after its rename, which is an event of its own.
        case closing
    }

    // By the bytes of the format: strings of different bytes may be equal.
    private var data: [[UInt8]: File] = [:]
    private var metadata = File.absent
    private var hadData = false
    private var isDataTouched = false
    private var isMetadataTouched = false
    /// Whether a commit of several files is under way, whose steps are told as one change.
    var isCommitting = false
    /// Whether a listing has found that there is no data.
    var isWithoutData = false

    /// The extension of the only data file.
    var format: String? {
        data.count == 1 ? data.keys.first.map { String(decoding: $0, as: UTF8.self) } : nil
    }

    /// Whether nothing is known and nothing is to be told.
    var isEmpty: Bool { data.isEmpty && metadata == .absent && !isCommitting }

    /// Whether there is something to be told.
    var hasChanged: Bool { isDataTouched || isMetadataTouched }

    /// The formats of the data files.
    var formats: [[UInt8]] { Array(data.keys) }

    /// Notes what is known of a data file now.
    mutating func noteData(_ format: [UInt8], _ file: File, _ evidence: Evidence) {
        guard Self.isChange(from: data[format] ?? .absent, to: file, evidence) else { return }
        data[format] = file == .absent ? nil : file
        isDataTouched = true
    }

    /// Notes what is known of the metadata file now.
    mutating func noteMetadata(_ file: File, _ evidence: Evidence) {
        guard Self.isChange(from: metadata, to: file, evidence) else { return }
        metadata = file
        isMetadataTouched = true
    }

    private static func isChange(from known: File, to file: File, _ evidence: Evidence) -> Bool {
        switch (evidence, known, file) {
        case (.name, _, _): true
        case (.look, _, _), (.closing, .absent, _): known != file
        // Another file has got the name since: of that another event tells.
        case (.closing, .present(let old), .present(let new)): old.identity == new.identity && old != new
        case (.closing, _, _): false
        }
    }

    /// What is to be told now; nil when there is nothing, or a commit is under way.
    mutating func takeChange() -> DatabaseChange.Kind? {
        guard !isCommitting, hasChanged else { return nil }
        defer {
            hadData = !data.isEmpty
            isDataTouched = false
            isMetadataTouched = false
        }
        switch (hadData, !data.isEmpty) {
        case (false, true): return .new
        case (true, false): return .removed
        case (true, true) where isDataTouched: return .replaced
        default: return isMetadataTouched ? .metadata : nil
        }
    }
}
