package import DirDB

/// The members of an npz archive as bytes, of which some are written as another archive.
package struct NPZParts {
    /// The names of all members in the order of the archive, each once: those of arrays, and of other files as they are.
    package let names: [String]
    private let members: [ZipMember]

    /// Reads the central directory.
    /// - Throws: `.damagedData` when it is not a zip file.
    package init(_ file: borrowing DataFile) throws(DirDBError) {
        members = try ZipDirectory(file).members.filter { !$0.isDirectory }
        var seen: Set<[UInt8]> = []
        names = members.map(\.shortName).filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// Writes some members as an archive: compressed or not as they are, whatever they hold.
    ///
    /// - Parameters:
    ///   - chosen: Names among ``names``; both members of a name that two have.
    ///   - rows: The rows of each array; nil for members as they are.
    ///   - file: The file of the archive.
    ///   - sink: Where to write.
    /// - Throws: `.unsupportedFormat` for what is encrypted, and where rows are asked for, for what is not stored or
    ///   deflated and for pickled objects; `.invalidArgument` when rows are asked for of an array without dimensions or
    ///   of what is not an array; `.damagedData`.
    /// - Complexity: Memory is constant. Of stored members only the rows are read.
    package func write(
        _ chosen: [String], rows: Range<Int>?, from file: borrowing DataFile, to sink: inout DataSink
    ) throws(DirDBError) {
        var archive = ZipWriter(.stored, ZipLimits(), path: file.path)
        var written: Set<[UInt8]> = []
        for name in chosen where written.insert(Array(name.utf8)).inserted {
            for member in members where member.shortName.hasSameBytes(as: name) {
                if rows != nil && member.arrayName == nil { throw .notAnArray(member.name, file.path) }
                try archive.copy(member, rows: rows, to: &sink) { (offset, buffer) throws(DirDBError) in
                    try file.read(at: offset, into: buffer)
                }
            }
        }
        try archive.finish(&sink)
    }
}
