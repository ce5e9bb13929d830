/// The way from the top of a value to a part of it; turned into a coding path only for an error.
indirect enum CodingTrail {
    case top
    case key(any CodingKey, CodingTrail)
    case index(Int, CodingTrail)

    var path: [any CodingKey] {
        var keys: [any CodingKey] = []
        // In one allocation: of a deeply nested value each failure has a long path.
        keys.reserveCapacity(depth)
        var trail = self
        while true {
            switch trail {
            case .top:
                keys.reverse()
                return keys
            case .key(let key, let outer):
                keys.append(key)
                trail = outer
            case .index(let index, let outer):
                keys.append(AnyCodingKey.index(index))
                trail = outer
            }
        }
    }

    private var depth: Int {
        var (depth, trail) = (0, self)
        while true {
            switch trail {
            case .top: return depth
            case .key(_, let outer), .index(_, let outer):
                depth += 1
                trail = outer
            }
        }
    }
}

/// A coding key for any string, and for the index of an element.
enum AnyCodingKey: CodingKey {
    case name(String)
    case index(Int)

    static let forSuper = AnyCodingKey.name("super")

    var stringValue: String {
        switch self {
        case .name(let name): name
        case .index(let index): "\(index)"
        }
    }

    var intValue: Int? { if case .index(let index) = self { index } else { nil } }

    init(stringValue: String) { self = .name(stringValue) }

    init(intValue: Int) { self = .index(intValue) }
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

/// Why a value has no form in a format, or bytes are not a value of it.
struct CodingFailure: Error {
    let cause: String
}

/// Some types of which it is known that they are encoded in parts, so that it need not be found out for each value.
struct KnownTypes {
    private var types: [ObjectIdentifier] = []

    func contains(_ type: Any.Type) -> Bool { types.contains(ObjectIdentifier(type)) }

    mutating func insert(_ type: Any.Type) {
        // More would take longer to look through than they save.
        if types.count < 8 { types.append(ObjectIdentifier(type)) }
    }
}
