import DirDB
import DirDBWorkflow

extension Diagnosis {
    /// What is safe here and what is not, in sentences.
    var advice: [String] {
        var advice: [String] = []
        for question in Question.allCases {
            guard case .fails(let cause) = answers[question] else { continue }
            advice.append("Unsafe: \(question.consequence): \(cause).")
        }
        if let refusal {
            advice.append("Not tried: \(refusal). Reading needs neither locks nor permission to write.")
        } else if advice.isEmpty {
            advice.append(
                "Safe: any number of processes on this machine may read and write here at once, and be killed."
            )
        }
        return advice + [otherMachines] + [powerLoss].compactMap(\.self) + aboutNames + (links?.advice ?? [])
    }

    private var otherMachines: String {
        let type = fileSystem?.mount.type ?? "unknown"
        switch fileSystem?.location ?? .unknown {
        case .local, .memory:
            return """
                Other machines: \(type) is of this machine alone. One that reaches it through a server, such as NFS or \
                SMB, needs an examination of its own.
                """
        case .network:
            if let option = fileSystem?.optionKeepingLocksLocal {
                return """
                    Unsafe with several machines: the mount option \(option) keeps locks on this machine. Mount without \
                    it, or let one machine alone write. Readers without locks are safe.
                    """
            }
            return
                "Other machines: \(type) may be shared, and no mount option keeps locks local. \(howToFindOut)"
        case .unknown:
            return
                "Other machines: whether this file system (\(type)) is shared is not known. \(howToFindOut)"
        }
    }

    private var howToFindOut: String {
        """
        Whether flock excludes other machines cannot be tried from one: run \
        `dirdb lock \(path) any-name -- sleep 60` here, and meanwhile \
        `dirdb lock \(path) any-name --timeout 0 -- true` there, which must be refused.
        """
    }

    private var powerLoss: String? {
        if let option = fileSystem?.optionDroppingSyncs {
            return """
                Power loss: the mount option \(option) keeps syncs from the disk: what was reported done may be lost or \
                damaged.
                """
        }
        for question in [Question.fileSync, .directorySync] {
            if case .fails = answers[question] { return nil }
        }
        let type = fileSystem?.mount.type ?? "this file system"
        switch fileSystem?.location ?? .unknown {
        case .memory: return "Power loss: nothing survives; \(type) is in memory, for scratch data only."
        case .local where fileSystem?.keepsNameOrder == true:
            return """
                Power loss: what was reported done is there, and the rest old or new as a pair; \(type) keeps the order \
                of names. Durability.relaxed may lose recent changes.
                """
        case .local, .network, .unknown:
            return """
                Power loss: what was reported done is there, and the rest old or new as a pair, as far as syncs reach the \
                disk. Whether \(type) keeps the order of names is not known, so a commit of several files makes one sync \
                more. Durability.relaxed may lose recent changes.
                """
        }
    }

    private var aboutNames: [String] {
        guard let names else { return [] }
        var advice: [String] = []
        if !names.isCaseSensitive {
            advice.append(
                "Names: two that differ only in case are one entry here; the second put replaces the first.")
        }
        if !names.keepsUnicodeForms {
            advice.append("Names: the same letters in another Unicode form are one entry here.")
        }
        if names.longest < NameProbe.neededLength {
            let longest = names.longest - NameProbe.addedLength
            advice.append(
                "Names: at most \(max(1, longest)) bytes for an entry here; a longer one is refused.")
        }
        return advice
    }
}
