import DirDB

/// What single files do: syncs, exclusive creation, and being replaced while they are open.
enum FileProbe {
    static func fileSync(in probe: borrowing ProbeDirectory) throws -> Answer {
        do {
            let name = "synced"
            guard let file = try probe.directory.create(name) else { return .fails("a new name is taken") }
            try probe.write([UInt8](repeating: 1, count: 4096), to: file, name)
            try file.sync(path: probe.directory.path(of: name))
            return .holds("accepted")
        } catch let error as DirDBError {
            return .fails(error.message)
        }
    }

    static func directorySync(in probe: borrowing ProbeDirectory) -> Answer {
        do throws(DirDBError) {
            try probe.directory.sync()
            return .holds("accepted")
        } catch {
            return .fails(error.message)
        }
    }

    static func exclusiveCreation(in probe: borrowing ProbeDirectory) -> Answer {
        do throws(DirDBError) {
            guard try probe.directory.create("single") != nil else { return .fails("a new name is taken") }
            guard try probe.directory.create("single") == nil else {
                return .fails("a file was created anew although it was there")
            }
            return .holds("refused for a name that is there")
        } catch {
            return .fails(error.message)
        }
    }

    /// Asked of a second process, because a mapping that fails kills.
    static func openFiles(in probe: borrowing ProbeDirectory) throws -> Answer {
        switch try Peer.run(.keepOpen, in: probe) {
        case Peer.Status.yes: .holds("keep their content when replaced or removed")
        case Peer.Status.no: .fails("an open or mapped file changed when its name was replaced or removed")
        case let status where status > 128: .fails("a mapping was lost: signal \(status - 128)")
        case let status: .fails("a second process failed with status \(status)")
        }
    }

    // MARK: The second process

    /// Keeps a file open and mapped while its name is replaced, then removed.
    static func keepOpen(in probe: borrowing ProbeDirectory) throws -> Int32 {
        let name = "kept-open"
        let path = probe.directory.path(of: name)
        // Several pages, so that not all of them come with the first look.
        let old = [UInt8](repeating: 1, count: 1 << 18)
        try probe.write(old, to: name)
        guard let file = try probe.directory.open(name) else { return Peer.Status.no }
        let mapped = try MappedFile(file, count: old.count, path: path)
        try probe.write([2, 2], to: "replacement")
        try probe.directory.rename("replacement", to: name)
        let isKept = try file.readAll(path: path) == old && mapped.withUnsafeBytes { $0.elementsEqual(old) }
        // The file that the name stands for now is open too.
        guard let new = try probe.directory.open(name) else { return Peer.Status.no }
        try probe.directory.unlink(name)
        let isNewKept = try new.readAll(path: path) == [2, 2]
        return isKept && isNewKept ? Peer.Status.yes : Peer.Status.no
    }
}
