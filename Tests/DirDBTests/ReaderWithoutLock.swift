import DirDB
import Foundation
import Synchronization
import TestSupport

/// A thread of its own that reads the playground's entries without a lock until it is stopped: a task would
/// wait for a free thread of the pool, which other tests keep busy.
final class ReaderWithoutLock: Sendable {
    private struct State {
        var isStopping = false
        var reads = 0
        var failure: String?
    }

    private let state = Mutex(State())
    private let finished = DispatchSemaphore(value: 0)

    init(_ database: Database) {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isStopping && $0.reads > 0 }) {
                let failure = Self.readOnce(database)
                state.withLock { state in
                    state.reads += 1
                    state.failure = state.failure ?? failure
                }
                if failure != nil { break }
            }
            finished.signal()
        }
    }

    private static func readOnce(_ database: Database) -> String? {
        do {
            for name in ["data", "form"] {
                // No lock: the data is one whole version.
                let bytes = try database[name].bytes()
                if Generation.number(bytes) == nil { return "the data of \(name) is torn" }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Ends the thread after its first or current read.
    /// - Returns: What went wrong; nil when every read was whole.
    func stop() -> String? {
        state.withLock { $0.isStopping = true }
        finished.wait()
        return state.withLock { $0.failure }
    }
}
