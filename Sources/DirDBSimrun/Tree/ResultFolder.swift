import DirDB

/// The results of one job: a folder with a file of somatic voltage traces.
public struct ResultFolder: Sendable, Hashable {
    /// How a file of traces is written.
    public enum TraceKind: String, Sendable {
        /// Text: a header, then a line for each time point.
        case csv
        /// The array `arr_0` in an npz file, a row for each time point.
        case npz
    }

    /// A file of somatic voltage traces.
    public struct TraceFile: Sendable, Hashable {
        /// The name within the folder.
        public let name: String
        /// How it is written.
        public let kind: TraceKind
    }

    /// A file of voltage traces at one place of the dendrite.
    public struct DendriteFile: Sendable, Hashable {
        /// What the file name calls the place.
        public let label: String
        /// The name within the folder.
        public let name: String
    }

    /// The path below the root; "" for the root itself.
    public let relativePath: String
    /// What the names of the folder's files begin with, such as the number of the process.
    public let id: String
    /// The voltages at the soma.
    public let traceFile: TraceFile
    /// The voltages at places of the dendrite, by the bytes of their labels.
    public let dendriteFiles: [DendriteFile]
    /// The run numbers, ascending: those of the activation files, or without any 0 to n-1 for n traces.
    public let runs: [Int]
    /// The names of the files of synapse activations, by run number.
    public let synapseFiles: [Int: String]
    /// The names of the files of presynaptic spikes, by run number.
    public let cellFiles: [Int: String]
    /// The name of the neuron's parameter file; nil when there is none.
    public let neuronParameters: String?
    /// The name of the network's parameter file; nil when there is none.
    public let networkParameters: String?

    /// The path of one of its files below the root.
    public func relativePath(of name: String) -> String {
        relativePath.appending(path: name)
    }

    /// The path of the file of somatic traces below the root.
    public var relativeTracePath: String { relativePath(of: traceFile.name) }
}

/// One simulated trial: a run of a result folder, and a row of everything that has a row for each trial.
public struct Trial: Sendable, Hashable {
    /// The index of the result folder.
    public let folder: Int
    /// The run number.
    public let run: Int
    /// The trace of the folder that belongs to it, from 0: that of the rank of its run number.
    public let column: Int
    /// The run number, zero-filled to 6 digits.
    public let number: String
    /// `sim_trial_index`: the relative path of the folder, a slash and ``number``; in the root ``number`` alone.
    public let index: String
}
