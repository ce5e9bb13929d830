import DirDB
import Synchronization

/// Counts the system calls of a body, and disturbs it at one of them.
package final class Disturbance: Sendable {
    private let calls = Atomic<Int>(0)
    private let target: Int
    private let verdict: @Sendable (SystemCall) -> SystemCall.Verdict
    private let isDeath: Bool

    private init(
        at target: Int, isDeath: Bool, _ verdict: @escaping @Sendable (SystemCall) -> SystemCall.Verdict
    ) {
        self.target = target
        self.isDeath = isDeath
        self.verdict = verdict
    }

    /// The n-th call, counted from 0, fails with an error number.
    package static func failure(at call: Int, _ errno: Int32) -> Disturbance {
        Disturbance(at: call, isDeath: false) { _ in .fail(errno) }
    }

    /// The n-th call, if it writes, writes one byte less than half of what it should.
    package static func shortWrite(at call: Int) -> Disturbance {
        Disturbance(at: call, isDeath: false) {
            $0.name == .write ? .shorten(to: max(1, $0.byteCount / 2 - 1)) : .proceed
        }
    }

    /// The process as good as dies before the n-th call: from then on nothing reaches the disk.
    package static func death(at call: Int) -> Disturbance {
        Disturbance(at: call, isDeath: true) { _ in .fail(5) }
    }

    /// Nothing happens but counting.
    package static func none() -> Disturbance {
        Disturbance(at: .max, isDeath: false) { _ in .proceed }
    }

    /// How many calls there were.
    package var count: Int { calls.load(ordering: .relaxed) }

    /// Runs the body under this disturbance; an observer that is there already sees the calls that it lets pass.
    package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        let next = SystemCall.observer
        return try SystemCall.$observer.withValue(
            { [self] call in observe(call) ?? next?(call) ?? .proceed }, operation: body)
    }

    private func observe(_ call: SystemCall) -> SystemCall.Verdict? {
        // A dead process's descriptors are closed, and with them its locks released.
        if call.name == .close { return nil }
        let index = calls.wrappingAdd(1, ordering: .relaxed).oldValue
        return index == target || (isDeath && index > target) ? verdict(call) : nil
    }
}
