import Glibc

/// What the program may use of the machine.
package enum Machine {
    /// The number of processors that this process may run on.
    package static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
