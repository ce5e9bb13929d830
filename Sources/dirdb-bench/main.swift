import Glibc

let command = CommandLine.arguments.dropFirst()
guard let name = command.first else {
    Report.complain("usage: dirdb-bench TASK key=value ..., or dirdb-bench self [dir=DIR]")
    exit(2)
}
guard let task = Benchmark.tasks[name] else { exit(ExitStatus.unsupported) }
do {
    try task(Arguments(command.dropFirst(), task: name))
} catch let failure as WrongData {
    Report.complain("wrong data: \(failure.what)")
    exit(ExitStatus.wrongData)
} catch {
    Report.complain("\(error)")
    exit(1)
}
