/// What a command printed, and its exit status.
struct Outcome: Equatable, CustomStringConvertible {
    var status: Int32 = 0
    var output = ""
    var error = ""

    /// A failure with its sentence.
    static func failure(_ sentence: String, status: Int32 = 1, output: String = "") -> Outcome {
        Outcome(status: status, output: output, error: "dirdb: \(sentence)\n")
    }

    /// The lines of the output, those that are not empty.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    var description: String { "status \(status)\n--- output\n\(output)--- error\n\(error)---" }
}
