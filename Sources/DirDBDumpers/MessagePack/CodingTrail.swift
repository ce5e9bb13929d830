import DirDB

/// The way from the top of a value to a part of it; turned into a coding path only for an error.
indirect enum CodingTrail {
    case top
    case key(any CodingKey, CodingTrail)
    case index(Int, CodingTrail)

    var path: [any CodingKey] {
        switch self {
        case .top: []
        case .key(let key, let outer): outer.path + [key]
        case .index(let index, let outer): outer.path + [AnyCodingKey(intValue: index)]
        }
    }
}

extension [any CodingKey] {
    /// The path as a sentence shows it: `runs[3].mean`.
    var text: String {
        reduce(into: "") { text, key in
            if let index = key.intValue, key is AnyCodingKey {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}
