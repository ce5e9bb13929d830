import DirDB
import Synchronization

/// The entries in a database that an import would make anew.
final class OutdatedEntries: Sendable {
    private let entries = Mutex<(imported: [Entry], foreign: [Entry])>(([], []))

    /// Notes an entry; a foreign one is of no import.
    func note(_ entry: Entry, isForeign: Bool) {
        entries.withLock { entries in
            if isForeign { entries.foreign.append(entry) } else { entries.imported.append(entry) }
        }
    }

    /// - Throws: `.alreadyExists` when there are foreign ones, which would be lost.
    func refuseForeign(_ database: Database) throws(DirDBError) {
        let keys = entries.withLock { $0.foreign }.map(\.key)
        if keys.isEmpty { return }
        let shown = keys.prefix(5).joined(separator: ", ") + (keys.count > 5 ? ", …" : "")
        throw DirDBError(
            .alreadyExists, path: database.path, subject: "nothing was imported",
            "\(database.path) has entries that no import has made and that this one would replace:"
                + " \(shown) (\(keys.count) in all)",
            remedy: "give them other names, or import into another database")
    }

    /// Removes those of earlier imports: one that then fails leaves no mixture of entries, some of which belong to other
    /// trials.
    func remove() throws {
        for entry in entries.withLock({ $0.imported }) {
            do { try entry.delete() } catch let error as DirDBError where error.code == .notFound {
                // Somebody else removed it meanwhile.
            }
        }
    }
}
