import DirDB
import Foundation
import Testing

/// The four words are the same in `ls`, `show`, `tree`, `verify` and their JSON.
@Suite struct FileConditionTests {
    /// A pickle that needs `os.system`, which is never called.
    private static let unsupported = Data([0x80, 2] + Array("cos\nsystem\n.".utf8))

    @Test("A whole file of a kind that is not supported is named so everywhere, and nothing fails")
    func unsupported() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write(Self.unsupported, to: "db/a.pickle")
            try sandbox.write("a,a\n1,2\n", to: "db/b.csv")
            let list = try sandbox.dirdb("ls", "db")
            #expect(
                list.status == 0
                    && list.output.split(separator: "\n").filter { $0.hasSuffix("! unsupported") }.count == 2)
            #expect(
                list.error.contains(
                    "dirdb: note: \(sandbox.path(of: "db"))/a.pickle cannot be loaded: it needs os.system"))
            for line in try sandbox.dirdb("ls", "db", "--json").output.split(separator: "\n") {
                let row = try JSON(parsing: String(line))
                #expect(
                    row.state == "unsupported" && row.error.asString?.contains("cannot be loaded") == true)
                #expect(row.bytes != .null && row.format != .null)
            }
            let show = try sandbox.dirdb("show", "db", "a")
            #expect(show.status == 0 && show.error == "" && show.output.contains("state     unsupported: "))
            let json = try sandbox.dirdb("show", "db", "b", "--json")
            #expect(try json.status == 0 && JSON(parsing: json.output).state == "unsupported")
            #expect(try sandbox.dirdb("tree", "db").output.contains("! unsupported"))
            let verify = try sandbox.dirdb("verify", "db")
            #expect(verify.status == 0 && verify.error == "dirdb: no findings\n")
            #expect(
                verify.output.split(separator: "\n").allSatisfy {
                    $0.hasPrefix("note: \(sandbox.path(of: "db"))/")
                })
            #expect(!verify.output.contains("restore"))
            for line in try sandbox.dirdb("verify", "db", "--json").output.split(separator: "\n") {
                #expect(try JSON(parsing: String(line)).kind == "unsupported")
            }
            #expect(try sandbox.dirdb("get", "db", "b") == Outcome(output: "a,a\n1,2\n"))
        }
    }

    @Test("Bytes after the data of a sound header are damage in all outputs")
    func trailingBytes() throws {
        try Sandbox.run(verifies: false) { sandbox in
            let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }\n"
            let file =
                Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [
                    1, 0, UInt8(header.utf8.count), 0,
                ]
            try sandbox.write(Data(file + header.utf8 + [7, 8, 9]), to: "db/long.npy")
            #expect(
                try states(sandbox.dirdb("ls", "db", "--json").output, "name", "state") == ["long": "damaged"]
            )
            #expect(
                try states(sandbox.dirdb("verify", "db", "--json").output, "path", "kind") == [
                    "long.npy": "damaged"
                ])
            #expect(try sandbox.dirdb("tree", "db").output.contains("! damaged"))
            let show = try sandbox.dirdb("show", "db", "long")
            #expect(show.status == 1 && show.error.contains("2 bytes follow the data"))
            let json = try JSON(parsing: sandbox.dirdb("show", "db", "long", "--json").output)
            #expect(json.state == "damaged" && json.shape == [1])
        }
    }

    @Test("A msgpack file that is cut short or goes on after its value is damaged in all outputs")
    func messagePack() throws {
        try Sandbox.run(verifies: false) { sandbox in
            // {"a": "xyz"}, and its beginning, and with another value after it.
            let whole = Data([0x81, 0xA1, 0x61, 0xA3, 0x78, 0x79, 0x7A])
            try sandbox.write(whole, to: "db/whole.msgpack")
            try sandbox.write(whole.dropLast(), to: "db/cut.msgpack")
            try sandbox.write(whole + [0xC0], to: "db/long.msgpack")
            let expected = ["cut": "damaged", "long": "damaged"]
            #expect(try states(sandbox.dirdb("ls", "db", "--json").output, "name", "state") == expected)
            #expect(
                try states(sandbox.dirdb("verify", "db", "--json").output, "path", "kind")
                    == ["cut.msgpack": "damaged", "long.msgpack": "damaged"])
            for name in ["cut", "long"] {
                let show = try sandbox.dirdb("show", "db", name, "--json")
                #expect(try show.status == 1 && JSON(parsing: show.output).state == "damaged")
            }
            #expect(try sandbox.dirdb("show", "db", "whole").status == 0)
        }
    }

    @Test("tree marks damaged metadata; show has a line and a state for what is pending")
    func metadataAndPending() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write("x", to: "db/meta.bin")
            try sandbox.write("{", to: "db/meta.json")
            try sandbox.write("x", to: "db/torn.bin")
            try sandbox.write("dirdb-intent\n", to: "db/.torn.intent")
            let tree = try sandbox.dirdb("tree", "db", "--json").output
            #expect(try states(tree, "name", "state") == ["meta": "damaged", "torn": "pending"])
            #expect(
                try sandbox.dirdb("tree", "db").output.split(separator: "\n").contains {
                    $0.hasSuffix("! pending")
                })
            let show = try sandbox.dirdb("show", "db", "torn")
            #expect(show.status == 1 && show.output.contains("state     pending: "))
            let json = try sandbox.dirdb("show", "db", "torn", "--json")
            #expect(try json.status == 1 && JSON(parsing: json.output).state == "pending")
        }
    }

    @Test("Damaged data, damaged metadata and pending commits have one word each in all outputs")
    func atFault() throws {
        try Sandbox.run(verifies: false) { sandbox in
            try sandbox.write(Self.unsupported.dropLast(), to: "db/data.pickle")
            try sandbox.write("x", to: "db/meta.bin")
            try sandbox.write("{", to: "db/meta.json")
            try sandbox.write("x", to: "db/torn.bin")
            try sandbox.write("dirdb-intent", to: "db/.torn.intent")
            let expected = ["data": "damaged", "meta": "damaged", "torn": "pending"]
            #expect(try states(sandbox.dirdb("ls", "db", "--json").output, "name", "state") == expected)
            #expect(
                try states(sandbox.dirdb("verify", "db", "--json").output, "path", "kind")
                    == ["data.pickle": "damaged", "meta.json": "damaged", ".torn.intent": "pending"])
            #expect(try sandbox.dirdb("verify", "db").status == 1)
            let list = try sandbox.dirdb("ls", "db").output
            for mark in ["! damaged\n", "! damaged metadata\n", "! pending\n"] {
                #expect(list.contains(mark))
            }
            for name in ["data", "meta"] {
                #expect(try sandbox.dirdb("show", "db", name).status == 1)
            }
        }
    }

    private func states(_ output: String, _ key: String, _ value: String) throws -> [String: String] {
        var states: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let row = try JSON(parsing: String(line))
            let name = row[key].asString?.split(separator: "/").last.map(String.init) ?? ""
            states[name] = row[value].asString
        }
        return states
    }
}
