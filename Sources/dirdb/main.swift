import DirDB

StandardStreams.occupy()
// The main thread waits for signals; the command runs in a task, which the core asks whether it was cancelled.
Signals.prepare()
let command = Task.detached { () -> Void in Process.exit(DirDBCommand.execute()) }
Signals.watch(cancelling: command)
