import ComplexModule

@testable import DirDB
@testable import DirDBDumpers

/// Any bytes are refused, or are a value that is written in its shortest form and read back as the same.
@Sendable func fuzzMessagePack(_ bytes: [UInt8]) {
    let file = FuzzFile(bytes, format: "msgpack")
    let info = attempt([.damagedData]) { try MessagePackDumper<MessagePack>().inspect(try file.open()) }
    let outline = attempt([.damagedData]) { try MessagePackFile.outline(try file.open(), OutlineLimits()) }
    let value = attempt([.damagedData, .formatMismatch]) {
        try MessagePackDumper<MessagePack>(access: .owned).load(try file.open())
    }
    probe(file)
    guard let value else { return }
    // Only the content of an array of numbers or of a text may be refused where the value is not.
    if info == nil || outline == nil { require(hasArray(value), "what is looked at is refused, and loaded") }
    do {
        let written = MessagePackOutput()
        try written.encode(value, depth: 0, .top)
        let again = written.flattened()
        require(again.count <= bytes.count, "it is not the shortest form")
        let input = again.withUnsafeBytes { MessagePackInput($0) }
        try input.validate()
        let read = try input.decode(MessagePack.self, at: 0, .top)
        let twice = MessagePackOutput()
        try twice.encode(read, depth: 0, .top)
        require(twice.flattened() == again, "it reads back as another value")
        _ = value.numericArray
    } catch {
        fatalError("what was read cannot be written and read back: \(error)")
    }
}

private func attempt<Value>(_ codes: [DirDBError.Code], _ body: () throws -> Value) -> Value? {
    do { return try body() } catch {
        requireRefusal(error, codes)
        return nil
    }
}

private func hasArray(_ value: MessagePack) -> Bool {
    switch value {
    case .ext(MessagePack.numericArrayType, _): true
    case .array(let values): values.contains(where: hasArray)
    case .map(let pairs): pairs.contains { hasArray($0.key) || hasArray($0.value) }
    default: false
    }
}

/// Decodes a file as types that it hardly fits: an error or a value, and never a trap.
private func probe(_ file: FuzzFile) {
    func read<Value: Codable>(_ type: Value.Type) {
        _ = attempt([.damagedData, .formatMismatch, .invalidArgument]) {
            try MessagePackDumper<Value>().load(try file.open())
        }
    }
    read(Probe.self)
    read([Probe].self)
    read([String: Probe].self)
    read([Int: [Int8]].self)
    read([Float16].self)
    read([Complex<Double>].self)
    read([[Double?]].self)
    read(NDArray<Int16>.self)
    read([Timestamp].self)
    read(JSON.self)
}

private struct Probe: Codable {
    var name: String?
    var epoch: Int32?
    var mean: Float?
    var list: [Probe]?
    var blob: [UInt8]?
    var values: [Double]?
    var image: NDArray<Float>?
    var at: Timestamp?
    var stats: [String: UInt64]?
}
