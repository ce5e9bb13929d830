import DirDB
import DirDBDumpers

/// Rows of activations in memory, column by column; the times of all rows one after the other.
struct ActivationRows: ~Copyable {
    let kind: ActivationKind
    /// How many rows and times there is room for.
    let rowCapacity: Int
    let timeCapacity: Int
    var rowCount = 0
    var timeCount = 0
    /// The most times that a row may have.
    let widest: Int

    let types: Block<Int32>
    let ids: Block<Int64>
    let distances: Block<Double>
    let sections: Block<Int64>
    let points: Block<Int64>
    let labels: Block<Int32>
    /// The trial of each row, by the rank among those of these rows.
    let trials: Block<Int32>
    let times: Block<Double>
    /// Where the times of a row end; they begin where those of the row before end.
    let timeEnds: Block<Int>
    var typeNames = ActivationTexts()
    var labelNames = ActivationTexts()
    var trialNames = StringDictionaryBuilder()

    init(_ kind: ActivationKind, _ pieces: ArraySlice<ActivationPiece>, widest: Int) {
        self.kind = kind
        self.widest = widest
        rowCapacity = pieces.reduce(0) { $0 + $1.rowCount }
        timeCapacity = pieces.reduce(0) { $0 + $1.timeCount }
        let synapses = kind == .synapses ? rowCapacity : 0
        types = Block(count: rowCapacity)
        ids = Block(count: rowCapacity)
        distances = Block(count: synapses)
        sections = Block(count: synapses)
        points = Block(count: synapses)
        labels = Block(count: synapses)
        trials = Block(count: rowCapacity)
        times = Block(count: timeCapacity)
        timeEnds = Block(count: rowCapacity)
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
        let block = ByteBlock(count: count)
        guard try data.read(at: piece.range.lowerBound, into: block.bytes) == count else {
            throw .changed(data.path)
        }
        guard let trial = file.trial.utf8Code(in: &trialNames) else { throw .changed(data.path) }
        typeNames.forget()
        labelNames.forget()
        let first = rowCount
        guard let base = block.bytes.baseAddress else { throw .changed(data.path) }
        let start = UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
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
