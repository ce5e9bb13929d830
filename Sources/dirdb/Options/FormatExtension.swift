import DirDB
import DirDBDumpers

// On disk a format is named in lower case; files from elsewhere may be called X.NPY.

extension String {
    /// The format that the extension of a file names, in lower case where that is a known one; nil without extension.
    var formatExtension: String? {
        pathExtension.map { [any Dumper].knows($0.lowercased()) ? $0.lowercased() : $0 }
    }

    /// What to say of a format that is opaque only for its upper case; otherwise nothing.
    var caseAdvice: String {
        let lower = lowercased()
        return self != lower && [any Dumper].knows(lower)
            ? " (opaque: formats are named in lower case; rename the file to end in .\(lower))" : ""
    }
}

extension [any Dumper] {
    fileprivate static func knows(_ format: String) -> Bool {
        standard.contains { $0.fileExtension == format }
    }
}
