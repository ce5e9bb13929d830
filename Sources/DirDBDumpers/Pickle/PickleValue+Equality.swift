import ComplexModule

// Equality is that of what would be written, but for the order of sets and dicts: 1, 1.0 and True differ, reals and
// arrays are compared bit by bit. So every value equals itself, NaN too, and can be the key of a dictionary.

extension PickleValue: Hashable {
    /// Two values are equal when they are of one kind and hold the same, reals to the bit; the order within sets and
    /// dicts does not count.
    public static func == (left: PickleValue, right: PickleValue) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        case (.complex(let left), .complex(let right)): left.bits == right.bits
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): left == right
        case (.dict(let left), .dict(let right)): left == right || values(of: left) == values(of: right)
        case (.set(let left), .set(let right)), (.frozenSet(let left), .frozenSet(let right)):
            left == right || Set(left) == Set(right)
        case (.array(let left), .array(let right)): left.equals(right)
        default: false
        }
    }

    /// Hashes what equal values have in common.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        switch self {
        case .none: break
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.bitPattern)
        case .complex(let value): hasher.combine(value.bits)
        case .string(let value):
            var value = value
            value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .bytes(let value): hasher.combine(value)
        case .list(let elements), .tuple(let elements): hasher.combine(elements)
        case .dict(let pairs): hasher.combine(Self.values(of: pairs).count)
        case .set(let elements), .frozenSet(let elements): hasher.combine(Set(elements))
        case .array(let array): hasher.combine(array.shape)
        }
    }

    private static func values(of pairs: [Pair]) -> [PickleValue: PickleValue] {
        Dictionary(pairs.map { ($0.key, $0.value) }) { _, last in last }
    }
}

extension Complex<Double> {
    fileprivate var bits: [UInt64] { [rawStorage.x.bitPattern, rawStorage.y.bitPattern] }
}

extension NumpyArray {
    /// Whether the other array has the same shape and dtype, and elements of the same bits.
    fileprivate func equals(_ other: some NumpyArray) -> Bool {
        guard shape == other.shape, typeString == other.typeString else { return false }
        return withElements { left in
            other.withElements { right in
                UnsafeRawBufferPointer(left).elementsEqual(UnsafeRawBufferPointer(right))
            }
        }
    }
}
