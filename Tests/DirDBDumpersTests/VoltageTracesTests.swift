import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

/// The whole way of real data: saved by numpy, put, looked at, sliced, updated, and read again by numpy.
///
/// Without the example beside the project, traces of the same form are made.
@Suite(.enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter")) struct VoltageTracesTests {
    private static let example = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "../../../shared/simrun-example/results")
        .appending(path: "20150815-1530_20240/20240_vm_all_traces.csv").standardizedFileURL.path

    private static let isReal = FileManager.default.fileExists(atPath: example)

    /// Saves the traces, one trial a row, and their time axis.
    private func save(to directory: borrowing TemporaryDirectory) throws {
        var source = Self.example
        if !Self.isReal {
            source = directory.path(of: "traces.csv")
            let header = "t\t" + (0..<6).map { "Vm run 0\($0)" }.joined(separator: "\t")
            let lines = (0..<9802).map { point in
                let time = 100 + 0.025 * Double(point)
                let values = (0..<6).map { -60 + 80 * exp(-pow(time - 150 - 20 * Double($0), 2)) }
                return ([time] + values).map { "\($0)" }.joined(separator: "\t")
            }
            try directory.write(([header] + lines).joined(separator: "\n") + "\n", to: "traces.csv")
        }
        try Python.run(
            """
            import numpy, sys
            table = numpy.loadtxt(sys.argv[1], skiprows=1)
            numpy.save(sys.argv[2] + '/v.npy', numpy.ascontiguousarray(table[:, 1:].T))
            numpy.save(sys.argv[2] + '/t.npy', table[:, 0])
            """, [source, directory.path])
    }

    @Test("Traces saved by numpy are put, listed, inspected, sliced, updated, and read by numpy as they were")
    func traces() throws {
        let files = try TemporaryDirectory()
        try save(to: files)
        let directory = try TemporaryDirectory()
        let db = try Database(directory.path)
        for name in ["v", "t"] {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: files.path(of: "\(name).npy")))
            try db[name].put(
                contentsOf: file.fileDescriptor, format: "npy", meta: ["unit": name == "v" ? "mV" : "ms"])
            let original = try Data(contentsOf: URL(fileURLWithPath: files.path(of: "\(name).npy")))
            #expect(try db[name].bytes() == Array(original))
        }
        #expect(try db.entries(order: .name).map(\.name) == ["t", "v"])
        #expect(
            try db["v"].info().content
                == FormatInfo(dtype: "float64", shape: [6, 9802], rows: 6, columns: 9802))
        #expect(try db["t"].info().content.shape == [9802])

        let traces: NDArray<Double> = try db["v"].get()
        #expect(traces.isMapped)
        #expect(try db["v"].rows(2..<4, of: Double.self).elements == traces.rows(2..<4).elements)
        for entry in try db.entries() {
            try entry.withLock { locked in
                let statistics = try locked.get(NDArray<Double>.self).statistics()
                locked.meta.min = statistics.min.map(JSON.real) ?? .null
                locked.meta.max = statistics.max.map(JSON.real) ?? .null
                locked.meta.mean = .real(statistics.mean)
                locked.meta.std = .real(statistics.standardDeviation)
            }
        }
        if Self.isReal {
            let meta = try db["v"].meta
            #expect(meta.min == -70.4740159164 && meta.max == 26.2991049537)
            #expect(traces[0, 0] == traces.rows(0..<1).elements[0])
        }
        let output = try Python.run(
            """
            import hashlib, json, numpy, sys
            for name in 'v', 't':
                x = numpy.load(f'{sys.argv[1]}/{name}.npy', mmap_mode='r')
                meta = json.load(open(f'{sys.argv[1]}/{name}.json'))
                assert meta['min'] == x.min() and meta['max'] == x.max(), meta
                assert numpy.isclose(meta['mean'], x.mean(), rtol=1e-13, atol=0), meta
                assert numpy.isclose(meta['std'], x.std(), rtol=1e-13, atol=0), meta
                print(name, x.shape, meta['unit'], hashlib.sha256(x.tobytes()).hexdigest()[:16])
            """, [directory.path])
        let hashes = output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        if Self.isReal { #expect(hashes == ["5235c1f2320ccbd6", "37729f6a3bc68362"]) }
        #expect(try db.verify().isEmpty)
    }
}
