import DirDB
import DirDBDumpers
import Foundation
import Testing

@Suite("Completions in a real bash")
struct CompletionTests {
    /// What bash offers for the last word of a command line.
    private static func complete(_ words: [String], in sandbox: Sandbox) throws -> [String] {
        let script = """
            eval "$("$DIRDB" --generate-completion-script bash)"
            dirdb() { "$DIRDB" "$@"; }
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            PATH="$(dirname "$DIRDB"):$PATH"
            "$(complete -p dirdb | sed 's/.*-F \\([^ ]*\\).*/\\1/')" dirdb "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let process = try sandbox.launch(["bash", "-c", script, "bash"] + words, executable: "/usr/bin/env")
        let outcome = process.outcome()
        #expect(outcome.error == "", "\(words)")
        return outcome.lines
    }

    @Test("Keys, sub-databases and databases are completed", .enabled(if: isThere("/bin/bash")))
    func keys() throws {
        try Sandbox.run { sandbox in
            let db = try Database(sandbox.path(of: "db"), dumpers: [])
            for name in ["batch-1", "batch-2", "other"] {
                try db[name].put([1], meta: ["epoch": 3, "stats": ["mean": 1]])
            }
            try db["sub", "inner"].put([1])
            func offered(_ words: String...) throws -> [String] {
                try Self.complete(["dirdb"] + words, in: sandbox)
            }
            #expect(try offered("show", "db", "ba") == ["batch-1", "batch-2"])
            #expect(try offered("get", "db", "sub/") == ["sub/inner"])
            #expect(try offered("get", "db", "") == ["batch-1", "batch-2", "other", "sub/"])
            #expect(try offered("get", "d") == ["db/"])
            #expect(try offered("get", "db/ba") == ["db/batch-1", "db/batch-2"])
            #expect(try offered("mv", "db", "other", "ba") == ["batch-1", "batch-2"])
            #expect(try offered("show", "--rows", "3", "db", "o") == ["other"])
            #expect(try offered("meta", "db", "batch-1", "--get", "e") == ["epoch"])
            #expect(try offered("meta", "db", "batch-1", "--get", "stats.") == ["stats.mean"])
            #expect(try offered("ls", "db", "--where", "st") == ["stats"])
            #expect(try offered("put", "db", "x", "--format", "pa") == ["parquet"])
            #expect(try offered("get", "absent", "x").isEmpty)
        }
    }

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test("The options that take no value are those of the commands")
    func flags() throws {
        try Sandbox.run { sandbox in
            let help = try sandbox.dirdb("--experimental-dump-help")
            let tree = try #require(
                try JSONSerialization.jsonObject(with: Data(help.output.utf8)) as? [String: Any])
            var found: Set<String> = []
            func collect(_ command: [String: Any]) {
                for argument in command["arguments"] as? [[String: Any]] ?? []
                where argument["kind"] as? String == "flag" {
                    for name in argument["names"] as? [[String: String]] ?? [] {
                        let dashes = name["kind"] == "long" ? "--" : "-"
                        found.insert(dashes + (name["name"] ?? ""))
                    }
                }
                for inner in command["subcommands"] as? [[String: Any]] ?? [] { collect(inner) }
            }
            collect(try #require(tree["command"] as? [String: Any]))
            // Each is given before the database: were it not known, the database would be its value.
            let db = try Database(sandbox.path(of: "db"), dumpers: [])
            try db["key"].put([1])
            for flag in found.sorted() where flag != "--help" && flag != "-h" && flag != "--version" {
                let offered = try Self.complete(["dirdb", "show", flag, "db", "k"], in: sandbox)
                #expect(offered == ["key"], "\(flag)")
            }
        }
    }
}
