import ComplexModule

extension DType {
    /// The type of the elements in memory; nil when there is none for this dtype.
    ///
    /// 64-bit integers are `Int` and `UInt`.
    var elementType: (any NumpyElement.Type)? {
        switch (kind, itemSize) {
        case (.boolean, _): Bool.self
        case (.signed, 1): Int8.self
        case (.signed, 2): Int16.self
        case (.signed, 4): Int32.self
        case (.signed, 8): Int.self
        case (.unsigned, 1): UInt8.self
        case (.unsigned, 2): UInt16.self
        case (.unsigned, 4): UInt32.self
        case (.unsigned, 8): UInt.self
        case (.real, 2): Float16.self
        case (.real, 4): Float.self
        case (.real, 8): Double.self
        case (.complex, 8): Complex<Float>.self
        case (.complex, 16): Complex<Double>.self
        default: nil
        }
    }
}
