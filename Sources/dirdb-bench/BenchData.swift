import DirDB
import DirDBDumpers

/// The arrays and metadata that the tasks store.
enum BenchData {
    static let columns = 1024
    static let smallCount = 128

    /// Float64 of shape (mib·128, 1024), C order; element i is i, so that sums are exact up to 1 GiB.
    static func large(_ mebibytes: Int) throws -> NDArray<Double> {
        let count = elementCount(mebibytes)
        let elements = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: Double(index)) }
            initialized = count
        }
        return try NDArray(shape: [mebibytes * 128, columns], elements: elements)
    }

    static func constant(_ mebibytes: Int, _ value: Double) throws -> NDArray<Double> {
        try NDArray(
            shape: [mebibytes * 128, columns],
            elements: [Double](repeating: value, count: elementCount(mebibytes)))
    }

    static func elementCount(_ mebibytes: Int) -> Int { mebibytes * 128 * columns }

    /// The sum of the elements of a large array.
    static func expectedSum(_ mebibytes: Int) -> Double {
        let count = Double(elementCount(mebibytes))
        return count * (count - 1) / 2
    }

    /// Float64 of shape (128,); element k is i + k.
    static func small(_ index: Int) -> NDArray<Double> {
        NDArray((0..<smallCount).map { Double(index + $0) })
    }

    static func smallMeta(_ index: Int) -> JSON {
        [
            "i": .integer(Int64(index)), "source": .string("worker-\(index % 4)"),
            "mean": .real(Double(index) * 0.5),
            "std": 1.25, "step": .integer(Int64(index) * 10), "tags": ["raw", "v1"],
        ]
    }

    /// `e` and six digits.
    static func smallName(_ index: Int) -> String { "e" + padded(index, 6) }

    /// A number with leading zeros.
    static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
