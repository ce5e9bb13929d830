import DirDB
import DirDBDumpers

/// Rows of activations in memory, column by column; the times of all rows one after the other.
struct ActivationRows: ~Copyable {
    let kind: ActivationKind
    /// The most times that a row has.
    var widest = 0
    var rowCount = 0
    var timeCount = 0

    var types = Block<Int32>()
    var ids = Block<Int64>()
    var distances = Block<Double>()
    var sections = Block<Int64>()
    var points = Block<Int64>()
    var labels = Block<Int32>()
    /// The trial of each row, by the rank among those of these rows.
    var trials = Block<Int32>()
    var times = Block<Double>()
    /// Where the times of a row end; they begin where those of the row before end.
    var timeEnds = Block<Int>()
    var typeNames = ActivationTexts()
    var labelNames = ActivationTexts()
    var trialNames = StringDictionaryBuilder()
    var scratch = ActivationScratch()
    private var text = Block<UInt8>()
    private var folder = RawFolder()

    init(_ kind: ActivationKind) {
        self.kind = kind
    }

    /// Begins anew, without rows.
    mutating func begin() {
        (rowCount, timeCount, widest) = (0, 0, 0)
        (typeNames, labelNames) = (ActivationTexts(), ActivationTexts())
        trialNames = StringDictionaryBuilder()
    }

    /// Makes room for whatever so many bytes of lines can hold.
    ///
    /// That is far more than they do hold; memory that is not used costs nothing.
    private mutating func require(textLength: Int) {
        // A line is two tabs, a digit and a line feed at least; a time is a digit and a comma.
        let rows = rowCount + textLength / 4 + 1
        types.require(rows, keeping: rowCount)
        ids.require(rows, keeping: rowCount)
        trials.require(rows, keeping: rowCount)
        timeEnds.require(rows, keeping: rowCount)
        times.require(timeCount + textLength / 2, keeping: timeCount)
        if kind == .cells { return }
        distances.require(rows, keeping: rowCount)
        sections.require(rows, keeping: rowCount)
        points.require(rows, keeping: rowCount)
        labels.require(rows, keeping: rowCount)
    }
}

extension ActivationRows {
    /// Reads and parses the lines of a part.
    /// - Returns: Whether the file ends with them, but not with a line feed.
    /// - Throws: `.damagedData`, naming the line; `.invalidArgument` when the file has another size now.
    mutating func append(
        _ part: ActivationPart, of file: ActivationFile, in tree: SimrunTree
    ) throws(DirDBError) -> Bool {
        let data = try folder.open(file.path, of: tree)
        let lines = try part.read(data, into: &text)
        let bytes = UnsafeBufferPointer(rebasing: text.prefix(lines.range.upperBound)[lines.range])
        do throws(DirDBError) {
            try append(bytes, trial: file.trial, path: data.path, firstLine: 1)
        } catch {
            // Lines are only counted where their number matters. What was learned of texts must not hide the mistake.
            begin()
            var memory = Block<UInt8>()
            let number = try ActivationPart.lineNumber(at: lines.offset, of: data, &memory)
            try append(bytes, trial: file.trial, path: data.path, firstLine: number)
            throw error
        }
        return lines.endsWithinLine
    }

    /// Parses lines.
    ///
    /// - Parameters:
    ///   - lines: The lines, the last of which may lack its end.
    ///   - trial: `sim_trial_index`.
    ///   - path: The file, for messages.
    ///   - firstLine: The number of the first line, from 1.
    /// - Throws: `.damagedData`, naming the line.
    mutating func append(
        _ lines: UnsafeBufferPointer<UInt8>, trial: String, path: String, firstLine: Int
    ) throws(DirDBError) {
        guard let start = lines.baseAddress, let trial = trial.utf8Code(in: &trialNames) else { return }
        require(textLength: lines.count)
        typeNames.forget()
        labelNames.forget()
        var parser = ActivationParser(start, lines.count, path: path, firstLine: firstLine)
        while !parser.isAtEnd {
            switch kind {
            case .synapses: try parser.synapse(&self)
            case .cells: try parser.cell(&self)
            }
            trials.start[rowCount] = trial
            rowCount += 1
        }
    }
}

extension String {
    /// The code of this text among others.
    fileprivate func utf8Code(in names: inout StringDictionaryBuilder) -> Int32? {
        var text = self
        return text.withUTF8 { names.code(of: $0) }
    }
}
