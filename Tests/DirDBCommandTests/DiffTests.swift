import DirDB
import DirDBDumpers
import Testing

@Suite("diff")
struct DiffTests {
    @Test("Equal databases have no differences, whatever their locks and times are")
    func equal() throws {
        try Sandbox.run(verifies: false) { sandbox in
            for name in ["db", "other"] {
                let db = try Database(sandbox.path(of: name), dumpers: [])
                try db["a"].put(NDArray([0.5, .nan]), meta: ["x": .real(.nan), "y": -0.0])
                try db["sub", "b"].put([1, 2], meta: ["k": "v"])
                try db["m"].replaceMeta(with: ["only": true])
            }
            #expect(try sandbox.dirdb("diff", "db", "other") == Outcome())
            #expect(try sandbox.dirdb("diff", "db/a", "other/a") == Outcome())
        }
    }

    @Test("Each kind of difference is said, and the status is that of diff")
    func kinds() throws {
        try Sandbox.run { sandbox in
            let (one, two) = (
                try Database(sandbox.path(of: "db"), dumpers: []),
                try Database(sandbox.path(of: "other"), dumpers: [])
            )
            try one["left"].put([1])
            try two["right"].put([1])
            try one["array"].put(NDArray([1, 2, 3, 4.0]), meta: ["same": 1, "changed": 1, "gone": 1])
            try two["array"].put(NDArray([1, 2.5, 3, 2.0]), meta: ["new": 1, "changed": 1.0, "same": 1])
            try one["shape"].put(NDArray([1.0, 2]))
            try two["shape"].put(NDArray([1.0]))
            try one["type"].put(NDArray([1.0]))
            try two["type"].put(NDArray<Float>([1]))
            try one["format"].put(NDArray([1.0]))
            try two["format"].put([1, 2])
            try one["bytes"].put([1])
            try two["bytes"].put([2])
            try one["none"].put([1], meta: ["k": 1])
            try two["none"].replaceMeta(with: ["k": 1])
            let lines = """
                array: metadata changed is 1 in A, 1.0 in B
                array: metadata gone is only in A
                array: metadata new is only in B
                array: 2 of 4 elements differ, by at most 2.
                bytes: the data differs
                format: format is npy in A, bin in B
                left: only in A
                none: format is bin in A, none in B
                right: only in B
                shape: shape is [2] in A, [1] in B
                type: dtype is float64 in A, float32 in B

                """
            #expect(try sandbox.dirdb("diff", "db", "other") == Outcome(status: 1, output: lines))
            let entries = try sandbox.dirdb("diff", "db/array", "other/array", "--json")
            let element =
                #"{"key": "array", "kind": "elements", "differing": 2, "count": 4, "greatest": 2.0}"#
            #expect(entries.status == 1 && entries.output.contains(element))
            #expect(try sandbox.dirdb("diff", "db", "other/array").status == 2)
            #expect(try sandbox.dirdb("diff", "db/none", "other/absent").status == 2)
            #expect(try sandbox.dirdb("diff", "db", "absent").status == 2)
        }
    }

    @Test("What is damaged is not compared, and the rest is")
    func damaged() throws {
        try Sandbox.run(verifies: false) { sandbox in
            for name in ["db", "other"] {
                try sandbox.write("x", to: "\(name)/a.bin")
                try sandbox.write("y", to: "\(name)/b.bin")
            }
            try sandbox.write("{", to: "other/a.json")
            try sandbox.write("z", to: "other/b.bin")
            let found = try sandbox.dirdb("diff", "db", "other")
            #expect(found.status == 2 && found.output.hasSuffix("b: the data differs\n"))
            #expect(found.output.hasPrefix("a: not compared: the metadata in "))
        }
    }
}
