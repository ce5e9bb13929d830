import Dispatch
import Synchronization

/// Runs a body on so many threads at the same time, and waits for all.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
        // A queue of its own is a thread of its own while it works.
        DispatchQueue(label: "dirdb.test.\(number)").async(group: group) { body(number) }
    }
    group.wait()
}

/// A value that threads share.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    var current: Value { value.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) {
        value.withLock { value in
            var changed = value
            body(&changed)
            value = changed
        }
    }
}
