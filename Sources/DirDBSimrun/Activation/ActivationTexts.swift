import DirDBDumpers

/// The distinct texts of a column.
///
/// The rows of a type follow each other, and few labels take turns, so that most texts are one of the two that came
/// last and need no hash.
struct ActivationTexts {
    /// A text in memory that has a code.
    private struct Known {
        var start: UnsafePointer<UInt8>?
        var count = 0
        var code: Int32 = 0
    }

    private var names = StringDictionaryBuilder()
    private var last = Known()
    private var before = Known()

    /// The length and the code of the text at a place, with a tab behind it, if it is one of the two that came last.
    @inline(__always)
    mutating func known(
        _ place: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (count: Int, code: Int32)? {
        if Self.isEqual(last, place, end) { return (last.count, last.code) }
        guard Self.isEqual(before, place, end) else { return nil }
        (last, before) = (before, last)
        return (last.count, last.code)
    }

    @inline(__always)
    private static func isEqual(
        _ known: Known, _ place: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Bool {
        // As many bytes can be read at both places: what came before lies before.
        guard let start = known.start, end - place > known.count + 8 else { return false }
        var offset = 0
        while offset + 8 <= known.count {
            if word(start + offset) != word(place + offset) { return false }
            offset += 8
        }
        // The tab is compared too.
        let rest = UInt64(truncatingIfNeeded: 8 &* (7 &- (known.count &- offset)))
        return (word(start + offset) ^ word(place + offset)) &<< rest == 0
    }

    @inline(__always)
    private static func word(_ place: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
    }

    /// The code of a text; nil when it is no UTF-8.
    mutating func code(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        let known = names.count
        guard let code = names.code(of: text) else { return nil }
        if Int(code) == known, (try? UTF8Span(validating: text.span)) == nil { return nil }
        before = last
        last = Known(start: text.baseAddress, count: text.count, code: code)
        return code
    }

    /// The memory of the texts that came last goes away.
    mutating func forget() {
        (last, before) = (Known(), Known())
    }

    /// The texts in the order of their codes.
    func finish() -> StringDictionary {
        names.finish()
    }
}
