import DirDB
import DirDBDumpers

/// A file of voltage traces at the soma or at a place of the dendrite.
///
/// Text: the header `t`, a tab and a name for each trace; then a line for each time point, the time and the voltage of
/// each trace, separated by white space. An npz file: the array `arr_0`, a row for each time point, the time first.
enum RawTraces {
    /// The member of npz files that holds the traces.
    static let member = "arr_0"

    /// The number of traces that the header tells.
    /// - Throws: `.damagedData` when there is no header.
    static func traceCount(
        _ file: ResultFolder.TraceFile, in directory: Directory
    ) throws(DirDBError) -> Int {
        let path = directory.path(of: file.name)
        guard let descriptor = try directory.open(file.name) else { throw .vanished(path) }
        let data = try DataFile(descriptor, path: path, format: file.kind.rawValue)
        switch file.kind {
        case .csv: return try TraceHeader(data).traceCount
        case .npz: return try shape(NPZFile(data)).traceCount
        }
    }

    /// The numbers of points and traces.
    static func shape(_ archive: NPZFile) throws(DirDBError) -> (pointCount: Int, traceCount: Int) {
        let shape = try archive.field(member).shape ?? []
        guard shape.count == 2, shape[0] > 0, shape[1] > 1 else {
            throw .malformed(
                archive.path,
                "\(member) has the shape \(shape), not a row for each time point with the time and a value for each"
                    + " trace")
        }
        return (shape[0], shape[1] - 1)
    }
}

/// The first line of a file of traces.
struct TraceHeader {
    /// The number of traces.
    let traceCount: Int
    /// Where the first line of numbers begins.
    let byteCount: Int

    /// Reads as much of a file as its first line needs.
    /// - Throws: `.damagedData` when it is no header.
    init(_ file: borrowing DataFile) throws(DirDBError) {
        var bytes: [UInt8] = []
        var length = 4096
        while true {
            bytes = try file.readBytes(count: length)
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                bytes = Array(bytes[..<end])
                break
            }
            guard bytes.count == length else {
                throw .malformed(file.path, line: 1, expected: "a header with a line of numbers behind it")
            }
            length *= 4
        }
        byteCount = bytes.count + 1
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        while bytes.last == UInt8(ascii: "\t") { bytes.removeLast() }
        let tabs = bytes.count { $0 == UInt8(ascii: "\t") }
        guard bytes.starts(with: [UInt8(ascii: "t"), UInt8(ascii: "\t")]), tabs > 0 else {
            throw .malformed(
                file.path, line: 1,
                expected: "the header t, and behind it, separated by tabs, a name for each trace")
        }
        traceCount = tabs
    }
}
