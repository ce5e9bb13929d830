@testable import DirDB
@testable import DirDBSimrun

/// Any file is refused, or gives as many finite or infinite numbers as its header and its lines have; and any link.
@Sendable func fuzzTraces(_ bytes: [UInt8]) {
    if bytes.first == UInt8(ascii: "{") { return fuzzLink(bytes) }
    let file = FuzzFile(bytes, format: "csv")
    do {
        let count = try TraceHeader(try file.open()).traceCount
        let source = TraceSource(folder: 0, relativePath: "", kind: .csv, traceCount: count)
        let axis = try TimeAxis(of: try file.open(), source)
        let traces = try RawTraces.read(try file.open(), source, axis)
        require(traces.values.count == count * axis.times.count, "\(traces.values.count) values")
        require(traces.values.count <= bytes.count, "numbers from nowhere")
        let spikes = traces.spikes(SpikeDetection(), axis)
        require(spikes.count == count, "\(spikes.count) rows of spikes")
        _ = axis.step
    } catch {
        requireRefusal(error, [.damagedData, .invalidArgument])
    }
}

private func fuzzLink(_ bytes: [UInt8]) {
    do {
        let link = try Link(bytes, path: FuzzFile.path)
        let again = try Link(try link.json.serializedBytes(), path: FuzzFile.path)
        require(
            again.json.debugDescription == link.json.debugDescription, "written and read, the link differs")
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
    }
}
