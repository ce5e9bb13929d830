import DirDB

/// What is stored of a file.
enum ImportContent {
    /// Its bytes, and why they are not the value: nil when they are.
    case bytes(DirDBError?)
    /// The array of a pickle.
    case array(any NumpyArray)
    /// The value of a pickle, which msgpack gives back as it is.
    case value(MessagePack)

    /// Looks at a file: at its header, or at the whole of a pickle.
    /// - Throws: `.damagedData`; ``DirDBError`` when the file cannot be read.
    init(of file: borrowing DataFile, _ action: ImportItem.Action) throws(DirDBError) {
        do {
            switch action {
            case .copy: self = try Self.copied(file)
            case .convertPickle: self = try Self.converted(file)
            }
        } catch let error as DirDBError { throw error } catch { throw .damagedData(file.path, "\(error)") }
    }

    private static func copied(_ file: borrowing DataFile) throws -> ImportContent {
        let format = file.format
        let dumper = [any Dumper].standard.first { $0.fileExtension == format }
        return .bytes(try FormatInfo(of: file, by: dumper).problem)
    }

    private static func converted(_ file: borrowing DataFile) throws(DirDBError) -> ImportContent {
        let path = file.path
        do throws(DirDBError) {
            return try Unpickler.run(file, .owned) { (unpickler, item) throws(DirDBError) in
                if let remainder = unpickler.remainder { return .bytes(remainder) }
                let value = try unpickler.value(of: item)
                if case .array(let array) = value { return .array(array) }
                if let global = unpickler.globals.first(where: { !$0.isKeptByMessagePack }) {
                    throw .msgpackLacks(global.kind, path)
                }
                do throws(MessagePackLack) { return .value(try MessagePack(exactly: value)) } catch {
                    throw .msgpackLacks(error.kind, path)
                }
            }
        } catch {
            guard error.code == .unsupportedFormat else { throw error }
            return .bytes(error)
        }
    }

    /// Stages the content as the data of an entry.
    func store(_ item: ImportItem, in locked: inout LockedEntry) throws {
        switch self {
        case .bytes:
            try locked.put(format: item.format) { sink in
                let file = try SourceFile.open(item.path, format: item.format)
                try sink.write(contentsOf: file)
                guard sink.count >= file.size else { throw DirDBError.becameShorter(item.path) }
            }
        case .array(let array): try Self.put(array, in: &locked)
        case .value(let value): try locked.put(value)
        }
    }

    private static func put<Array: NumpyArray>(_ array: Array, in locked: inout LockedEntry) throws {
        guard let values = array.asArray(of: Array.Element.self) else {
            throw DirDBError.formatMismatch(
                "the pickle", found: "\(array.dtype) elements", asked: "\(Array.Element.self)")
        }
        try locked.put(values)
    }
}

extension PickleGlobal {
    /// Whether a value that uses the name comes back as it is from msgpack.
    fileprivate var isKeptByMessagePack: Bool {
        switch self {
        case .ndarray, .dtype, .reconstruct, .frombuffer, .encode, .bytes: true
        case .scalar, .set, .frozenset, .bytearray, .complex, .orderedDict: false
        }
    }

    /// The type of the value in Python, with its article.
    fileprivate var kind: String {
        switch self {
        case .scalar: "a numpy scalar"
        case .orderedDict: "an OrderedDict"
        default: "a \(self)"
        }
    }
}
