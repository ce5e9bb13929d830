import DirDB
import DirDBDumpers

/// Messages to people, on standard error.
enum Diagnostics {
    /// Prints an error.
    static func error(_ message: String) {
        print("dirdb: \(message.escapingControls())")
    }

    /// Prints a warning: the command goes on.
    static func warning(_ message: String) {
        error("warning: \(message)")
    }

    /// Prints text that may have several lines.
    static func print(_ text: String) {
        let bytes = Array((text.escapingControls(keepingLines: true) + "\n").utf8)
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            // There is nobody left to tell that standard error cannot be written.
            while !rest.isEmpty, let count = try? System.write(2, UnsafeRawBufferPointer(rebasing: rest)) {
                rest = rest.dropFirst(count)
            }
        }
    }
}
