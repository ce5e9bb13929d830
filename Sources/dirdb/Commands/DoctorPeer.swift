import ArgumentParser
import DirDB

/// The command `dirdb doctor-peer`, the second process of the probes of `dirdb doctor`.
struct DoctorPeer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor-peer", abstract: "Take part in a probe of the doctor.", shouldDisplay: false)

    @Argument var directory: String
    @Option var role: Peer.Role

    func run() throws {
        let probe = try ProbeDirectory(path: directory)
        let status =
            switch role {
            case .lockExclusively: try LockProbe.tryOnce(exclusive: true, in: probe)
            case .lockShared: try LockProbe.tryOnce(exclusive: false, in: probe)
            case .keepLock: try LockProbe.keep(in: probe)
            case .watch: try ReplacementProbe.watch(in: probe)
            case .keepOpen: try FileProbe.keepOpen(in: probe)
            }
        throw ExitCode(status)
    }
}
