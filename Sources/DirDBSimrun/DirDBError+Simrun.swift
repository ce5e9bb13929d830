import DirDB

// What is wrong with raw results: each sentence names the file or folder, the numbers, and the remedy.

extension DirDBError {
    static func missingResults(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "there is no folder \(path) of simrun results", remedy: "check the path")
    }

    static func noResults(_ path: String, skipped: Int) -> DirDBError {
        let others = skipped > 0 ? " (\(skipped) things were skipped)" : ""
        return DirDBError(
            .notFound, path: path, subject: "\(path) holds no simrun results\(others)",
            "no file below it ends in _vm_all_traces.csv or .npz", remedy: "check the path")
    }

    static func nestedTooDeeply(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(path) is nested too deeply",
            remedy: "give a folder nearer to the results")
    }

    static func nameIsNotUTF8(in path: String) -> DirDBError {
        DirDBError(
            .invalidName, path: path, "a name in \(path) is not UTF-8 and cannot be kept",
            remedy: "rename the file or folder")
    }

    static func twoFilesOfRun(_ run: Int, _ first: String, _ second: String, in path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(path) has two files of run \(run), \(first) and \(second)",
            remedy: "remove the one that is not wanted")
    }

    static func twoTraceFiles(_ first: String, _ second: String, in path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "\(path) has two files of somatic traces, \(first) and \(second), and every trial would"
                + " be there twice", remedy: "remove the one that is not wanted")
    }

    static func runsAreNotTraces(runs: Int, traces: Int, _ name: String, in path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path,
            "\(path) has activation files of \(runs) runs, but \(name) has \(traces) traces, so that"
                + " it cannot be told which belongs to which", remedy: "complete the folder or remove it")
    }

    static func missingParameters(_ name: String, in path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "\(path) has no parameter file \(name)",
            remedy: "put it there, or import without the parameter files (--no-parameters)")
    }

    static func differentTimes(_ first: String, _ second: String, _ difference: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: second, subject: "\(first) and \(second) have different time axes",
            difference, remedy: "import them into two databases")
    }

    /// A line of a raw file that is not what it should be.
    static func malformed(
        _ path: String, line: Int, expected: String, found: String? = nil
    ) -> DirDBError {
        let what = found.map { ", but there is \($0)" } ?? ""
        return DirDBError(
            .damagedData, path: path, subject: "line \(line) of \(path) is malformed",
            "expected \(expected)\(what)", remedy: "repair or remove the file")
    }

    static func malformed(_ path: String, _ cause: String) -> DirDBError {
        DirDBError(
            .damagedData, path: path, subject: "\(path) is damaged", cause,
            remedy: "repair or remove the file")
    }

    static func changed(_ path: String) -> DirDBError {
        DirDBError(
            .invalidArgument, path: path, "\(path) was changed while it was read",
            remedy: "wait until the job that writes it is finished, and do it again")
    }

    static func vanished(_ path: String) -> DirDBError {
        DirDBError(
            .notFound, path: path, "\(path) is not there any more",
            remedy: "restore the raw results and do it again")
    }
}

extension DirDBError {
    static func wrongTraceCount(_ path: String, _ count: Int, runs: Int) -> DirDBError {
        DirDBError(
            .damagedData, path: path, "\(path) has \(count) traces, but its folder has \(runs) runs",
            remedy: "restore the file that is incomplete, or remove it")
    }
}
