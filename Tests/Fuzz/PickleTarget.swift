import Glibc

@testable import DirDB
@testable import DirDBDumpers

/// Any file is refused, or what `inspect` and `outline` tell agrees with what is loaded, and that is written as it
/// was read.
@Sendable func fuzzPickle(_ bytes: [UInt8]) {
    let file = FuzzFile(bytes, format: "pickle")
    let dumper = PickleDumper()
    let info: FormatInfo?
    do {
        info = try dumper.inspect(try file.open())
    } catch {
        requireRefusal(error, [.damagedData])
        info = nil
    }
    do {
        let outline = try dumper.outline(try file.open(), OutlineLimits(depth: 4, count: 4))
        require(outline.text.split(separator: "\n").count <= 1 + 5 + 25 + 125 + 625, "too long an outline")
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
    }
    do {
        let value = try dumper.load(try file.open())
        guard let info else { fatalError("what inspect refuses is loaded") }
        check(value, info)
        try checkWriting(value)
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
    }
    do {
        let array = try PickleArrayDumper<Double>().load(try file.open())
        require(
            array.shape == info?.shape && info?.dtype?.hasSuffix("8") != true,
            "another array than inspect tells")
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat, .formatMismatch])
    }
}

private func check(_ value: PickleValue, _ info: FormatInfo) {
    switch value {
    case .array(let array):
        require(array.shape == info.shape && array.count == array.shape.reduce(1, *), "another shape")
    case .dict(let pairs): require(info.rows == pairs.count, "another number of pairs")
    default:
        if let elements = value.asElements {
            require(info.rows == elements.count, "another number of elements")
        }
    }
    require(value.description.utf8.count < 20_000, "too long a text")
}

/// Small values only: without sharing a value may take far more than its file.
private func checkWriting(_ value: PickleValue) throws {
    var left = 200
    guard isSmall(value, &left) else { return }
    require(ftruncate(copyDescriptor, 0) == 0 && lseek(copyDescriptor, 0, SEEK_SET) == 0, "errno \(errno)")
    var sink = DataSink(
        FileDescriptor(dup(copyDescriptor)), path: FuzzFile.path, isToBeSynced: false)
    try PickleDumper().dump(value, to: &sink)
    let again = try PickleDumper().load(
        try DataFile(sink.finish(), path: FuzzFile.path, format: "pickle"))
    require(again == value && again.hashValue == value.hashValue, "what was written is read as another value")
}

private let copyDescriptor: Int32 = {
    var name = Array("/tmp/dirdb-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    require(descriptor >= 0 && unlink(name) == 0, "no temporary file: errno \(errno)")
    return descriptor
}()

private func isSmall(_ value: PickleValue, _ left: inout Int) -> Bool {
    left -= 1
    switch value {
    case .string(let text): left -= text.utf8.count / 16
    case .bytes(let bytes): left -= bytes.count / 16
    case .array(let array): left -= array.count / 2
    case .dict(let pairs):
        for pair in pairs { if !isSmall(pair.key, &left) || !isSmall(pair.value, &left) { return false } }
    default:
        for element in value.asElements ?? [] { if !isSmall(element, &left) { return false } }
    }
    return left > 0
}
