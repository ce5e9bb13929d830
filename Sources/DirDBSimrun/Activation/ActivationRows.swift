import DirDB
import DirDBDumpers

/// Rows of activations in memory, column by column; the times of all rows one after the other.
struct ActivationRows: ~Copyable {
    let kind: ActivationKind
    /// The most times that a row may have.
    let widest: Int
    /// How many rows and times are expected.
    private(set) var rowCapacity = 0
    private(set) var timeCapacity = 0
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

    init(_ kind: ActivationKind, widest: Int) {
        self.kind = kind
        self.widest = widest
    }

    /// Begins anew, with room for the lines of some pieces.
    mutating func begin(_ pieces: ArraySlice<ActivationPiece>) {
        begin(rows: pieces.reduce(0) { $0 + $1.rowCount }, times: pieces.reduce(0) { $0 + $1.timeCount })
    }

    /// Begins anew, with room for some rows and times.
    mutating func begin(rows: Int, times timeCapacity: Int) {
        (rowCount, timeCount) = (0, 0)
        (typeNames, labelNames) = (ActivationTexts(), ActivationTexts())
        trialNames = StringDictionaryBuilder()
        (rowCapacity, self.timeCapacity) = (rows, timeCapacity)
        let synapses = kind == .synapses ? rowCapacity : 0
        types.require(rowCapacity)
        ids.require(rowCapacity)
        distances.require(synapses)
        sections.require(synapses)
        points.require(synapses)
        labels.require(synapses)
        trials.require(rowCapacity)
        times.require(timeCapacity)
        timeEnds.require(rowCapacity)
    }
}

extension ActivationRows {
    /// Reads and parses the lines of a piece.
    /// - Throws: `.damagedData`, naming the line; `.invalidArgument` when the file was changed since the survey.
    mutating func append(
        _ piece: ActivationPiece, of file: ActivationFile, in tree: SimrunTree
    ) throws(DirDBError) {
        let data = try RawFile.open(file.path, of: tree)
        let count = Int(piece.range.upperBound - piece.range.lowerBound)
        text.require(count)
        let bytes = UnsafeMutableRawBufferPointer(start: text.start, count: count)
        guard try data.read(at: piece.range.lowerBound, into: bytes) == count else {
            throw .changed(data.path)
        }
        let first = rowCount
        try append(text.prefix(count), trial: file.trial, path: data.path, firstLine: piece.firstLine)
        guard rowCount - first == piece.rowCount else { throw .changed(data.path) }
    }

    /// Parses lines.
    ///
    /// - Parameters:
    ///   - lines: The lines, the last of which may lack its end.
    ///   - trial: `sim_trial_index`.
    ///   - path: The file, for messages.
    ///   - firstLine: The number of the first line, from 1.
    /// - Throws: `.damagedData`, naming the line; `.invalidArgument` when there are more rows or times than expected.
    mutating func append(
        _ lines: UnsafeBufferPointer<UInt8>, trial: String, path: String, firstLine: Int
    ) throws(DirDBError) {
        guard let start = lines.baseAddress, let trial = trial.utf8Code(in: &trialNames) else { return }
        typeNames.forget()
        labelNames.forget()
        var parser = ActivationParser(start, lines.count, path: path, firstLine: firstLine)
        while !parser.isAtEnd {
            guard rowCount < rowCapacity else { throw .changed(path) }
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
