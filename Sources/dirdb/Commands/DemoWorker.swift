import ArgumentParser
import DirDB
import DirDBDumpers

/// The command `dirdb demo-worker`, which `dirdb demo` runs several times at once.
struct DemoWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-worker", abstract: "Store the arrays of one worker of the demo.",
        shouldDisplay: false)

    @Argument var database: String
    @Option var worker: Int
    @Option var entries: Int
    @Option var mib: Int

    func run() throws {
        let database = try Database.open(database, .mustExist)
        try Signals.whileChanging {
            for index in 0..<entries {
                let array = DemoArray(worker: worker, index: index, mebibytes: mib)
                try database[array.name].put(try array.values(), meta: array.meta)
            }
        }
    }
}
