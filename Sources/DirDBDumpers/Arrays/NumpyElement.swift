public import ComplexModule
public import RealModule

/// A type whose values lie in memory as numpy's do, so that an array of them is a file's content byte by byte.
///
/// The conformances of this module are all there are: the signed and unsigned integers, `Float16`, `Float`,
/// `Double`, `Bool`, `Complex<Float>` and `Complex<Double>`. The protocol cannot demand `BitwiseCopyable`, because
/// `Complex` does not declare it; each conforming type is trivially copied all the same.
public protocol NumpyElement: Sendable {
    /// numpy's type string, such as `<f8`, in this machine's byte order; it is the `descr` of the file's header.
    static var numpyTypeString: String { get }
}

/// An element that is a real number, for which there are ``NDArray/statistics()``.
public protocol NumpyReal: NumpyElement, Comparable {
    /// The value as `Double`; 64-bit integers beyond 2^53 are rounded.
    var doubleValue: Double { get }

    /// The smallest and the largest element of a buffer that is not empty and, if need be, has no NaN.
    static func extremes(of elements: UnsafeBufferPointer<Self>) -> (min: Self, max: Self)
}

/// An element that may be the real and the imaginary part of a complex one.
public protocol NumpyComplexPart: NumpyReal, Real {}

/// How numpy marks multi-byte types in the byte order of this machine.
#if _endian(little)
let nativeByteOrderMark: Character = "<"
#else
let nativeByteOrderMark: Character = ">"
#endif

extension NumpyElement {
    static func typeString(kind: Character) -> String {
        let size = MemoryLayout<Self>.size
        var text = size == 1 ? "|" : String(nativeByteOrderMark)
        text.append(kind)
        // An interpolation would cost more than opening the file that is to have this type.
        text += size < 10 ? String(UnicodeScalar(UInt8(48 + size))) : String(size)
        return text
    }
}

// MARK: Integers

extension NumpyElement where Self: FixedWidthInteger {
    /// `i` or `u` with the number of bytes.
    public static var numpyTypeString: String { typeString(kind: isSigned ? "i" : "u") }
}

extension NumpyReal where Self: FixedWidthInteger {
    /// The value as `Double`; 64-bit integers beyond 2^53 are rounded.
    @inlinable public var doubleValue: Double {
        // The generic conversion of the standard library is slow; by way of a concrete type it is one instruction.
        Self.isSigned ? Double(Int64(truncatingIfNeeded: self)) : Double(UInt64(truncatingIfNeeded: self))
    }
}

extension Int8: NumpyReal {}
extension Int16: NumpyReal {}
extension Int32: NumpyReal {}
extension Int64: NumpyReal {}
extension Int: NumpyReal {}
extension UInt8: NumpyReal {}
extension UInt16: NumpyReal {}
extension UInt32: NumpyReal {}
extension UInt64: NumpyReal {}
extension UInt: NumpyReal {}

// MARK: Reals

extension NumpyElement where Self: BinaryFloatingPoint {
    /// `f` with the number of bytes.
    public static var numpyTypeString: String { typeString(kind: "f") }
}

extension Float16: NumpyReal {
    /// The value as `Double`, exactly.
    @inlinable public var doubleValue: Double {
        // Without the F16C instructions, which x86-64 need not have, the compiler calls a library function for
        // each value. The bits of a half, moved to their places in a Float, are too small by 2^112.
        let scaled = Float(bitPattern: UInt32(bitPattern & 0x7FFF) << 13) * 0x1p112
        let magnitude = scaled < 65536 ? scaled : Float(bitPattern: scaled.bitPattern | 0x7F80_0000)
        return Double(Float(bitPattern: magnitude.bitPattern | UInt32(bitPattern & 0x8000) << 16))
    }
}

extension Float: NumpyComplexPart {
    /// The value as `Double`, exactly.
    @inlinable public var doubleValue: Double { Double(self) }
}

extension Double: NumpyComplexPart {
    /// The value itself.
    @inlinable public var doubleValue: Double { self }
}

// MARK: Others

extension Bool: NumpyElement {
    /// `|b1`.
    public static var numpyTypeString: String { typeString(kind: "b") }
}

extension Complex: NumpyElement where RealType: NumpyComplexPart {
    /// `c` with the number of bytes of both parts.
    public static var numpyTypeString: String { typeString(kind: "c") }
}
