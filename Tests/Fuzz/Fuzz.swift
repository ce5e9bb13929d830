// libFuzzer over the parsers of untrusted bytes, one of which the environment names; `.ci/fuzz` builds and runs it.
//
//     DIRDB_FUZZ_TARGET=json dirdb-fuzz [OPTION OF LIBFUZZER]... CORPUS...
//
// The environment and not an argument, because libFuzzer starts itself anew with its own arguments (-merge=1).
// A finding is a trap, a report of AddressSanitizer, a time-out, or more memory than the input justifies.

import CLibFuzzer
import Glibc

@main enum Fuzz {
    static let targets: [String: @Sendable ([UInt8]) -> Void] = [
        "json": fuzzJSON,
        "npy": fuzzNPY,
        "npz": fuzzNPZ,
        "msgpack": fuzzMessagePack,
        "pickle": fuzzPickle,
        "csv": fuzzCSV,
        "traces": fuzzTraces,
        "parquet": fuzzParquet,
        "param": fuzzParameters,
        "activation": fuzzActivation,
        "intent": fuzzRecord,
        "names": fuzzFileNames,
    ]

    private static let name = getenv("DIRDB_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    private static let target = targets[name]

    static func main() {
        guard target != nil else {
            print("DIRDB_FUZZ_TARGET must be one of \(targets.keys.sorted().joined(separator: " "))")
            exit(2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &arguments) { data, size in Fuzz.run(data, size) })
    }

    /// The most memory that an input of so many bytes may cost.
    ///
    /// The highest cost known is that of a JSON list of empty objects, 90 bytes for each of the text: jansson gives
    /// every object eight buckets from the start.
    private static func heapLimit(inputSize: Int) -> Int {
        (64 << 10) + (expansions[name] ?? 128) * inputSize
    }

    /// What a byte of some formats may cost.
    ///
    /// Deflate expands by 1032 at most, and the fuzz target holds three arrays at a time. A byte of csv may be a
    /// column, which has a name, a description, and room for values in each of the tables that the target compares.
    /// Of Parquet, a row may be a bit, and becomes 9 bytes of a column, of which there are some; and the context of
    /// zstd is as large as a thousand of the smallest files.
    private static let expansions = ["npz": 3 * 1100, "csv": 1024, "parquet": 2000]

    private static func run(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
        let bytes = Array(UnsafeBufferPointer(start: data, count: size))
        heap_meter_start()
        target?(bytes)
        let peak = heap_meter_stop()
        require(peak <= heapLimit(inputSize: size), "\(peak) bytes of memory for an input of \(size)")
        return 0
    }
}

/// Stops with a finding unless the rule holds.
func require(
    _ isTrue: Bool, _ rule: @autoclosure () -> String, line: UInt = #line, file: StaticString = #file
) {
    if isTrue { return }
    fatalError(rule(), file: file, line: line)
}
