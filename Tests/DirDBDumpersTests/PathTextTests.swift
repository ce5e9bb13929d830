import DirDB
import DirDBDumpers
import Testing

@Suite("Splitting keys, paths and file names")
struct PathTextTests {
    private static let mark = "\u{301}"

    @Test(
        "A key is split at every slash, also before a combining mark, and its names joined are the key",
        arguments: [
            ("", [""]), ("a", ["a"]), ("a/b/c", ["a", "b", "c"]), ("/a", ["", "a"]),
            ("a//b/", ["a", "", "b", ""]),
            ("a/\(mark)b", ["a", "\(mark)b"]), ("\(mark)/\(mark)", [mark, mark]),
        ])
    func keys(_ key: String, _ names: [String]) {
        #expect(key.keyComponents.map(\.utf8).elementsEqual(names.map(\.utf8)) { $0.elementsEqual($1) })
        #expect(key.keyComponents.joined(separator: "/").hasSameBytes(as: key))
        let parts = names.filter { !$0.isEmpty }.map(\.utf8)
        #expect(key.pathComponents.map(\.utf8).elementsEqual(parts) { $0.elementsEqual($1) })
        #expect(key.hasSlash == (names.count > 1))
    }

    @Test(
        "A path is split at its last slash into a folder that can be opened and a name",
        arguments: [
            ("a", ".", "a"), ("/a", "/", "a"), ("a/b", "a", "b"), ("/a/b/", "/a/b", ""), ("", ".", ""),
            ("a/\(mark)b", "a", "\(mark)b"), ("/\(mark)b", "/", "\(mark)b"),
        ])
    func folders(_ path: String, _ folder: String, _ name: String) {
        let parts = path.splitAtLastSlash()
        #expect(parts.folder.hasSameBytes(as: folder) && parts.name.hasSameBytes(as: name))
    }

    @Test(
        "A folder and what is in it make one path, with one slash between",
        arguments: [
            ("", "a", "a"), ("a", "", "a"), ("", "", ""), ("/", "a", "/a"), ("a", "b/c", "a/b/c"),
            ("a/", "b", "a/b"),
            ("a", "\(mark)b", "a/\(mark)b"),
        ])
    func joining(_ folder: String, _ path: String, _ whole: String) {
        #expect(folder.appending(path: path).hasSameBytes(as: whole))
    }

    @Test(
        "An extension has something before and behind its dot, which is the last one",
        arguments: [
            ("a.b", "a", "b"), ("a.b.c", "a.b", "c"), ("a", "a", ""), (".a", ".a", ""), ("a.", "a.", ""),
            ("a.\(mark)b", "a", "\(mark)b"), ("", "", ""),
        ])
    func extensions(_ file: String, _ stem: String, _ suffix: String) {
        let parts = file.splitExtension()
        #expect(parts.stem.hasSameBytes(as: stem) && parts.suffix.hasSameBytes(as: suffix))
        #expect("f.older/\(file)/".pathExtension == (suffix.isEmpty ? file.isEmpty ? "older" : nil : suffix))
    }

    @Test("A name is hidden by its first byte")
    func hidden() {
        #expect(".\(Self.mark)a".isHidden && ".a".isHidden && !"a.".isHidden && !"".isHidden)
        #expect("/\(Self.mark)a".isAbsolutePath && !"a/".isAbsolutePath)
    }
}
