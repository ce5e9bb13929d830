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

    /// Prints something worth knowing that is not wrong.
    static func note(_ message: String) {
        error("note: \(message)")
    }

    /// Prints text that may have several lines.
    static func print(_ text: String) {
        write(text.escapingControls(keepingLines: true) + "\n")
    }

    /// Writes text as it is.
    static func write(_ text: String) {
        // There is nobody left to tell that standard error cannot be written.
        try? Array(text.utf8).withUnsafeBytes { try System.writeAll(2, $0) }
    }
}
