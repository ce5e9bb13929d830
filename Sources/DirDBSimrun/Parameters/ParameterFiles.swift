/// The parameter files of simrun results and the files that they name, made independent of where they came from.
///
/// A trial was made by two parameter files. That of the neuron names the morphology (`.hoc`) and the recording sites
/// (`.landmarkAscii`), that of the network the places of the synapses (`.syn`) and who is connected to them (`.con`),
/// which name each other in turn. All are copied, each content once, and every path becomes `reldb://FOLDER/NAME`: the
/// entry `NAME` of the sub-database `FOLDER`.
///
/// | entries | content |
/// |---|---|
/// | `parameterfiles` | the two files of each trial: their paths below the imported folder, and the MD5 of the originals |
/// | `parameterfiles_cell_folder/MD5`, `parameterfiles_network_folder/MD5` | the parameter files |
/// | `syn_folder/MD5`, `con_folder/MD5` | the files of synapses and of connections |
/// | `morphology/NAME`, `recsites_folder/NAME` | copies under their own names |
public enum ParameterFiles {
    /// What is to be written; made by looking at every file, before anything is.
    public struct Plan: Sendable {
        /// What was decided where the files contradict each other; each a sentence.
        public internal(set) var warnings: [String] = []
        /// The parameter files of each result folder, in the order of the tree.
        var folders: [FolderFiles] = []
        /// The parameter files of distinct content.
        var documents: [Document] = []
        /// The `.syn` and `.con` files of distinct content.
        var anatomies: [Anatomy] = []
        /// The morphologies and recording sites.
        var copies: [Copy] = []
        /// Every file that a parameter file names, by the bytes of its path.
        var contents: [[UInt8]: FileContent] = [:]
    }

    /// A file, and what was in it.
    struct FileContent: Sendable {
        let path: String
        /// The MD5 in hexadecimal digits.
        let digest: String
        let byteCount: Int64
    }

    /// The two parameter files of one result folder; nil where there is none.
    struct FolderFiles: Sendable {
        var neuron: Use?
        var network: Use?
    }

    /// A parameter file of a result folder.
    struct Use: Sendable {
        /// The path below the imported folder.
        let relativePath: String
        let digest: String
    }

    /// Whose parameters a file has.
    enum DocumentKind: Sendable {
        case neuron
        case network

        /// The sub-database that keeps such files.
        var folder: String {
            switch self {
            case .neuron: "parameterfiles_cell_folder"
            case .network: "parameterfiles_network_folder"
            }
        }
    }

    /// A parameter file.
    struct Document: Sendable {
        let kind: DocumentKind
        let content: FileContent
        /// The MD5 of the content and of all that is put in the place of paths.
        let fingerprint: String
    }

    /// A `.syn` or `.con` file.
    struct Anatomy: Sendable {
        let kind: ParameterReferences.Kind
        let content: FileContent
        /// What line 2 becomes.
        let line: String

        var digest: String { content.digest }
    }

    /// A file that is copied under its own name.
    struct Copy: Sendable {
        let kind: ParameterReferences.Kind
        let content: FileContent
        let name: String
        let format: String

        var fileName: String { format.isEmpty ? name : "\(name).\(format)" }
    }
}

extension ParameterFiles.Plan {
    /// The bytes of all files that are to be written, each content once.
    var byteCount: Int64 {
        let contents = documents.map(\.content) + anatomies.map(\.content) + copies.map(\.content)
        return contents.reduce(0) { $0 + $1.byteCount }
    }
}
