package import Foundation

/// The executables of this package, found beside the test bundle.
package enum Executable {
    package static func url(_ name: String) throws -> URL {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: name)
    }

    /// Starts an executable of this package; its standard output is a pipe.
    package static func start(_ name: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try url(name)
        process.arguments = arguments
        process.standardOutput = Pipe()
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
