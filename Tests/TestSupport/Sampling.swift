import Foundation

extension Sequence {
    /// The rounds of a long loop that are run: all of them, or one in DIRDB_TEST_SHARE where that is set, because
    /// each is slow there (`.ci/sanitize`).
    package var sampled: [Element] {
        enumerated().filter { $0.offset % samplingShare == 0 }.map(\.element)
    }
}

/// One round in how many is run.
package let samplingShare = max(
    1, ProcessInfo.processInfo.environment["DIRDB_TEST_SHARE"].flatMap { Int($0) } ?? 1)
