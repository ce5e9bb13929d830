/// What a successful change survives.
public enum Durability: Sendable {
    /// The death of the process at any instruction, and the loss of power at any moment: file and directory are
    /// synced before success is reported.
    case full
    /// The death of the process. After a power cut recent changes may be missing or damaged; for data that can
    /// be made again.
    case relaxed
}
