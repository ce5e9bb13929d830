import DirDB

/// Which links there are here: a commit makes do without, at a price.
struct LinkProbe {
    /// The record of a commit is one.
    let hasSymbolicLinks: Bool
    /// A rename makes them.
    let hasHardLinks: Bool

    init(in probe: borrowing ProbeDirectory) throws {
        let directory = probe.directory
        hasSymbolicLinks = try directory.makeSymbolicLink("symbolic-link", to: "what\tit says")
        try probe.write([], to: "linked")
        hasHardLinks = try directory.link("linked", to: "hard-link", in: directory)
    }

    var text: String {
        switch (hasSymbolicLinks, hasHardLinks) {
        case (true, true): "symbolic and hard links"
        case (true, false): "symbolic links, no hard links"
        case (false, true): "hard links, no symbolic links"
        case (false, false): "none"
        }
    }

    var json: JSON { ["symbolic": .bool(hasSymbolicLinks), "hard": .bool(hasHardLinks)] }

    /// What follows for who stores here, in sentences.
    var advice: [String] {
        var advice: [String] = []
        if !hasSymbolicLinks {
            advice.append(
                "Links: without symbolic links the record of a commit is a file, whose sync makes each put of data and"
                    + " metadata slower.")
        }
        if !hasHardLinks {
            advice.append(
                "Links: without hard links a rename copies the data. One that was killed may leave both names; then repeat"
                    + " it with --replace.")
        }
        return advice
    }
}
