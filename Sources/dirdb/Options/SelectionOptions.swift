import ArgumentParser
import DirDBWorkflow

/// Which part of the data is meant.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take these columns of a table, or members of an npz archive, in this order: a,b. Given again, it adds to"
                + " them. A name with a comma stands alone or in double quotes.",
            valueName: "names"))
    var only: [String] = []

    @Option(
        help: ArgumentHelp(
            "Leave these columns or members out, which are named in the same way.", valueName: "names"))
    var except: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take these rows of a table or array: 0:100 the first 100, 100: all after them. Those beyond the end are"
                + " left out.", valueName: "from:to"))
    var rows: RowsArgument?

    var selection: Selection {
        Selection(only: only.isEmpty ? nil : only, except: except, rows: rows?.range)
    }
}

/// Rows as Python slices them: `100:200`, `:100`, `100:`.
struct RowsArgument: ExpressibleByArgument {
    let range: Range<Int>

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = parts[0].isEmpty ? 0 : Int(parts[0]),
            let end = parts[1].isEmpty ? .max : Int(parts[1]), start >= 0, end >= start
        else { return nil }
        range = start..<end
    }
}
