/// Who may hold an entry's lock at the same time.
public enum LockMode: Sendable {
    /// One holder alone, who may read and change the entry.
    case exclusive
    /// Any number of holders, who see data and metadata that belong together and change nothing.
    case shared
}
