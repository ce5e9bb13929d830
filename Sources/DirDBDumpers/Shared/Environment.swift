import Glibc

/// The environment of the process.
package enum Environment {
    /// A variable; nil when it is not set, empty or no UTF-8.
    package static func variable(_ name: String) -> String? {
        guard let value = getenv(name).flatMap({ String(validatingCString: $0) }) else { return nil }
        return value.isEmpty ? nil : value
    }
}
