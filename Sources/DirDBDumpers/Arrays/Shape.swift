extension [Int] {
    /// The number of elements of an array of this shape; nil when a length is negative, or when the size in bytes
    /// of such an array, were it not for axes of length 0, is not an `Int`.
    ///
    /// Leaving the zeros out, as numpy does, makes every partial product safe to compute without checks.
    func elementCount(itemSize: Int) -> Int? {
        var product = Swift.max(itemSize, 1)
        for length in self where length != 0 {
            let (result, overflow) = product.multipliedReportingOverflow(by: length)
            if length < 0 || overflow { return nil }
            product = result
        }
        return reduce(1, *)
    }

    /// The shape as Python prints a tuple: `()`, `(3,)`, `(3, 4)`.
    var tupleText: String {
        count == 1 ? "(\(self[0]),)" : "(\(map(String.init).joined(separator: ", ")))"
    }
}
