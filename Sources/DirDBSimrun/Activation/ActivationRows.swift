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
        (rowCount, timeCount) = (0, 0)
        (typeNames, labelNames) = (ActivationTexts(), ActivationTexts())
        trialNames = StringDictionaryBuilder()
        rowCapacity = pieces.reduce(0) { $0 + $1.rowCount }
        timeCapacity = pieces.reduce(0) { $0 + $1.timeCount }
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
        let start = UnsafePointer(text.start)
        let bytes = UnsafeMutableRawBufferPointer(start: text.start, count: count)
        guard try data.read(at: piece.range.lowerBound, into: bytes) == count else {
            throw .changed(data.path)
        }
        guard let trial = file.trial.utf8Code(in: &trialNames) else { throw .changed(data.path) }
        typeNames.forget()
        labelNames.forget()
        let first = rowCount
        var parser = ActivationParser(start, count, path: data.path, firstLine: piece.firstLine)
        while !parser.isAtEnd {
            guard rowCount < rowCapacity else { throw .changed(data.path) }
            switch kind {
            case .synapses: try parser.synapse(&self)
            case .cells: try parser.cell(&self)
            }
            trials.start[rowCount] = trial
            rowCount += 1
        }
        guard rowCount - first == piece.rowCount else { throw .changed(data.path) }
    }
}

extension String {
    /// The code of this text among others.
    fileprivate func utf8Code(in names: inout StringDictionaryBuilder) -> Int32? {
        var text = self
        return text.withUTF8 { names.code(of: $0) }
    }
}
