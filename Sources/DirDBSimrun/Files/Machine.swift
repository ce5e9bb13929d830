import CLinux

/// What the program may use of the machine.
package enum Machine {
    /// The number of processors that this process may run on.
    package static let processorCount = max(1, Int(linux_processor_count()))
}
