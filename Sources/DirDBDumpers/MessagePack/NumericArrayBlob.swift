import DirDB

extension MessagePack {
    /// The extension type of arrays of numbers: 78, an N.
    ///
    /// Its content is, in this order: the length of the type string in a byte, the number of axes in a byte, the type
    /// string as numpy writes it (`<f8`), the lengths of the axes as 64-bit little-endian integers, and the elements
    /// in C order. Python reads it with
    ///
    ///     def hook(code, data):
    ///         if code != 78: return msgpack.ExtType(code, data)
    ///         n, axes = data[0], data[1]
    ///         shape = np.frombuffer(data, '<i8', axes, 2 + n)
    ///         return np.frombuffer(data, data[2:2 + n].decode(), offset=2 + n + 8 * axes).reshape(shape)
    ///     value = msgpack.unpackb(bytes, ext_hook=hook, strict_map_key=False)
    public static let numericArrayType: Int8 = 78
}

/// The description of an array of numbers at the beginning of an extension.
struct NumericArrayBlob {
    let dtype: DType
    let shape: [Int]
    /// Where the elements begin.
    let offset: Int

    /// The bytes before the elements.
    static func header(typeString: String, shape: [Int]) -> [UInt8] {
        var bytes = [UInt8(typeString.utf8.count), UInt8(shape.count)] + Array(typeString.utf8)
        for length in shape { bytes.append(littleEndian: Int64(length)) }
        return bytes
    }

    /// Parses the description at the beginning of the bytes of an extension.
    ///
    /// Where only the beginning is given, `size` is the size of the whole extension.
    /// - Throws: When it makes no sense, or the elements are not there.
    init(_ bytes: UnsafeRawBufferPointer, size: Int? = nil) throws(CodingFailure) {
        guard bytes.count >= 2 else { throw CodingFailure(cause: "a numeric array without a header") }
        let textEnd = 2 + Int(bytes[0])
        offset = textEnd + 8 * Int(bytes[1])
        guard offset <= bytes.count,
            let text = String(validating: bytes[2..<textEnd], as: UTF8.self),
            let dtype = DType(typeString: text), let itemSize = dtype.itemSize
        else { throw CodingFailure(cause: "a numeric array with a header that makes no sense") }
        var shape: [Int] = []
        for axis in 0..<Int(bytes[1]) {
            shape.append(
                Int(
                    Int64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: textEnd + 8 * axis, as: Int64.self))
                ))
        }
        guard let count = shape.elementCount(itemSize: itemSize),
            (size ?? bytes.count) - offset == count * itemSize
        else { throw CodingFailure(cause: "a numeric array of another size than its shape") }
        self.dtype = dtype
        self.shape = shape
    }

    /// Copies the elements out of the extension.
    func array(in bytes: UnsafeRawBufferPointer) throws(CodingFailure) -> any NumpyArray {
        func array<Element: NumpyElement>(_ type: Element.Type) -> any NumpyArray {
            self.array(type, in: bytes)
        }
        guard let type = dtype.elementType else {
            throw CodingFailure(
                cause: "a numeric array of \(dtype.name) elements, which no array here can hold")
        }
        return array(type)
    }

    /// Copies the elements, which are of this type but for their byte order, out of the extension.
    func array<Element: NumpyElement>(_ type: Element.Type, in bytes: UnsafeRawBufferPointer) -> NDArray<
        Element
    > {
        let count = shape.reduce(1, *)
        let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            let target = UnsafeMutableRawBufferPointer(buffer)
            target.adviseHugePages()
            let source = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            target.copyMemory(from: source)
            dtype.normalize(UnsafeMutableRawBufferPointer(rebasing: target[..<source.count]))
            initializedCount = count
        }
        return NDArray(shape: shape, storage: .owned(elements, start: 0))
    }
}
