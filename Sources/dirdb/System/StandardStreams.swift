import Glibc

/// The three descriptors that every program is started with, or is not.
enum StandardStreams {
    /// Keeps descriptors that are closed from becoming files of this program; to be called before it opens any.
    ///
    /// The next file that is opened would get the number: data then goes to a lock file, or is waited for at an internal
    /// queue. Open the wrong way round they fail as closed ones do, with a sentence, where a program that was to store
    /// its input would otherwise store nothing in its place.
    static func occupy() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
            _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
