import ComplexModule

@testable import DirDB
@testable import DirDBDumpers

/// Any file is refused, or `inspect` and `load` agree about what is in it, and what was loaded survives being written.
///
/// The checksum of what is read is not known to a fuzzer, so that most of what is read is mapped.
@Sendable func fuzzNPZ(_ bytes: [UInt8]) {
    // A deflated member grows by up to a thousand times, which larger inputs could do beyond the limit on memory.
    guard bytes.count <= 3000 else { return }
    let file = FuzzFile(bytes, format: "npz")
    let fields: [Field]?
    do {
        fields = try NPZDumper().inspect(try file.open()).fields
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
        fields = nil
    }
    for access in [ArrayAccess.mapped, .owned] {
        do {
            let arrays = try NPZDumper(access: access).load(try file.open())
            guard let fields else { fatalError("what inspect refuses is loaded") }
            check(arrays, fields)
        } catch {
            requireRefusal(error, [.damagedData, .unsupportedFormat])
        }
    }
    loadEach(file)
}

private func check(_ arrays: NamedArrays, _ fields: [Field]) {
    // Members of other kinds have no array.
    let described = fields.filter { arrays.array(named: $0.name) != nil && $0.dtype != "bytes" }
    require(described.map(\.name) == arrays.names, "names differ")
    for field in described {
        guard let array = arrays.array(named: field.name) else { continue }
        require(array.shape == field.shape, "shapes differ")
        require(array.count == array.shape.reduce(1, *), "\(array.count) elements of \(array.shape)")
        require(sum(array) <= 0xFF * array.count * 16, "the elements cannot be read")
    }
}

private func loadEach(_ file: FuzzFile) {
    do {
        let archive = try NPZFile(try file.open())
        for name in archive.names {
            do {
                let field = try archive.field(name)
                let array = try archive.loadAny(name)
                require(array.shape == field.shape, "shapes differ")
                _ = try archive.load(name, of: Double.self)
            } catch {
                requireRefusal(error, [.damagedData, .unsupportedFormat, .formatMismatch])
            }
        }
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
    }
}

/// Touches every byte.
private func sum(_ array: some NumpyArray) -> Int {
    array.withElements { UnsafeRawBufferPointer($0).reduce(0) { $0 + Int($1) } }
}
