import DirDB
import DirDBWorkflow

/// What the doctor found out about a directory.
struct Diagnosis {
    let path: String
    /// nil where the kernel does not tell.
    let fileSystem: FileSystem?
    let answers: [Question: Answer]
    /// nil when nothing could be tried.
    let names: NameProbe?
    /// nil when nothing could be tried.
    let links: LinkProbe?
    let latencies: [Latency]
    /// Why nothing could be tried.
    let refusal: String?

    /// Examines a directory; takes about two seconds.
    /// - Throws: An error when the directory is missing, or what was made for the probes cannot be removed.
    init(of path: String) throws {
        let directory = try Directory(path: path)
        self.path = path
        fileSystem = directory.mount().map(FileSystem.init)
        do {
            (answers, names, links, latencies) = try ProbeDirectory.run(in: directory) { probe in
                var answers = try LockProbe.run(in: probe)
                answers[.replacement] = try ReplacementProbe.run(in: probe)
                answers[.fileSync] = try FileProbe.fileSync(in: probe)
                answers[.directorySync] = FileProbe.directorySync(in: probe)
                answers[.exclusiveCreation] = FileProbe.exclusiveCreation(in: probe)
                answers[.openFiles] = try FileProbe.openFiles(in: probe)
                return (
                    answers, try NameProbe(in: probe), try LinkProbe(in: probe),
                    try Latency.measure(in: probe)
                )
            }
            refusal = nil
        } catch let error as DirDBError where error.code == .permissionDenied {
            (answers, names, links, latencies) = ([:], nil, nil, [])
            refusal = error.message
        }
    }

    /// Whether nothing was found that breaks a promise.
    var isSafe: Bool {
        for case .fails in answers.values { return false }
        return fileSystem?.optionKeepingLocksLocal == nil
    }

    /// Titles and texts of all that was found.
    var facts: [(title: String, text: String)] {
        var facts = [("directory", path)]
        if let mount = fileSystem?.mount {
            let source = mount.source.isEmpty ? "" : " on \(mount.source)"
            facts.append(("file system", "\(mount.type)\(source), mounted at \(mount.point)"))
            facts.append(("mount options", mount.options.joined(separator: ",")))
        } else {
            facts.append(("file system", "not known"))
        }
        facts.append(("location", (fileSystem?.location ?? .unknown).rawValue))
        for question in Question.allCases {
            if let answer = answers[question] { facts.append((question.title, answer.text)) }
        }
        if let names { facts.append(("names", names.text)) }
        if let links { facts.append(("links", links.text)) }
        return facts + latencies.map { ($0.title, $0.text) }
    }

    var json: JSON {
        var probes = JSONObject()
        for question in Question.allCases {
            probes[question.rawValue] = answers[question]?.json ?? Answer.notTried(refusal ?? "").json
        }
        var medians = JSONObject()
        for latency in latencies { medians[latency.key] = latency.json }
        return [
            // Nothing is known to be safe that was not tried.
            "path": .string(path), "isSafe": isSafe && refusal != nil ? .null : .bool(isSafe),
            "fileSystem": fileSystem?.json ?? .null,
            "probes": .object(probes), "names": names?.json ?? .null, "links": links?.json ?? .null,
            "medianMicroseconds": .object(medians),
            "advice": .array(advice.map { .string($0) }),
        ]
    }
}

extension FileSystem {
    fileprivate var json: JSON {
        [
            "type": .string(mount.type), "source": .string(mount.source), "mountPoint": .string(mount.point),
            "options": .array(mount.options.map { .string($0) }), "location": .string(location.rawValue),
            "keepsNameOrder": keepsNameOrder.map { .bool($0) } ?? .null,
        ]
    }
}
