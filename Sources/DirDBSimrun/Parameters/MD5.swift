import CLibMD
import DirDB

/// The MD5 of bytes that come in pieces: the name of a content, no protection against forgery.
struct MD5 {
    private var context = MD5_CTX()

    init() {
        MD5Init(&context)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        MD5Update(&context, start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest in 32 hexadecimal digits, lower case.
    mutating func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        MD5Final(&digest, &context)
        return digest.map(\.hexadecimal).joined()
    }
}
