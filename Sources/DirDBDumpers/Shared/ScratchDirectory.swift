package import DirDB
import Glibc

/// A new directory for files that are needed for a while, which only this user may enter.
package struct ScratchDirectory: Sendable {
    package let path: String

    /// Makes one in the folder for temporary files, which TMPDIR names, or in another.
    /// - Parameters:
    ///   - purpose: What its name tells that it is for.
    ///   - folder: The folder to make it in.
    /// - Throws: ``DirDBError`` when there is no room or permission.
    package init(for purpose: String, in folder: String? = nil) throws(DirDBError) {
        let chosen = Environment.variable("TMPDIR")
        let parent = folder ?? chosen ?? "/tmp"
        var template = Array("\(parent.appending(path: "dirdb-\(purpose)-"))XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else {
            let failure = DirDBError.system(
                SystemError(call: .mkdir, errno: errno), "make a folder in", parent)
            guard folder == nil, chosen != nil else { throw failure }
            throw DirDBError(
                failure.code, path: parent, errno: failure.errno,
                subject: "cannot make a temporary folder in \(parent), which TMPDIR names", failure.cause,
                remedy: "set TMPDIR to a folder that you may write to, or unset it")
        }
        path = made
    }

    /// Removes it with all that is in it.
    package func remove() throws(DirDBError) {
        let (parent, name) = path.splitAtLastSlash()
        try Directory(path: parent).removeTree(name)
    }
}

extension Directory {
    /// Removes a directory in this one with all that is in it; links are not followed.
    ///
    /// - Throws: The first failure; what else can be removed then is gone.
    package func removeTree(_ name: String) throws(DirDBError) {
        var failure: DirDBError?
        func attempt(_ body: () throws(DirDBError) -> Void) {
            do throws(DirDBError) { try body() } catch { failure = failure ?? error }
        }
        var found = [[name]]
        var index = 0
        // Not recursive, and one directory open at a time: the depth is the disk's to choose.
        while index < found.count {
            let components = found[index]
            index += 1
            attempt { () throws(DirDBError) in
                guard let directory = try openDirectory(at: components) else { return }
                // All names first: what a stream tells while names go is up to the file system.
                var names: [String] = []
                let stream = try directory.stream()
                while let (name, _) = try stream.next() {
                    if let name { names.append(name) }
                }
                for name in names {
                    attempt { () throws(DirDBError) in
                        if try directory.status(name)?.kind == .directory {
                            found.append(components + [name])
                        } else {
                            try directory.unlink(name)
                        }
                    }
                }
            }
        }
        for components in found.reversed() {
            attempt { () throws(DirDBError) in
                try openDirectory(at: components.dropLast())?.removeDirectory(components.last ?? name)
            }
        }
        if let failure { throw failure }
    }
}
