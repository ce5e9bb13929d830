/// How values are stored (`Type` in parquet.thrift).
enum PhysicalType: Int32, Sendable {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case int96 = 3
    case float = 4
    case double = 5
    case byteArray = 6
    case fixedLengthByteArray = 7

    var name: String {
        switch self {
        case .boolean: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .int96: "int96"
        case .float: "float"
        case .double: "double"
        case .byteArray: "binary"
        case .fixedLengthByteArray: "fixed_len_byte_array"
        }
    }
}

/// How the values of a page are encoded (`Encoding` in parquet.thrift).
enum ParquetEncoding: Int32 {
    case plain = 0
    case plainDictionary = 2
    case runLength = 3
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case runLengthDictionary = 8
    case byteStreamSplit = 9

    /// Whether values are places in the dictionary page.
    var isDictionary: Bool { self == .plainDictionary || self == .runLengthDictionary }
}

/// How pages are compressed (`CompressionCodec` in parquet.thrift).
enum ParquetCodec: Int32 {
    case none = 0
    case snappy = 1
    case gzip = 2
    case zstd = 6

    /// The format's other codecs, which no writer of this field uses unless asked to.
    static let unsupported: [Int32: String] = [3: "LZO", 4: "Brotli", 5: "LZ4", 7: "LZ4"]
}
