/// The two tables of activation: times at synapses, and times of presynaptic cells.
enum ActivationKind: Sendable {
    case synapses
    case cells

    /// The name of the entry.
    var entry: String {
        switch self {
        case .synapses: "synapse_activation"
        case .cells: "cell_activation"
        }
    }

    /// The name of a folder's file for a run; nil when there is none.
    func file(of run: Int, in folder: ResultFolder) -> String? {
        switch self {
        case .synapses: folder.synapseFiles[run]
        case .cells: folder.cellFiles[run]
        }
    }

    /// What a line holds, before the times: the names of the columns.
    var columns: [String] {
        switch self {
        case .synapses:
            [
                "synapse_type", "synapse_ID", "soma_distance", "section_ID", "section_pt_ID",
                "dendrite_label",
            ]
        case .cells: ["presynaptic_cell_type", "cell_ID"]
        }
    }

    /// What a line looks like, for messages.
    var line: String {
        switch self {
        case .synapses: "type, ID, soma distance, section, point, dendrite label and times"
        case .cells: "type, ID and times"
        }
    }
}

/// A file of activations: its trial's rows.
struct ActivationFile: Sendable {
    /// The path below the root.
    let path: String
    /// `sim_trial_index`.
    let trial: String
}

extension SimrunTree {
    /// The files of activations that are there, in the order of the rows.
    func activationFiles(_ kind: ActivationKind) -> [ActivationFile] {
        var files: [ActivationFile] = []
        for (index, folder) in folders.enumerated() {
            for trial in trials(ofFolder: index) {
                guard let name = kind.file(of: trial.run, in: folder) else { continue }
                files.append(ActivationFile(path: folder.relativePath(of: name), trial: trial.index))
            }
        }
        return files
    }
}
