/// The keys of a map, and where their values begin.
final class MessagePackMap: DecodingMap {
    /// A key, as text or as a number, and where its value begins.
    private struct Pair {
        let text: Range<Int>
        let number: Int?
        let value: Int
    }

    let kind = "map"
    private let input: MessagePackInput
    private var pairs: [Pair] = []
    // Keys are mostly asked for in the order in which they were written.
    private var next = 0

    /// Reads the keys of a map of the given number of pairs, the first of which begins at `place`.
    init(_ input: MessagePackInput, _ count: Int, at place: Int) throws(CodingFailure) {
        self.input = input
        pairs.reserveCapacity(count)
        var place = place
        for _ in 0..<count {
            let (key, keyEnd) = try input.header(at: place)
            let value = keyEnd + key.byteCount
            switch key {
            case .string: pairs.append(Pair(text: keyEnd..<value, number: nil, value: value))
            case .int(let number):
                pairs.append(Pair(text: keyEnd..<keyEnd, number: Int(number), value: value))
            default:
                throw CodingFailure(
                    cause: "a key is of the kind \(key.kind), and only strings and integers are read")
            }
            place = try input.end(ofValueAt: value)
        }
    }

    func keys<Key: CodingKey>(_ type: Key.Type) -> [Key] {
        pairs.compactMap { pair in
            if let number = pair.number { return Key(intValue: number) ?? Key(stringValue: "\(number)") }
            return String(validating: input.bytes[pair.text], as: UTF8.self).flatMap(Key.init(stringValue:))
        }
    }

    /// Where the value of a key begins; nil when there is none.
    func find(_ name: String, _ number: Int?) -> Int? {
        var name = name
        return name.withUTF8 { name in
            let wanted = UnsafeRawBufferPointer(name)
            for offset in 0..<pairs.count {
                let index = next + offset < pairs.count ? next + offset : next + offset - pairs.count
                if matches(pairs[index], wanted, number) {
                    // The same key is asked for again, for nil and then for its value.
                    next = index
                    return pairs[index].value
                }
            }
            return nil
        }
    }

    @inline(__always)
    private func matches(_ pair: Pair, _ name: UnsafeRawBufferPointer, _ number: Int?) -> Bool {
        if let key = pair.number { return key == number }
        guard pair.text.count == name.count else { return false }
        return UnsafeRawBufferPointer(rebasing: input.bytes[pair.text]).elementsEqual(name)
    }
}
