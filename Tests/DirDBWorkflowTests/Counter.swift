import Synchronization

/// Counts, from any thread.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func add() { value.add(1, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}
