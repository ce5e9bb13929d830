/// The states that a file system may legally be in after the power went during an operation.
///
/// Names persist in the order in which they were changed, as on ext4 and xfs: any prefix of the changes that
/// holds at least those made before the last sync of a directory. On other file systems any of the changes since the
/// last sync of their directory may be lost, and others not. Content that was not synced is complete, half there,
/// zeroed, or not there at all.
package struct CrashState: Hashable {
    package let image: DiskImage
    /// Whether the operation had returned.
    package let isComplete: Bool

    package init(image: DiskImage, isComplete: Bool) {
        self.image = image
        self.isComplete = isComplete
    }
}

/// Which changes of names survive.
package enum NameOrder: Sendable {
    case kept, lost
}

extension DiskTrace {
    /// All states, each once.
    package func crashStates(_ order: NameOrder = .kept) -> Set<CrashState> {
        var states: Set<CrashState> = []
        let events = events
        for end in 0...events.count {
            for image in images(Array(events[..<end]), order) {
                states.insert(CrashState(image: image, isComplete: end == events.count))
            }
        }
        return states
    }

    /// The states in which the disk may be when these events have happened.
    private func images(_ events: [Event], _ order: NameOrder) -> [DiskImage] {
        var names = [start.names]
        var firstPossible = 0
        var unsynced = Unordered(durable: start.names)
        var versions = start.contents.mapValues { [$0] }
        for event in events {
            switch event {
            case .names(let changed):
                unsynced.note(names[names.count - 1], changed)
                names.append(changed)
            case .syncNames(let directory):
                firstPossible = names.count - 1
                unsynced.sync(directory)
            case .syncAll:
                firstPossible = names.count - 1
                unsynced.sync(nil)
                versions = versions.mapValues { Array($0.suffix(1)) }
            case .content(let number, let content): versions[number, default: [[]]].append(content)
            case .syncFile(let number): versions[number] = versions[number].map { Array($0.suffix(1)) }
            }
        }
        for (number, target) in links { versions[number] = [target] }
        let possible = order == .kept ? Array(names[firstPossible...]) : unsynced.images
        return possible.flatMap { names in
            var images = [DiskImage()]
            images[0].names = names
            for number in Set(names.values.compactMap(\.self)) {
                let contents = Self.contents(versions[number] ?? [[]])
                images = images.flatMap { image in
                    contents.map { content in
                        var next = image
                        next.contents[number] = content
                        return next
                    }
                }
            }
            return images
        }
    }

    /// What a file may contain whose versions since its last sync are these.
    private static func contents(_ versions: [[UInt8]]) -> Set<[UInt8]> {
        var contents = Set(versions)
        guard versions.count > 1 else { return contents }
        for version in versions.dropFirst() {
            // A record cut between two of its steps must not be obeyed, wherever the cut is.
            for length in 0..<min(version.count, 512) where version.count <= 512 {
                contents.insert(Array(version.prefix(length)))
            }
            contents.insert(Array(version.prefix(version.count / 2)))
            contents.insert([UInt8](repeating: 0, count: version.count))
            contents.insert(
                version.prefix(version.count / 2)
                    + [UInt8](repeating: 0, count: version.count - version.count / 2))
        }
        contents.insert([])
        return contents
    }
}

/// Changes of names that may each be lost.
private struct Unordered {
    private struct Change {
        /// What stands there after it; `.some(nil)` for a directory, nil for nothing.
        var names: [(path: String, node: UInt64??)]
        let directory: String
    }

    private var durable: [String: UInt64?]
    private var changes: [Change] = []

    init(durable: [String: UInt64?]) {
        self.durable = durable
    }

    mutating func note(_ old: [String: UInt64?], _ new: [String: UInt64?]) {
        var names: [(path: String, node: UInt64??)] = []
        for (path, node) in new where old[path] != .some(node) { names.append((path, .some(node))) }
        for path in old.keys where new[path] == nil { names.append((path, nil)) }
        let directory = (names.first?.path).map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        changes.append(Change(names: names, directory: directory ?? ""))
    }

    /// Nothing of a directory is lost from here on; of none, with nil.
    mutating func sync(_ directory: String?) {
        for change in changes where directory == nil || change.directory == directory {
            Self.apply(change, to: &durable)
        }
        changes.removeAll { directory == nil || $0.directory == directory }
    }

    var images: [[String: UInt64?]] {
        precondition(changes.count < 16, "more subsets than can be tried")
        return (0..<(1 << changes.count)).map { subset in
            var names = durable
            for (index, change) in changes.enumerated() where subset >> index & 1 == 1 {
                Self.apply(change, to: &names)
            }
            // What is in a directory that was lost is lost with it.
            return names.filter { path, _ in
                let parents = path.split(separator: "/").dropLast()
                return parents.indices.allSatisfy { names[parents[...$0].joined(separator: "/")] != nil }
            }
        }
    }

    private static func apply(_ change: Change, to names: inout [String: UInt64?]) {
        for (path, node) in change.names {
            if let node { names[path] = .some(node) } else { names[path] = nil }
        }
    }
}
