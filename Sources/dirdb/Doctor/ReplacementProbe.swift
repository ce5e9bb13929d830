import DirDB

/// Whether rename(2) replaces atomically: this process replaces a file again and again, while a second one opens
/// it by name and must always find one version, whole.
enum ReplacementProbe {
    private static let target = "target"
    private static let time = Duration.milliseconds(250)
    private static let fewest = 100
    private static let fewestLooks = 20

    static func run(in probe: borrowing ProbeDirectory) throws -> Answer {
        do {
            var count: UInt64 = 0
            try replace(&count, in: probe)
            let peer = try Peer(.watch, in: probe)
            if let status = try peer.waitForFile("watching", in: probe) {
                return .fails("a second process failed with status \(status)")
            }
            let start = ContinuousClock.now
            // On a slow server fewer will have to do. On a busy machine the second process must first have its turn.
            while true {
                let passed = ContinuousClock.now - start
                if passed > time && (count > fewest || passed > time * 4) {
                    let hasLooked = try ["looked", "report"].contains {
                        try probe.directory.status($0) != nil
                    }
                    if hasLooked || passed > Peer.patience { break }
                }
                if Task.isCancelled { throw CancellationError() }
                try replace(&count, in: probe)
            }
            try probe.write([], to: "stop")
            let status = try peer.wait()
            let report = try probe.read("report").map { String(decoding: $0, as: UTF8.self) } ?? ""
            switch status {
            case Peer.Status.yes:
                return .holds("atomic: \(count) replacements, \(report) looks of a second process, all whole")
            case Peer.Status.no: return .fails(report)
            default: return .fails("a second process failed with status \(status)")
            }
        } catch let error as DirDBError {
            return .fails(error.message)
        }
    }

    private static func replace(_ count: inout UInt64, in probe: borrowing ProbeDirectory) throws {
        count += 1
        try probe.write(version(count), to: "next")
        try probe.directory.rename("next", to: target)
    }

    /// The content of a version: its number again and again, so often that neighbours differ in length.
    private static func version(_ number: UInt64) -> [UInt8] {
        let copies = 1 + Int(number % 7) * 700
        return [UInt64](repeating: number, count: copies).withUnsafeBytes { Array($0) }
    }

    // MARK: The second process

    /// Looks until it is told to stop, or something is wrong; reports the number of looks, or what is wrong.
    static func watch(in probe: borrowing ProbeDirectory) throws -> Int32 {
        try probe.write([], to: "watching")
        let start = ContinuousClock.now
        var looks = 0
        var objection: String?
        while objection == nil, ContinuousClock.now - start < Peer.patience {
            objection = try look(in: probe)
            looks += 1
            if looks == fewestLooks { try probe.write([], to: "looked") }
            if try probe.directory.status("stop") != nil { break }
        }
        try probe.write(Array((objection ?? "\(looks)").utf8), to: "report")
        return objection == nil ? Peer.Status.yes : Peer.Status.no
    }

    private static func look(in probe: borrowing ProbeDirectory) throws -> String? {
        guard let bytes = try probe.read(target) else { return "the name was missing during a replacement" }
        guard bytes.count >= 8 else { return "a file of \(bytes.count) bytes was seen, which is no version" }
        let number = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        return bytes == version(number) ? nil : "a version was seen that was torn, or mixed from two"
    }
}
