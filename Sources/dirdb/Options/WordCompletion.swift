import ArgumentParser
import DirDB
import DirDBDumpers

/// What a shell completes beyond options: databases, keys, files, formats and keys of metadata.
///
/// The shell calls the program with the words of the command line. Nothing is locked or changed, and what cannot be read
/// completes nothing.
enum WordCompletion {
    /// What a positional argument is.
    enum Kind {
        case database, key, file
    }

    /// The options that take no value, of all commands: a word after any other option is its value.
    static let flags: Set<String> = [
        "--all",
        "--allow-missing-parameters",
        "--checksums",
        "--core",
        "--csv",
        "--delete",
        "--dendritic-spike-times",
        "--dendritic-traces",
        "--dry-run",
        "--existing",
        "--float32",
        "--force",
        "--help",
        "--json",
        "--link",
        "--move",
        "--new-id",
        "--no-core",
        "--no-dendritic-spike-times",
        "--no-dendritic-traces",
        "--no-header",
        "--no-parameters",
        "--no-provenance",
        "--no-spike-times",
        "--no-synapse-activation",
        "--no-voltage-traces",
        "--parameters",
        "--provenance",
        "--record",
        "--recursive",
        "--relaxed",
        "--remove-locks",
        "--replace",
        "--reverse",
        "--shared",
        "--skeleton",
        "--spike-times",
        "--stats",
        "--synapse-activation",
        "--verify",
        "--version",
        "--voltage-traces",
        "-a",
        "-h",
        "-help",
        "-r",
    ]

    /// Completes positional arguments of these kinds in their order; the last kind repeats.
    static func words(_ kinds: Kind...) -> CompletionKind {
        .custom { words, index, prefix in
            let before = positionals(words, before: index)
            // DB/KEY stands for two.
            let isPath = before.first.map { $0.utf8.contains(UInt8(ascii: "/")) && !isFolder($0) } ?? false
            let place = before.count + (isPath ? 1 : 0)
            switch kinds[min(place, kinds.count - 1)] {
            case .database: return paths(prefix, onlyFolders: true) + keys(asPath: prefix)
            case .key: return isPath ? [] : before.first.map { keys(prefix, in: $0) } ?? []
            case .file: return paths(prefix, onlyFolders: false)
            }
        }
    }

    /// Completes a key of metadata, or the beginning of a condition or an assignment.
    static let metadataKey = CompletionKind.custom { words, index, prefix in
        let before = positionals(words, before: words.count)
        guard let place = before.first else { return [] }
        return metadataKeys(prefix, place, before.dropFirst().first)
    }

    static let format = CompletionKind.list([any Dumper].standard.map(\.fileExtension))

    // MARK: The words of the command line

    /// The positional arguments between the name of the command and a word, options and their values left out.
    private static func positionals(_ words: [String], before end: Int) -> [String] {
        var found: [String] = []
        var rest = words.prefix(end).dropFirst(2)[...]
        while let word = rest.popFirst() {
            if word.utf8.first != UInt8(ascii: "-") || word == "-" {
                found.append(word)
            } else if !word.utf8.contains(UInt8(ascii: "=")), !flags.contains(word) {
                rest = rest.dropFirst()
            }
        }
        return found
    }

    private static func expandingHome(_ path: String) -> String {
        guard path.utf8.starts(with: "~/".utf8), let home = Environment.variable("HOME") else { return path }
        return home + String(Substring(path.utf8.dropFirst()))
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? Directory(path: expandingHome(path))) != nil
    }

    // MARK: Candidates

    private static func paths(_ prefix: String, onlyFolders: Bool) -> [String] {
        let (folder, name) = split(prefix)
        var found: [String] = []
        guard let directory = try? Directory(path: folder.isEmpty ? "." : expandingHome(folder)),
            let stream = try? directory.stream()
        else { return [] }
        while let next = try? stream.next() {
            guard let file = next.name, file.utf8.starts(with: name.utf8), !file.isHidden || !name.isEmpty
            else { continue }
            if next.kind == .directory || next.kind != .regular && isFolder(folder + file) {
                found.append("\(folder)\(file)/")
            } else if !onlyFolders {
                found.append(folder + file)
            }
        }
        return found.sorted()
    }

    /// The keys, and the sub-databases with a slash, that begin so.
    private static func keys(_ prefix: String, in database: String) -> [String] {
        guard let opened = try? Database.open(expandingHome(database), .readOnly) else { return [] }
        let (folder, start) = split(prefix)
        let names = folder.pathComponents
        guard let place = names.isEmpty ? opened : try? opened.subdatabase(at: names) else { return [] }
        let entries = (try? place.entries(withoutData: true)).map { $0.map(\.name) } ?? []
        let folders = ((try? place.subdatabases()) ?? []).compactMap { $0.components.last.map { "\($0)/" } }
        return Set(entries + folders).filter { $0.utf8.starts(with: start.utf8) }.map { folder + $0 }.sorted()
    }

    /// The keys in the folder that a path of the form DB/KEY begins with.
    private static func keys(asPath prefix: String) -> [String] {
        let (folder, name) = split(prefix)
        if folder.isEmpty { return [] }
        return keys(name, in: folder)
            .filter { $0.utf8.last != UInt8(ascii: "/") }.map { folder + $0 }
    }

    /// What stands before the last slash, with it, and what after it.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        let start = path.utf8.index(after: slash)
        return (String(path[..<start]), String(path[start...]))
    }

    // Enough to see which keys there are, few enough to be quick.
    private static let sampledEntries = 200

    private static func metadataKeys(_ prefix: String, _ database: String, _ key: String?) -> [String] {
        var metas: [JSON] = []
        if let key, let location = try? Location(database, key), let entry = try? location.entry(.readOnly) {
            metas = [(try? entry.meta) ?? [:]]
        }
        if metas.allSatisfy({ $0 == [:] }), let opened = try? Database.open(database, .readOnly),
            let entries = try? opened.entries()
        {
            metas = entries.prefix(sampledEntries).compactMap { try? $0.meta }
        }
        var found: Set<String> = []
        for meta in metas { collect(meta, "", prefix, &found) }
        return found.sorted()
    }

    private static func collect(_ value: JSON, _ path: String, _ prefix: String, _ found: inout Set<String>) {
        for (key, member) in value.asObject ?? [:] {
            // A key with a dot would need quotes, which the shell takes away.
            if key.utf8.contains(UInt8(ascii: ".")) { continue }
            let whole = path + key
            if whole.utf8.starts(with: prefix.utf8) { found.insert(whole) }
            if member.asObject != nil, prefix.utf8.starts(with: "\(whole).".utf8) {
                collect(member, "\(whole).", prefix, &found)
            }
        }
    }
}
