import DirDBDumpers

/// The distinct texts of a column.
///
/// The rows of a type follow each other, so that most texts are that of the row before and need no hash.
struct ActivationTexts {
    private var names = StringDictionaryBuilder()
    private var last: UnsafePointer<UInt8>?
    private(set) var lastCount = 0
    private(set) var lastCode: Int32 = 0

    /// Whether the text that was coded last, with a tab behind it, is at a place too.
    @inline(__always)
    func isLast(_ place: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        guard let last, end - place > lastCount, place[lastCount] == UInt8(ascii: "\t") else { return false }
        var offset = 0
        while offset < lastCount {
            if last[offset] != place[offset] { return false }
            offset += 1
        }
        return true
    }

    /// The code of a text; nil when it is no UTF-8.
    mutating func code(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
        let known = names.count
        guard let code = names.code(of: text) else { return nil }
        if Int(code) == known, (try? UTF8Span(validating: text.span)) == nil { return nil }
        (last, lastCount, lastCode) = (text.baseAddress, text.count, code)
        return code
    }

    /// The memory of the text that was coded last goes away.
    mutating func forget() {
        last = nil
    }

    /// The texts in the order of their codes.
    func finish() -> StringDictionary {
        names.finish()
    }
}
