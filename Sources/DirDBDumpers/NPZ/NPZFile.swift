public import DirDB

/// An open npz file, of which arrays are read one by one.
///
///     let archive = try entry.withData { try NPZFile($0) }
///     let x: NDArray<Double> = try archive.load("x")
///
/// The file is mapped and stays valid and unchanged when the entry is replaced or deleted; what ``ArrayAccess/mapped``
/// says of programs that write in place holds for everything here. Nothing is read but the central directory, and
/// then what is asked for.
public struct NPZFile: Sendable {
    /// The file's path, for messages.
    public let path: String
    /// The names of the arrays, each once, in the order of the archive.
    public let names: [String]
    private let members: [String: ZipMember]
    private let file: MappedFile

    /// Reads the central directory of an open npz file, as ``Entry/withData(_:)`` gives it.
    ///
    /// - Throws: `.damagedData` when it is not a zip file.
    /// - Complexity: O(n) in the number of members; one or two reads.
    public init(_ file: borrowing DataFile) throws(DirDBError) {
        path = file.path
        let directory = try ZipDirectory(file)
        var (names, members) = ([String](), [String: ZipMember]())
        for (name, member) in directory.arrays where members.updateValue(member, forKey: name) == nil {
            names.append(name)
        }
        self.names = names
        self.members = members
        self.file = try file.map()
    }

    /// Reads one array; nothing else of the file is touched.
    ///
    /// A member that is stored, aligned and needs no conversion is mapped unless said otherwise: pages are read as
    /// they are touched, and the checksum is not looked at. Any other is read into memory, and its CRC-32 checked.
    /// Archives of this package are aligned. Those of numpy are not; some of their arrays are so by chance.
    /// - Parameters:
    ///   - name: The name of the array.
    ///   - type: The type of the elements.
    ///   - access: Whether it may be mapped.
    /// - Returns: The array.
    /// - Throws: `.notFound` when there is no such array; `.formatMismatch` when the elements are of another type;
    ///   `.unsupportedFormat` for strings, records, times and objects, encryption, unknown compression and a name that
    ///   two members have; `.damagedData`.
    /// - Complexity: O(1) when mapped, else O(n) in the number of elements.
    public func load<Element: NumpyElement>(
        _ name: String, of type: Element.Type = Element.self, access: ArrayAccess = .mapped
    ) throws(DirDBError) -> NDArray<Element> {
        try finish(try open(name), type, access)
    }

    /// Reads one array, of whatever element type.
    ///
    /// - Parameters:
    ///   - name: The name of the array.
    ///   - access: Whether it may be mapped.
    /// - Returns: The array; cast it to use its elements.
    /// - Throws: What ``load(_:of:access:)`` throws.
    public func loadAny(_ name: String, access: ArrayAccess = .mapped) throws(DirDBError) -> any NumpyArray {
        let member = try open(name)
        // Without such a type this one gives the reason.
        let type: any NumpyElement.Type = member.header.dtype.elementType ?? Double.self
        return try finishAny(member, type, access)
    }

    /// Tells dtype and shape of one array from its header.
    /// - Throws: `.notFound`; `.unsupportedFormat`; `.damagedData`.
    public func field(_ name: String) throws(DirDBError) -> Field {
        let header = try open(name).header
        return Field(name: name, dtype: header.dtype.name, shape: header.shape)
    }

    private func open(_ name: String) throws(DirDBError) -> NPYMember {
        guard let member = members[name] else { throw .missingArray(name, of: names, path) }
        return try NPYMember(member, path: path, read)
    }

    private func finishAny<Element: NumpyElement>(
        _ member: consuming NPYMember, _ type: Element.Type, _ access: ArrayAccess
    ) throws(DirDBError) -> any NumpyArray {
        try finish(member, type, access)
    }

    private func finish<Element: NumpyElement>(
        _ member: consuming NPYMember, _ type: Element.Type, _ access: ArrayAccess
    ) throws(DirDBError) -> NDArray<Element> {
        try member.require(type)
        let offset = member.mappableOffset(alignment: MemoryLayout<Element>.alignment)
        if access == .mapped, let offset {
            return NDArray(shape: member.header.shape, storage: .mapped(file, byteOffset: offset))
        }
        return try member.read(type, read)
    }

    private func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DirDBError) -> Int
    {
        file.withUnsafeBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Int(offset)).prefix(buffer.count))
            buffer.copyMemory(from: part)
            return part.count
        }
    }
}
