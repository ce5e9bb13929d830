import DirDB
import DirDBDumpers

/// What `show` draws of an array: its corners, and of numbers a trace and a histogram.
enum ArrayView {
    private static let mostTraces = 8
    private static let histogramWidth = 40

    /// Draws an array into the given number of columns.
    static func lines(of array: any NumpyArray, width: Int) -> [String] {
        var lines = array.textLines(width: width)
        let sample = NumberSample(array)
        guard array.count > 1, let extent = sample.extent else { return lines }
        lines.append("")
        let room = max(10, width - labelWidth)
        switch array.shape.count {
        case 1: lines.append(label("trace") + sample.trace(width: room, in: extent))
        case 2: lines += traces(of: array, room, extent)
        default: break
        }
        let (least, greatest) = (NumberText.short(extent.lowerBound), NumberText.short(extent.upperBound))
        let bars = sample.histogram(width: min(histogramWidth, room - least.count - greatest.count - 2))
        lines.append(label("histogram") + "\(least) \(bars) \(greatest)")
        if sample.values.count < array.count {
            lines.append(
                label("") + "of \(sample.values.count) elements in \(NumberSample.mostPlaces) places")
        }
        return lines
    }

    /// Some rows, evenly spread, all on one scale.
    private static func traces(
        of array: any NumpyArray, _ room: Int, _ extent: ClosedRange<Double>
    ) -> [String] {
        let (height, length) = (array.shape[0], array.shape[1])
        if length < 2 { return [] }
        return (0..<min(height, mostTraces)).map { number in
            let row = height <= mostTraces ? number : number * (height - 1) / (mostTraces - 1)
            let sample = NumberSample(
                array, row * length..<(row + 1) * length, places: NumberSample.mostPlaces / mostTraces)
            return label("row \(row)") + sample.trace(width: room, in: extent)
        }
    }

    private static let labelWidth = 11

    private static func label(_ text: String) -> String {
        text + String(repeating: " ", count: max(1, labelWidth - text.count))
    }
}
