import Dispatch
import Synchronization

/// Work on many files at once, with results in order and a bounded number of them in memory.
///
/// The contract: `work` runs on threads of its own, `consume` on the calling thread, for 0, 1, 2 … in this order. No
/// more than twice as many items as threads are begun and not yet consumed. The first error, in the order of the
/// items, ends it: it is thrown when no thread works any more.
package enum OrderedWork {
    /// Works on `count` items.
    ///
    /// - Parameters:
    ///   - count: The number of items.
    ///   - threadCount: The most threads; those of the machine unless said otherwise.
    ///   - work: Makes the result of an item.
    ///   - consume: Takes the result of an item.
    /// - Throws: What `work` and `consume` throw.
    package static func run<Item: Sendable>(
        count: Int, threadCount: Int = Machine.processorCount,
        _ work: @escaping @Sendable (Int) throws -> Item, consume: (Int, Item) throws -> Void
    ) throws {
        try run(count: count, threadCount: threadCount) {
        } _: { (_: inout Void, index) in
            try work(index)
        } consume: { index, item in
            try consume(index, item)
        }
    }

    /// Works on `count` items; each thread keeps something, such as memory, from one of its items to the next.
    ///
    /// - Parameters:
    ///   - count: The number of items.
    ///   - threadCount: The most threads; those of the machine unless said otherwise.
    ///   - makeTools: Makes what a thread keeps.
    ///   - work: Makes the result of an item.
    ///   - consume: Takes the result of an item.
    /// - Throws: What `work` and `consume` throw.
    package static func run<Item: Sendable, Tools: ~Copyable>(
        count: Int, threadCount: Int = Machine.processorCount,
        _ makeTools: @escaping @Sendable () -> Tools,
        _ work: @escaping @Sendable (inout Tools, Int) throws -> Item,
        consume: (Int, Item) throws -> Void
    ) throws {
        let threadCount = min(max(threadCount, 1), count)
        if threadCount <= 1 {
            var tools = makeTools()
            for index in 0..<count { try consume(index, try work(&tools, index)) }
            return
        }
        let board = Board<Item>(count: count, room: 2 * threadCount)
        let group = DispatchGroup()
        for number in 0..<threadCount {
            // A queue of its own is a thread of its own while it works.
            DispatchQueue(label: "dirdb.simrun.\(number)").async(group: group) {
                var tools = makeTools()
                board.work { index in try work(&tools, index) }
            }
        }
        defer {
            board.stop(threadCount: threadCount)
            group.wait()
        }
        for index in 0..<count { try consume(index, try board.take(index).get()) }
    }
}

/// Where threads take items from and put results.
private final class Board<Item: Sendable>: Sendable {
    private struct State {
        var next = 0
        var isStopped = false
        var results: [Int: Result<Item, any Error>] = [:]
    }

    private let count: Int
    private let state = Mutex(State())
    private let room: DispatchSemaphore
    private let arrival = DispatchSemaphore(value: 0)

    init(count: Int, room: Int) {
        self.count = count
        // Created with 0: libdispatch stops the program when one goes that has less than at its creation.
        self.room = DispatchSemaphore(value: 0)
        for _ in 0..<room { self.room.signal() }
    }

    /// What a thread does: items until there are none, or it is stopped.
    func work(_ body: (Int) throws -> Item) {
        while true {
            room.wait()
            let index: Int? = state.withLock { state in
                if state.isStopped || state.next == count { return nil }
                state.next += 1
                return state.next - 1
            }
            guard let index else { return }
            let result = Result { try body(index) }
            state.withLock { $0.results[index] = result }
            arrival.signal()
        }
    }

    /// Waits for the result of an item.
    func take(_ index: Int) -> Result<Item, any Error> {
        while true {
            if let result = state.withLock({ $0.results.removeValue(forKey: index) }) {
                room.signal()
                return result
            }
            arrival.wait()
        }
    }

    func stop(threadCount: Int) {
        state.withLock { $0.isStopped = true }
        for _ in 0..<threadCount { room.signal() }
    }
}
