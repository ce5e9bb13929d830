import DirDB
import DirDBDumpers

/// Finds and reads all files that are to be imported with the parameters, and decides what becomes of each.
///
/// Each path is read once, each content parsed once.
struct ParameterPlanner {
    /// Whether parameter files may be missing.
    let allowsMissing: Bool
    var plan = ParameterFiles.Plan()
    var synapses = AnatomyFiles(kind: .synapses)
    var connections = AnatomyFiles(kind: .connections)
    /// The names of the morphologies with which a `.syn` is used, by its digest.
    var morphologies: [String: [String]] = [:]
    /// The digests of the `.syn` that a network uses with a `.con`, by its digest.
    var pairedSynapses: [String: [String]] = [:]
    private var read: [String: ParsedDocument] = [:]
    /// By sub-database and name in bytes: names that Swift takes for equal can be two files.
    private var copies: [[UInt8]: ParameterFiles.Copy] = [:]

    init(allowsMissing: Bool) {
        self.allowsMissing = allowsMissing
    }

    /// What a parameter file names.
    private struct ParsedDocument {
        let path: String
        /// The MD5 of what stands in the place of the files, in order.
        var replacements = ""
        var hasRelativePaths = false
        var morphology: String?
        /// The digests of synapses and connections that are used together.
        var pairs: [[String]] = []
    }

    /// Adds the files of one result folder, whose path is given; `relativePath` tells where a file of it is below the
    /// imported folder.
    mutating func add(
        neuron: String?, network: String?, folder: String, relativePath: (String) -> String
    ) throws(DirDBError) {
        var files = ParameterFiles.FolderFiles()
        var morphology: String?
        if let neuron {
            let (digest, parsed) = try document(.neuron, folder, neuron)
            files.neuron = ParameterFiles.Use(relativePath: relativePath(neuron), digest: digest)
            morphology = parsed.morphology
        }
        if let network {
            let (digest, parsed) = try document(.network, folder, network)
            files.network = ParameterFiles.Use(relativePath: relativePath(network), digest: digest)
            for pair in parsed.pairs {
                pairedSynapses.insert(pair[0], for: pair[1])
                if let morphology { morphologies.insert(morphology, for: pair[0]) }
            }
        }
        plan.folders.append(files)
    }

    private mutating func document(
        _ kind: ParameterFiles.DocumentKind, _ folder: String, _ name: String
    ) throws(DirDBError) -> (digest: String, ParsedDocument) {
        let path = folder.appending(path: name)
        let bytes = try ReferencedFile(path).readAll()
        var md5 = MD5()
        bytes.withUnsafeBytes { md5.update($0) }
        let digest = md5.finish()
        let key = "\(kind.folder)/\(digest)"
        if let known = read[key] {
            if !known.hasRelativePaths || known.path.splitAtLastSlash().folder.hasSameBytes(as: folder) {
                return (digest, known)
            }
            let parsed = try parse(bytes, kind, path)
            guard parsed.replacements == known.replacements else {
                throw .differentReferences(known.path, path)
            }
            return (digest, parsed)
        }
        let parsed = try parse(bytes, kind, path)
        read[key] = parsed
        let content = ParameterFiles.FileContent(path: path, digest: digest, byteCount: Int64(bytes.count))
        plan.documents.append(
            ParameterFiles.Document(
                kind: kind, content: content, fingerprint: "\(digest) \(parsed.replacements)"))
        return (digest, parsed)
    }

    private mutating func parse(
        _ bytes: [UInt8], _ kind: ParameterFiles.DocumentKind, _ path: String
    ) throws(DirDBError) -> ParsedDocument {
        var value = try ParameterParser.parse(bytes, path: path)
        var parsed = ParsedDocument(path: path)
        var replacements = MD5()
        var lastSynapses = ""
        var pairs: Set<[String]> = []
        try ParameterReferences.replace(in: &value, kind, path: path) { (reference) throws(DirDBError) in
            let file = try find(reference, namedIn: path)
            switch reference.kind {
            case .morphology: parsed.morphology = try addCopy(reference.kind, file)
            case .recordingSites: _ = try addCopy(reference.kind, file)
            case .synapses:
                synapses.add(file)
                lastSynapses = file.digest
            case .connections:
                connections.add(file)
                let pair = [lastSynapses, file.digest]
                if pairs.insert(pair).inserted { parsed.pairs.append(pair) }
            }
            if !reference.file.isAbsolutePath { parsed.hasRelativePaths = true }
            replacements.update("\(reference.kind.replacement(of: file))\n")
            return reference.file
        }
        parsed.replacements = replacements.finish()
        return parsed
    }

    /// A file that a parameter file names.
    private mutating func find(
        _ reference: ParameterReferences.Reference, namedIn path: String
    ) throws(DirDBError) -> ParameterFiles.FileContent {
        let file = reference.path(namedIn: path)
        if let content = plan.contents[Array(file.utf8)] { return content }
        guard try ReferencedFile.exists(file) else { throw .missingReference(file, reference, in: path) }
        return try content(of: file)
    }

    /// The content of a file, which is read at the first time.
    mutating func content(of file: String) throws(DirDBError) -> ParameterFiles.FileContent {
        let key = Array(file.utf8)
        if let content = plan.contents[key] { return content }
        let content = try ReferencedFile(file).content()
        plan.contents[key] = content
        return content
    }

    /// Adds a file that is copied under its own name.
    /// - Returns: The name.
    private mutating func addCopy(
        _ kind: ParameterReferences.Kind, _ file: ParameterFiles.FileContent
    ) throws(DirDBError) -> String {
        let fileName = file.path.splitAtLastSlash().name
        guard case .data(let name, let format) = FileRole(fileName) else { throw .noEntryName(file.path) }
        let copy = ParameterFiles.Copy(kind: kind, content: file, name: name, format: format)
        if let other = copies.updateValue(copy, forKey: Array("\(kind.folder)/\(name)".utf8)) {
            // Of two formats of one name, the entry would keep the second alone.
            if other.content.digest != file.digest || other.format != format {
                throw .sameName(other.content.path, file.path, in: kind.folder)
            }
        } else {
            plan.copies.append(copy)
        }
        return fileName
    }
}

extension [String: [String]] {
    /// Adds one of several distinct values of a key, in the order of coming.
    mutating func insert(_ value: String, for key: String) {
        if self[key]?.contains(value) != true { self[key, default: []].append(value) }
    }
}
