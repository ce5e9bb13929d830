import ArgumentParser
import DirDBDumpers

/// How csv files are read, and written, where they are converted.
struct CSVOptions: ParsableArguments {
    @Option(
        name: .customLong("type"),
        help: ArgumentHelp(
            "The type of a column of csv: zip=string, or int64, double, bool, date, \"timestamp[us, UTC]\", ….",
            discussion: "Unless given, it is one in which no value changes.", valueName: "column=type"))
    var types: [ColumnTypeArgument] = []

    @Option(
        name: .customLong("null"),
        help: ArgumentHelp("A text of csv that stands for a missing value, such as NA.", valueName: "text"))
    var nullTexts: [String] = []

    @Option(
        help: ArgumentHelp(
            "What separates the fields of csv: comma, tab or semicolon; found in the first line if not given.",
            valueName: "delimiter"), transform: Self.delimiter)
    var delimiter: CSVDumper.Delimiter?

    @Flag(help: "The first line of csv has values; the columns are called 0, 1, ….")
    var noHeader = false

    private static func delimiter(_ text: String) throws -> CSVDumper.Delimiter {
        switch text {
        case "comma", ",": return .comma
        case "tab", "\t", "\\t": return .tab
        case "semicolon", ";": return .semicolon
        default: throw ValidationError("The delimiter is comma, tab or semicolon.")
        }
    }

    /// The dumper for these options.
    var dumper: CSVDumper {
        var given: [String: ColumnType] = [:]
        for type in types { given[type.column] = type.type }
        return CSVDumper(
            delimiter: delimiter, hasHeader: !noHeader, types: given, nullTexts: Set(nullTexts))
    }

    /// Whether any is given.
    var areGiven: Bool { !types.isEmpty || !nullTexts.isEmpty || delimiter != nil || noHeader }
}

/// `COLUMN=TYPE`; the name may have equals signs.
struct ColumnTypeArgument: ExpressibleByArgument {
    let column: String
    let type: ColumnType

    init?(argument: String) {
        guard let sign = argument.lastIndex(of: "="), sign != argument.startIndex,
            let type = Self.type(String(argument[argument.index(after: sign)...]))
        else { return nil }
        column = String(argument[..<sign])
        self.type = type
    }

    /// Times without a unit have microseconds.
    private static func type(_ name: String) -> ColumnType? {
        ColumnType(rawValue: ["time", "timestamp", "duration"].contains(name) ? "\(name)[us]" : name)
    }
}
