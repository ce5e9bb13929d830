/// Which parts of a folder of simrun results are imported.
public struct SimrunOptions: Sendable, Hashable {
    /// Creates the options of a whole import.
    public init() {}
}
