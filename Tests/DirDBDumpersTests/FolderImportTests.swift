import DirDB
import DirDBDumpers
import DirDBWorkflow
import Foundation
import TestSupport
import Testing

@Suite struct FolderImportTests {
    private static let csv = "t,v\n0.5,1\n1.5,2\n"

    /// The bytes of an npy file.
    private static func npy(_ directory: borrowing TemporaryDirectory, _ values: [Double]) throws -> Data {
        let scratch = try Database(directory.path(of: "scratch"))
        try scratch["x"].put(NDArray(values))
        return Data(try scratch["x"].bytes())
    }

    @Test("Files become entries and sub-databases with the same bytes; a second import does nothing")
    func files() throws {
        let directory = try TemporaryDirectory()
        let npy = try Self.npy(directory, [1, 2, 3])
        try directory.write(npy, to: "in/a.npy")
        try directory.write(npy, to: "in/deep/er/b.npy")
        try directory.write(Self.csv, to: "in/deep/t.csv")
        try directory.write(Self.csv, to: "in/a.csv")
        try directory.write(#"{"epoch": 3}"#, to: "in/a.json")
        try directory.write("hello", to: "in/notes.txt")
        try directory.write(npy.dropLast(20), to: "in/torn.npy")
        try directory.write(npy, to: "in/.hidden.npy")
        let (source, target) = (directory.path(of: "in"), directory.path(of: "db"))
        let dry = try FolderImport.run(.files, from: source, into: target, isDryRun: true)
        #expect(!FileManager.default.fileExists(atPath: target))
        let report = try FolderImport.run(.files, from: source, into: target)
        #expect(report == dry)
        #expect(report.imported == ["a", "deep/t", "deep/er/b"])
        #expect(report.damaged.map(\.path) == ["torn.npy"])
        #expect(Set(report.skipped.map(\.path)) == [".hidden.npy", "notes.txt"])
        #expect(report.conflicts.map(\.path) == ["a.npy"])
        let database = try Database(target)
        #expect(try database["deep", "er", "b"].bytes() == Array(npy))
        #expect(try database["deep", "t"].bytes() == Array(Self.csv.utf8))
        #expect(try database["a"].meta["epoch"].asInt == 3)
        #expect(try database.verify().isEmpty)
        let again = try FolderImport.run(.files, from: source, into: target)
        #expect(again.imported.isEmpty && again.unchanged == report.imported)
        try directory.write(Self.csv + "2.5,3\n", to: "in/deep/t.csv")
        let conflicting = try FolderImport.run(.files, from: source, into: target)
        #expect(conflicting.conflicts.map(\.path) == ["a.npy", "deep/t.csv"] && conflicting.replaced == [])
        #expect(try database["deep", "t"].bytes() == Array(Self.csv.utf8))
        #expect(
            try FolderImport.run(.files, from: source, into: target, replaces: true).replaced == ["deep/t"])
        #expect(try database["deep", "t"].get(Table.self).rowCount == 3)
        #expect(try database.verify().isEmpty)
    }

    @Test("What the file beside the data tells is added; another value stays unless it is to be replaced")
    func metadata() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.csv, to: "in/t.csv")
        try directory.write("{bad", to: "in/t.json")
        let (source, target) = (directory.path(of: "in"), directory.path(of: "db"))
        let bad = try FolderImport.run(.files, from: source, into: target)
        #expect(bad.damaged.map(\.path) == ["t.csv"] && bad.imported == [])
        try directory.write("{}", to: "in/t.json")
        #expect(try FolderImport.run(.files, from: source, into: target).imported == ["t"])
        let entry = try Database(target)["t"]
        try entry.updateMeta { $0 = ["mean": 1.5] }
        try directory.write(#"{"epoch": 3}"#, to: "in/t.json")
        #expect(try FolderImport.run(.files, from: source, into: target).replaced == ["t"])
        #expect(try entry.meta == ["mean": 1.5, "epoch": 3])
        #expect(try FolderImport.run(.files, from: source, into: target).unchanged == ["t"])
        try directory.write(#"{"epoch": 4}"#, to: "in/t.json")
        let report = try FolderImport.run(.files, from: source, into: target)
        #expect(report.conflicts.map(\.text) == ["the entry t has another epoch in its metadata"])
        #expect(try entry.meta == ["mean": 1.5, "epoch": 3])
        #expect(try FolderImport.run(.files, from: source, into: target, replaces: true).replaced == ["t"])
        #expect(try entry.meta == ["mean": 1.5, "epoch": 4])
        try directory.write("{", to: "db/t.json")
        #expect(try FolderImport.run(.files, from: source, into: target).conflicts.map(\.path) == ["t.csv"])
        #expect(try directory.text("db/t.json") == "{")
        try entry.replaceMeta(with: [:])
    }

    @Test("A pickle that became another value is a conflict, and leaves no trace")
    func pickleConflict() throws {
        let directory = try TemporaryDirectory()
        let source = try Database(directory.path(of: "in"))
        try source["x"].put(.array(NDArray([1.5])) as PickleValue)
        let database = try Database(directory.path(of: "db"))
        try database["x"].put(NDArray([2.5]), meta: ["mine": true])
        let report = try FolderImport.run(.dirdb, from: source.path, into: database.path)
        #expect(report.conflicts.map(\.path) == ["x.pickle"] && report.imported == [])
        #expect(try database["x"].get() == NDArray([2.5]))
        let again = try FolderImport.run(.dirdb, from: source.path, into: database.path, replaces: true)
        #expect(again.replaced == ["x"])
        #expect(try database["x"].get() == NDArray([1.5]) && database["x"].meta["mine"] == true)
        #expect(try database.verify().isEmpty)
    }

    @Test("Of a Python folder, arrays become npy, plain values msgpack, the rest stays; metadata is kept")
    func pickles() throws {
        let directory = try TemporaryDirectory()
        let source = try Database(directory.path(of: "in"))
        let array = try NDArray(shape: [2, 3], elements: [1.5, 2, 3, 4, 5, 6])
        try source["x"].put(.array(array) as PickleValue, meta: ["mean": 3.5])
        try source["sub", "y"].put(
            ["k": .list([.int(1), .none]), "a": .array(NDArray([Int32(7), 8]))] as PickleValue)
        // cos\nsystem: a name that is not allowed.
        try directory.write(
            Data([0x80, 2] + Array("cos\nsystem\n(tR.".utf8)), to: "in/evil.pickle")
        try directory.write("raw", to: "in/blob.dat")
        let target = directory.path(of: "db")
        let report = try FolderImport.run(.dirdb, from: directory.path(of: "in"), into: target)
        #expect(Set(report.imported) == ["x", "sub/y", "evil", "blob"])
        #expect(report.opaque.map(\.path) == ["evil.pickle"])
        let database = try Database(target)
        #expect(try database["x"].get(NDArray<Double>.self) == array)
        #expect(try database["x"].info().format == "npy")
        #expect(try database["x"].meta["mean"].asDouble == 3.5)
        let value: MessagePack = try database["sub", "y"].get()
        #expect(value["k"] == .array([.int(1), .nil]))
        #expect(value["a"]?.numericArray as? NDArray<Int32> == NDArray([7, 8]))
        #expect(try database["evil"].info().format == "pickle")
        #expect(try database.verify().map(\.kind) == [.unsupported])
        let again = try FolderImport.run(.dirdb, from: directory.path(of: "in"), into: target)
        #expect(again.imported.isEmpty && again.unchanged.count == 4)
    }

    @Test("Of an ISF data_base, keys with npy, npz and Parquet become entries; others are kept and named")
    func isf() throws {
        let directory = try TemporaryDirectory()
        let npy = try Self.npy(directory, [1, 2])
        try directory.write("{}", to: "in/db_state.json")
        try directory.write(
            #"{"Loader": "data_base.IO.LoaderDumper.numpy_to_npy"}"#, to: "in/volts/Loader.json")
        try directory.write(#"{"dumper": "numpy_to_npy", "version": "1"}"#, to: "in/volts/metadata.json")
        try directory.write(npy, to: "in/volts/np.npy")
        try directory.write(
            #"{"Loader": "data_base.IO.LoaderDumper.to_pickle"}"#, to: "in/level/model/Loader.json")
        try directory.write("x", to: "in/level/model/to_pickle_dump")
        try directory.write(#"{"Loader": "just_create_isf_db"}"#, to: "in/inner/Loader.json")
        try directory.write("{}", to: "in/inner/db/db_state.json")
        try directory.write(#"{"Loader": "numpy_to_npy"}"#, to: "in/inner/db/v/Loader.json")
        try directory.write(npy, to: "in/inner/db/v/np.npy")
        let target = directory.path(of: "db")
        let report = try FolderImport.run(.isf, from: directory.path(of: "in"), into: target)
        #expect(Set(report.imported) == ["volts", "level/model", "inner/v"])
        #expect(report.opaque.map(\.path) == ["level/model/to_pickle_dump"])
        let database = try Database(target)
        #expect(try database["volts"].get(NDArray<Double>.self) == NDArray([1, 2]))
        #expect(try database["volts"].meta["version"].asString == "1")
        #expect(
            try database["volts"].meta["isf_loader"]["Loader"].asString
                == "data_base.IO.LoaderDumper.numpy_to_npy")
        #expect(try database["level", "model"].bytes() == Array("x".utf8))
        #expect(try database.verify().isEmpty)
        #expect(try FolderImport.run(.isf, from: directory.path(of: "in"), into: target).imported.isEmpty)
    }

    @Test("A folder that is itself one key of an ISF data_base becomes an entry of the file's name")
    func oneKey() throws {
        let directory = try TemporaryDirectory()
        try directory.write(try Self.npy(directory, [1, 2]), to: "in/traces.npy")
        try directory.write(#"{"Loader": "numpy_to_npy"}"#, to: "in/Loader.json")
        let report = try FolderImport.run(
            .isf, from: directory.path(of: "in"), into: directory.path(of: "db"))
        #expect(report.imported == ["traces"])
    }

    @Test("A folder is not imported into itself, below itself or around it")
    func nested() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.csv, to: "in/deep/t.csv")
        for place in ["in", "in/deep/new", "."] {
            let error = #expect(throws: DirDBError.self) {
                try FolderImport.run(.files, from: directory.path(of: "in"), into: directory.path(of: place))
            }
            #expect(error?.code == .invalidArgument)
        }
        #expect(try directory.names() == ["in", "in/deep", "in/deep/t.csv"])
    }

    @Test("A missing folder is an error, and no database is made", arguments: FolderImport.Kind.allCases)
    func missing(kind: FolderImport.Kind) throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: DirDBError.self) {
            try FolderImport.run(kind, from: directory.path(of: "none"), into: directory.path(of: "db"))
        }
        #expect(error?.code == .notFound)
        #expect(try directory.names().isEmpty)
    }

    @Test(
        "What Python's dirdb and pickle wrote is the same to numpy and msgpack after the import",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func python() throws {
        let directory = try TemporaryDirectory()
        let source = directory.path(of: "in")
        try Python.run(
            """
            import sys, os, pickle, json, numpy as np
            os.makedirs(sys.argv[1] + "/s")
            for n, v in {"f": np.arange(6.).reshape(2, 3).T, "s/c": np.array([1+2j]), "z": np.array(4),
                         "d": {"a": [1, 2.5, None, "x"], "b": b"b"}}.items():
                pickle.dump(v, open(f"{sys.argv[1]}/{n}.pickle", "wb"))
                json.dump({"n": n, "x": 1.5}, open(f"{sys.argv[1]}/{n}.json", "w"))
            """, [source])
        let target = directory.path(of: "db")
        let report = try FolderImport.run(.dirdb, from: source, into: target)
        #expect(report.imported.count == 4)
        try Python.run(
            """
            import sys, json, numpy as np
            d = sys.argv[1]
            f = np.load(d + "/f.npy")
            assert (f == np.arange(6.).reshape(2, 3).T).all() and f.dtype == "f8"
            assert (np.load(d + "/s/c.npy") == np.array([1+2j])).all()
            z = np.load(d + "/z.npy"); assert z.shape == () and z == 4
            assert json.load(open(d + "/d.json")) == {"n": "d", "x": 1.5}
            """, [target])
        let value: MessagePack = try Database(target)["d"].get()
        #expect(value["a"] == .array([.int(1), .double(2.5), .nil, .string("x")]))
        #expect(value["b"] == .binary([98]))
    }

    @Test(
        "A pickle becomes msgpack only where Python's msgpack gives back an equal value of the same types",
        .enabled(if: Python.isExpected, "DIRDB_PYTHON names no interpreter"))
    func equalValues() throws {
        let directory = try TemporaryDirectory()
        let source = directory.path(of: "in")
        let names = try Python.run(
            """
            import sys, os, pickle, collections, numpy as np
            kept = {"tuplekey": {(1, 2): "a"}, "intkey": {3: "a"}, "nonekey": {None: 1}, "byteskey": {b"k": 1},
                "tuple": (1, 2), "deep": [{"k": [1, (2,)]}], "set": {1, 2}, "frozen": {"k": frozenset([1])},
                "big": {"n": 2**70}, "unsigned": [2**64 - 1], "scalar": {"loss": np.float64(0.5)},
                "small": [np.int8(1)], "truth": np.bool_(True), "complex": [1j], "ordered": collections.OrderedDict(a=1),
                "bytearray": [bytearray(b"x")], "surrogate": "a\\ud800", "objects": np.array([None]),
                "records": np.zeros(2, dtype=[("a", "i4")]), "texts": [np.array(["a"])]}
            changed = {"plain": {"x": [1, -2.5, None, True, "s", b"b", -2**63, 2**63 - 1], "n": {"": []}},
                "nan": [float("nan"), float("inf"), -0.0], "none": None, "text": "ä", "shared": [[1]] * 2}
            os.makedirs(sys.argv[1])
            for protocol in range(2, 6):
                for name, value in (kept | changed).items():
                    with open(f"{sys.argv[1]}/{name}{protocol}.pickle", "wb") as file:
                        pickle.dump(value, file, protocol)
            for name, values in {"two": [{"a": 1}, {"a": 2}], "arrays": [np.arange(3), np.arange(4)]}.items():
                with open(f"{sys.argv[1]}/{name}.pickle", "wb") as file:
                    for value in values: pickle.dump(value, file)
            # Whatever follows the first: pickles of any protocol, and what is none.
            rests = [pickle.dumps([2], p) for p in range(6)] + [b"\\n", b"\\0", b".", pickle.dumps([2])[:-1]]
            for number, rest in enumerate(rests):
                with open(f"{sys.argv[1]}/rest{number}.pickle", "wb") as file: file.write(pickle.dumps([1]) + rest)
            print(" ".join(sorted([f"{n}{p}" for n in kept for p in range(2, 6)] + ["two", "arrays"]
                + [f"rest{n}" for n in range(len(rests))])), end="")
            """, [source])
        let target = directory.path(of: "db")
        let dry = try FolderImport.run(.dirdb, from: source, into: target, isDryRun: true)
        let report = try FolderImport.run(.dirdb, from: source, into: target)
        #expect(report == dry)
        let kept = names.split(separator: " ").map { "\($0).pickle" }
        #expect(report.opaque.map(\.path).sorted() == kept)
        #expect(report.damaged == [] && report.unreadable == [])
        try Python.run(
            """
            import sys, os, msgpack, pickle
            source, target = sys.argv[1:3]
            for file in os.listdir(source):
                stem = file[:-7]
                written = open(f"{source}/{file}", "rb").read()
                if os.path.exists(f"{target}/{file}"):
                    assert open(f"{target}/{file}", "rb").read() == written, file
                else:
                    value = msgpack.unpackb(open(f"{target}/{stem}.msgpack", "rb").read())
                    assert repr(value) == repr(pickle.loads(written)), (file, value)
            """, [source, target])
        let database = try Database(target)
        // What follows the first pickle in these is none.
        #expect(
            try database.verify().filter(\.isProblem).map { $0.path.split(separator: "/").last ?? "" }
                .sorted()
                == ["rest6.pickle", "rest7.pickle", "rest9.pickle"])
        let reasons = report.opaque.filter {
            ["tuplekey4.pickle", "two.pickle", "scalar4.pickle"].contains($0.path)
        }
        #expect(reasons.count == 3)
        for (reason, words) in zip(
            reasons.sorted { $0.path < $1.path }, ["numpy scalar", "key of type tuple", "pickles follow"])
        {
            #expect(reason.text.contains(words))
        }
        let again = try FolderImport.run(.dirdb, from: source, into: target)
        #expect(again.imported == [] && again.unchanged.count == report.imported.count)
    }

    @Test(
        "Data comes with its metadata, or is left out and named with the true reason",
        arguments: [
            ("{", "line 1", true), ("", "empty", true), ("[1]", "not a JSON object", true),
            (#"{"a": NaN, "b": 12345678901234567890}"#, "", false), ("{}", "Permission denied", false),
        ])
    func metadataComesToo(_ text: String, _ reason: String, _ isDamaged: Bool) throws {
        let directory = try TemporaryDirectory()
        let npy = try Self.npy(directory, [1, 2])
        try directory.write(npy, to: "in/k/np.npy")
        try directory.write(text, to: "in/k/np.json")
        try directory.write(npy, to: "in/other/x.npy")
        let source = directory.path(of: "in")
        for kind in [FolderImport.Kind.files, .dirdb, .isf] {
            let name = kind == .isf ? "metadata.json" : "np.json"
            if kind == .isf {
                try directory.write("{}", to: "in/k/Loader.json")
                try directory.write("{}", to: "in/other/Loader.json")
                try FileManager.default.moveItem(
                    atPath: directory.path(of: "in/k/np.json"),
                    toPath: directory.path(of: "in/k/metadata.json"))
            }
            let target = directory.path(of: "db-\(kind)")
            let report = try SystemCall.$observer.withValue(
                {
                    $0.name == .open && $0.file == name && reason == "Permission denied"
                        ? .fail(EACCES) : .proceed
                },
                operation: { try FolderImport.run(kind, from: source, into: target) })
            let left = report.damaged + report.unreadable
            if left.isEmpty {
                #expect(reason == "", "\(kind)")
                let entry = try Database(target).entry(at: kind == .isf ? ["k"] : ["k", "np"])
                #expect(try entry.meta["a"].asDouble?.isNaN == true)
                // The same again is there already, though NaN equals nothing.
                let again = try FolderImport.run(kind, from: source, into: target)
                #expect(
                    again.unchanged.count == 2 && again.conflicts.isEmpty && again.replaced.isEmpty, "\(kind)"
                )
                continue
            }
            #expect(report.imported == [kind == .isf ? "other" : "other/x"], "\(kind)")
            #expect(left.map(\.path) == [kind == .isf ? "k" : "k/np.npy"], "\(kind)")
            #expect(
                left.first?.text.contains("/k/\(name)") == true && left.first?.text.contains(reason) == true)
            #expect(report.damaged.isEmpty != isDamaged || reason == "", "\(kind)")
        }
    }

    @Test("What is in the way of one entry is named, and the others are imported")
    func obstacles() throws {
        let directory = try TemporaryDirectory()
        for name in ["a", "b", "c", "d"] {
            try directory.write(Self.npy(directory, [1]), to: "in/\(name).npy")
        }
        try directory.write("{", to: "db/b.json")
        try directory.write("x", to: "db/c.npy/file")
        let target = directory.path(of: "db")
        for kind in [FolderImport.Kind.files, .dirdb] {
            let report = try FolderImport.run(
                kind, from: directory.path(of: "in"), into: target, replaces: kind == .dirdb)
            #expect(report.conflicts.map(\.path) == ["b.npy", "c.npy"], "\(kind)")
            #expect(try Database(target)["d"].exists)
        }
    }

    @Test(
        "Metadata that differs by the sign of zero or by the form of its Unicode is another",
        arguments: [("0.0", "-0.0"), ("\"\u{E9}\"", "\"e\u{301}\"")])
    func sameLooks(_ first: String, _ second: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.npy(directory, [1]), to: "in/a.npy")
        try directory.write("{\"k\": \(first)}", to: "in/a.json")
        let (source, target) = (directory.path(of: "in"), directory.path(of: "db"))
        _ = try FolderImport.run(.files, from: source, into: target)
        try directory.write("{\"k\": \(second)}", to: "in/a.json")
        #expect(try FolderImport.run(.files, from: source, into: target).conflicts.count == 1)
        #expect(try FolderImport.run(.files, from: source, into: target, replaces: true).replaced == ["a"])
        #expect(try directory.text("db/a.json") == "{\"k\": \(second)}")
    }

    @Test("One file or folder that cannot be read is named, and the others are imported")
    func unreadable() throws {
        let directory = try TemporaryDirectory()
        for name in ["a", "b", "deep/c", "closed/d"] { try directory.write(Self.csv, to: "in/\(name).csv") }
        try FileManager.default.createSymbolicLink(
            atPath: directory.path(of: "in/a.json"), withDestinationPath: "elsewhere.json")
        let report = try SystemCall.$observer.withValue(
            { call in
                let isClosed = ["b.csv", "/closed"].contains { call.file?.hasSuffix($0) ?? false }
                return call.name == .open && isClosed ? .fail(EACCES) : .proceed
            },
            operation: {
                try FolderImport.run(
                    .files, from: directory.path(of: "in"), into: directory.path(of: "db"))
            })
        #expect(report.imported == ["deep/c"])
        #expect(report.unreadable.map(\.path) == ["a.csv", "closed", "b.csv"] && report.damaged == [])
    }
}
