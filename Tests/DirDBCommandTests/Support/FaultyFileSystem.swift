import Foundation
import TestSupport

/// A file system that breaks a promise: a library, loaded before libc, whose calls do.
enum FaultyFileSystem: String, CaseIterable {
    /// flock fails, as on a mount without locks.
    case noLocks
    /// flock says yes to everybody.
    case uselessLocks
    /// rename removes its target first.
    case twoStepRename
    /// rename empties its target, then fills it again, in two pieces.
    case copyingRename
    /// A directory cannot be synced.
    case noDirectorySync
    /// There are no symbolic links, as on vfat.
    case noSymbolicLinks
    /// There are no hard links, as on many FUSE mounts.
    case noHardLinks

    private static let source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <sys/file.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        #ifdef noLocks
        int flock(int file, int operation) { errno = ENOLCK; return -1; }
        #endif

        #ifdef uselessLocks
        int flock(int file, int operation) { return 0; }
        #endif

        #ifdef twoStepRename
        int renameat(int from, const char *name, int to, const char *target) {
            unlinkat(to, target, 0);
            usleep(500);
            return syscall(SYS_renameat2, from, name, to, target, 0);
        }
        #endif

        #ifdef copyingRename
        int renameat(int from, const char *name, int to, const char *target) {
            static char content[1 << 18];
            int input = openat(from, name, O_RDONLY);
            ssize_t count = read(input, content, sizeof content);
            int output = openat(to, target, O_WRONLY | O_CREAT | O_TRUNC, 0666);
            ssize_t half = write(output, content, count / 2);
            usleep(500);
            write(output, content + half, count - half);
            close(input);
            close(output);
            return unlinkat(from, name, 0);
        }
        #endif

        #ifdef noDirectorySync
        int fsync(int file) {
            struct stat status;
            if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) { errno = EINVAL; return -1; }
            return syscall(SYS_fsync, file);
        }
        #endif

        #ifdef noSymbolicLinks
        int symlinkat(const char *text, int to, const char *name) { errno = EPERM; return -1; }
        #endif

        #ifdef noHardLinks
        int linkat(int from, const char *name, int to, const char *target, int flags) {
            errno = EPERM;
            return -1;
        }
        #endif
        """

    /// Whether there is a compiler for C; the toolchain of Swift brings one.
    static let isPossible = (try? noLocks.prefix(in: try TemporaryDirectory().path)) != nil

    private struct Failure: Error {}

    /// The command in front of a program that is to see this file system; its library is put into a directory.
    func prefix(in directory: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let (code, library) = ("\(directory)/\(rawValue).c", "\(directory)/\(rawValue).so")
        try Self.source.write(toFile: code, atomically: true, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["clang", "-w", "-shared", "-fPIC", "-D\(rawValue)", "-o", library, code]
        compiler.standardError = FileHandle.nullDevice
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw Failure() }
        return ["env", "LD_PRELOAD=\(library)"]
    }
}
