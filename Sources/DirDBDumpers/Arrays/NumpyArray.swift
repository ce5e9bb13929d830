/// An array whose element type is known at run time only: an ``NDArray`` of any element.
///
/// Cast it to use it: `if let x = array as? NDArray<Float> { … }`.
public protocol NumpyArray<Element>: Sendable {
    /// The type of the elements.
    associatedtype Element: NumpyElement
    /// The lengths of the axes; empty for a 0-dimensional array, which has one element.
    var shape: [Int] { get }
    /// The number of elements: the product of the lengths.
    var count: Int { get }

    /// Gives scoped access to the elements in C order; the buffer must not outlive the call.
    /// - Throws: What `body` throws.
    func withElements<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result
}

extension NDArray: NumpyArray {}

extension NumpyArray {
    /// The element type as numpy prints it, such as `float64`.
    public var dtype: String { Element.dtype?.name ?? Element.numpyTypeString }

    /// The array with elements of the type asked for; nil when they are of another one.
    ///
    /// `Int` and `Int64` lie in memory alike, as do `UInt` and `UInt64`: arrays of them are read as each other, by
    /// copying the elements.
    func asArray<Wanted: NumpyElement>(of type: Wanted.Type) -> NDArray<Wanted>? {
        if let array = self as? NDArray<Wanted> { return array }
        guard Element.numpyTypeString == Wanted.numpyTypeString,
            MemoryLayout<Element>.stride == MemoryLayout<Wanted>.stride
        else { return nil }
        let elements = withElements { source in
            [Wanted](unsafeUninitializedCapacity: source.count) { target, count in
                UnsafeMutableRawBufferPointer(target).copyMemory(from: UnsafeRawBufferPointer(source))
                count = source.count
            }
        }
        return NDArray(shape: shape, storage: .owned(elements, start: 0))
    }
}

extension NumpyArray {
    /// The element type as the header of an npy file has it.
    var typeString: String { Element.numpyTypeString }
}
