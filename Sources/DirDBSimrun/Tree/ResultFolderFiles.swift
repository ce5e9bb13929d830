import DirDB

/// The files of one folder by their roles, which their names tell.
struct ResultFolderFiles {
    private let path: String
    private var traces: [(id: String, file: ResultFolder.TraceFile)] = []
    private var dendrites: [String] = []
    private var synapses: [Int: String] = [:]
    private var cells: [Int: String] = [:]
    private var parameters: Set<String> = []
    private var tooLargeRuns: [String] = []

    private static let dendriteEnding = "_vm_dend_traces.csv"
    private static let traceKinds: [(ending: String, kind: ResultFolder.TraceKind)] = [
        ("_vm_all_traces.csv", .csv), ("_vm_all_traces.npz", .npz),
    ]

    /// - Throws: `.invalidArgument` when two files are of one run.
    init(_ names: [String], _ path: String) throws(DirDBError) {
        self.path = path
        for name in names.sorted(by: { $0.precedesInBytes($1) }) {
            let bytes = name.utf8
            if let digits = Self.run(name, "_synapses.csv") {
                try insert(name, digits, \.synapses)
            } else if let digits = Self.run(name, "_presynaptic_cells.csv") {
                try insert(name, digits, \.cells)
            } else if bytes.middle(behind: "", before: Self.dendriteEnding) != nil {
                dendrites.append(name)
            } else if bytes.middle(behind: "", before: "_model.param") != nil {
                parameters.insert(name)
            } else {
                for (ending, kind) in Self.traceKinds {
                    guard let id = bytes.middle(behind: "", before: ending) else { continue }
                    traces.append((id, .init(name: name, kind: kind)))
                }
            }
        }
    }

    /// Whether a name is one that files of results have.
    static func isResult(_ name: String) -> Bool {
        let endings = traceKinds.map(\.ending) + [dendriteEnding, "_model.param"]
        return endings.contains { name.utf8.middle(behind: "", before: $0) != nil }
            || ["_synapses.csv", "_presynaptic_cells.csv"].contains { run(name, $0) != nil }
    }

    /// The digits of `simulation_run<digits><ending>`; nil for any other name.
    private static func run(_ name: String, _ ending: String) -> String? {
        guard let digits = name.utf8.middle(behind: "simulation_run", before: ending), !digits.isEmpty,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return digits
    }

    private mutating func insert(
        _ name: String, _ digits: String, _ files: WritableKeyPath<Self, [Int: String]>
    ) throws(DirDBError) {
        guard let run = Int(digits) else { return tooLargeRuns.append(name) }
        if let other = self[keyPath: files].updateValue(name, forKey: run) {
            throw .twoFilesOfRun(run, other, name, in: path)
        }
    }

    /// The result folder that these files are; nil without traces.
    ///
    /// - Throws: `.invalidArgument` when there are two files of traces, or the runs are more or fewer than the traces;
    ///   `.damagedData` when the header of the trace file is none.
    func folder(
        _ relativePath: String, in directory: Directory, skipped: inout [SimrunTree.Skipped]
    ) throws(DirDBError) -> ResultFolder? {
        if traces.count > 1 { throw .twoTraceFiles(traces[0].file.name, traces[1].file.name, in: path) }
        func skip(_ name: String, _ reason: String) {
            skipped.append(
                .init(path: relativePath.appending(path: name), reason: reason))
        }
        for name in tooLargeRuns { skip(name, "its run number is larger than \(Int.max)") }
        guard let (id, file) = traces.first else {
            if let name = synapses.values.min() ?? cells.values.min() ?? dendrites.min() {
                skip("", "there is \(name), but no file of somatic traces, _vm_all_traces.csv or .npz")
            }
            return nil
        }
        var dendriteFiles: [ResultFolder.DendriteFile] = []
        for name in dendrites {
            guard let label = name.utf8.middle(behind: "\(id)_", before: Self.dendriteEnding), !label.isEmpty
            else {
                skip(name, "its name does not begin with \(id)_ as that of the somatic traces")
                continue
            }
            dendriteFiles.append(.init(label: label, name: name))
        }
        let count = try RawTraces.traceCount(file, in: directory)
        var runs = Set(synapses.keys).union(cells.keys).sorted()
        if runs.isEmpty { runs = Array(0..<count) }
        guard runs.count == count else {
            throw .runsAreNotTraces(runs: runs.count, traces: count, file.name, in: path)
        }
        func parameters(_ name: String) -> String? {
            self.parameters.contains("\(id)_\(name)") ? "\(id)_\(name)" : nil
        }
        return ResultFolder(
            relativePath: relativePath, id: id, traceFile: file,
            dendriteFiles: dendriteFiles.sorted { $0.label.precedesInBytes($1.label) }, runs: runs,
            synapseFiles: synapses, cellFiles: cells, neuronParameters: parameters("neuron_model.param"),
            networkParameters: parameters("network_model.param"))
    }
}

extension String.UTF8View {
    /// What stands between a beginning and an ending, compared by bytes; nil when the text has not both.
    fileprivate func middle(behind start: String, before end: String) -> String? {
        guard count >= start.utf8.count + end.utf8.count, starts(with: start.utf8),
            suffix(end.utf8.count).elementsEqual(end.utf8)
        else { return nil }
        return String(Substring(dropFirst(start.utf8.count).dropLast(end.utf8.count)))
    }
}
