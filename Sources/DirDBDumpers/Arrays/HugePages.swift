import Glibc

extension UnsafeMutableRawBufferPointer {
    /// Asks for huge pages under memory that was not touched yet, where the system can: 512 times fewer page faults.
    func adviseHugePages() {
        let page = 1 << 21
        guard let start = baseAddress.map({ UInt(bitPattern: $0) }) else { return }
        let aligned = (start + UInt(page - 1)) & ~UInt(page - 1)
        let count = Int(start) + self.count - Int(aligned)
        if count >= page { madvise(UnsafeMutableRawPointer(bitPattern: aligned), count, MADV_HUGEPAGE) }
    }
}
