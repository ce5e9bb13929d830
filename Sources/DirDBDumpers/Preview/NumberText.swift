import Glibc

/// Numbers as text for people.
package enum NumberText {
    /// A number as numpy prints it, with at most six significant digits: `0.5`, `12.`, `1.5e-07`, `nan`.
    package static func short(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let text = significant(value, digits: 6)
        if text.contains(".") { return text }
        let mantissa = text.prefix { $0 != "e" }
        return "\(mantissa).\(text[mantissa.endIndex...])"
    }

    /// A number with at most the given number of significant digits, as `%g` of printf(3) writes it.
    package static func significant(_ number: Double, digits: Int) -> String {
        withVaList([number]) { arguments in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
                guard let base = buffer.baseAddress, vsnprintf(base, 64, "%.\(digits)g", arguments) > 0 else {
                    return "\(number)"
                }
                return String(cString: base)
            }
        }
    }
}
