extension FixedWidthInteger where Self: UnsignedInteger {
    /// All digits, also zeros at the beginning; letters are lower-case.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: Self.bitWidth / 4 - digits.utf8.count) + digits
    }
}
