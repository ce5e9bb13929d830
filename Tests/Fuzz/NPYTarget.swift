import ComplexModule

@testable import DirDB
@testable import DirDBDumpers

/// Any file is refused, or `inspect`, `load` and `loadRows` agree about what is in it.
@Sendable func fuzzNPY(_ bytes: [UInt8]) {
    let file = FuzzFile(bytes, format: "npy")
    let info: FormatInfo?
    do {
        info = try NPYDumper<Double>().inspect(try file.open())
    } catch {
        requireRefusal(error, [.damagedData, .unsupportedFormat])
        info = nil
    }
    file.check(Double.self, info)
    file.check(Float16.self, info)
    file.check(Bool.self, info)
    file.check(UInt8.self, info)
    file.check(Int32.self, info)
    file.check(UInt64.self, info)
    file.check(Complex<Float>.self, info)
    file.check(Complex<Double>.self, info)
}

extension FuzzFile {
    fileprivate func check<Element: NumpyElement>(_ type: Element.Type, _ info: FormatInfo?) {
        do {
            let array = try NPYDumper<Element>(access: .owned).load(try open())
            guard let info else { fatalError("what inspect refuses is loaded") }
            let mapped = try NPYDumper<Element>(access: .mapped).load(try open())
            require(array.shape == info.shape && mapped.shape == info.shape, "shapes differ")
            require(array.count == array.shape.reduce(1, *), "\(array.count) elements of \(array.shape)")
            require(same(array, mapped), "the mapped array differs")
            require(array.count * MemoryLayout<Element>.stride < size, "elements from nowhere")
            try checkRows(of: array)
            checkHeader(of: array)
        } catch {
            requireRefusal(
                error,
                info == nil
                    ? [.damagedData, .unsupportedFormat] : [.formatMismatch, .unsupportedFormat])
            require(info?.dtype == nil || info?.dtype != Element.dtype?.name, "inspect names this very type")
        }
    }

    private func checkRows<Element: NumpyElement>(of array: NDArray<Element>) throws {
        guard let height = array.shape.first else { return }
        for rows in [0..<height, height / 2..<height, max(0, height - 1)..<height, 0..<min(1, height)] {
            let part = try NPYDumper<Element>().loadRows(rows, from: try open())
            require(same(part, array.rows(rows)), "the rows \(rows) differ")
        }
    }

    /// What is written for such an array is read as such an array.
    private func checkHeader<Element: NumpyElement>(of array: NDArray<Element>) {
        let bytes = NPYHeader.bytes(of: Element.self, shape: array.shape)
        do {
            let frame = try NPYHeader.Frame(bytes, fileSize: Int64(bytes.count), limit: .max, path: Self.path)
            let header = try NPYHeader(bytes[frame.header], isUTF8: frame.isUTF8, path: Self.path)
            require(header.shape == array.shape && header.dtype == Element.dtype, "the header differs")
            require(
                header.dataOffset == bytes.count && header.dataOffset % 64 == 0, "the data is not aligned")
        } catch {
            fatalError("our own header is refused: \(error)")
        }
    }

    private func same<Element: NumpyElement>(_ left: NDArray<Element>, _ right: NDArray<Element>) -> Bool {
        guard left.shape == right.shape else { return false }
        return left.withElements { left in
            right.withElements { right in
                UnsafeRawBufferPointer(left).elementsEqual(UnsafeRawBufferPointer(right))
            }
        }
    }
}
