import DirDB
import TestSupport
import Testing

extension Playground {
    /// Checks every rule, under the locks, so that what a dead worker left is settled first.
    func check(_ comment: Comment) throws {
        try check("data", comment) { number, meta in number != nil && meta == ["fixed": true] }
        try check("pair", comment) { number, meta in number != nil && meta.gen.asInt == number }
        try check("meta", comment) { number, meta in
            number == 1 && meta.gen.asInt.map { $0 * 2 } == meta.twice.asInt
        }
        try check("gone", comment) { number, meta in
            meta.gen.asInt == number && (number != nil || meta == [:])
        }
        try check("form", comment) { number, meta in number != nil && meta.gen.asInt == number }
        let (here, there) = (try database["here"], try database["sub", "there"])
        // A rename that was cut short may have left both names, each a whole pair; done again, it finishes.
        let rule = { (number: Int64?, meta: JSON) in number == 1 && meta.gen.asInt == 1 }
        let places = [try here.exists, try there.exists]
        #expect(places[0] || places[1], comment)
        if places[0] { try check("here", comment, rule) }
        if places[1] { try check("sub/there", comment, rule) }
        guard places == [true, true] else { return }
        try here.rename(to: there)
        #expect(try !here.exists && there.exists, comment)
        try check("sub/there", comment, rule)
    }

    private func check(_ key: String, _ comment: Comment, _ rule: (Int64?, JSON) -> Bool) throws {
        let entry = try database.entry(at: key.split(separator: "/").map(String.init))
        try entry.withLock(.exclusive, timeout: .seconds(30)) { locked throws in
            let bytes = try locked.exists ? try locked.bytes() : nil
            let number = bytes.flatMap(Generation.number)
            #expect((bytes == nil) == (number == nil), "\(key) is torn; \(comment)")
            #expect(
                rule(number, locked.meta), "\(key): \(String(describing: number)) \(locked.meta); \(comment)")
        }
    }
}
