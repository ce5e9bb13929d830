/// The states that a file system may legally be in after the power went during an operation.
///
/// Names persist in the order in which they were changed, as on ext4 and xfs: any prefix of the changes that
/// holds at least those made before the last sync of a directory. Content that was not synced is complete,
/// half there, zeroed, or not there at all.
package struct CrashState: Hashable {
    package let image: DiskImage
    /// Whether the operation had returned.
    package let isComplete: Bool

    package init(image: DiskImage, isComplete: Bool) {
        self.image = image
        self.isComplete = isComplete
    }
}

extension DiskTrace {
    /// All states, each once.
    package func crashStates() -> Set<CrashState> {
        var states: Set<CrashState> = []
        let events = events
        for end in 0...events.count {
            for image in images(Array(events[..<end])) {
                states.insert(CrashState(image: image, isComplete: end == events.count))
            }
        }
        return states
    }

    /// The states in which the disk may be when these events have happened.
    private func images(_ events: [Event]) -> [DiskImage] {
        var names = [start.names]
        var firstPossible = 0
        var versions = start.contents.mapValues { [$0] }
        for event in events {
            switch event {
            case .names(let changed): names.append(changed)
            case .syncNames: firstPossible = names.count - 1
            case .syncAll:
                firstPossible = names.count - 1
                versions = versions.mapValues { Array($0.suffix(1)) }
            case .content(let number, let content): versions[number, default: [[]]].append(content)
            case .syncFile(let number): versions[number] = versions[number].map { Array($0.suffix(1)) }
            }
        }
        return names[firstPossible...].flatMap { names in
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
