import DirDB
import Testing

@testable import DirDBDumpers

@Suite("Times as text")
struct FileTimeTests {
    // What Python's datetime says of these seconds since 1970.
    @Test(
        "A time is written in UTC as ISO 8601 has it, before 1970 too",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_439_652_600, "2015-08-15T15:30:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-86_400, "1969-12-31T00:00:00Z"), (-86_401, "1969-12-30T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (68_169_600, "1972-02-29T00:00:00Z"), (-2_208_988_800, "1900-01-01T00:00:00Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ])
    func text(_ seconds: Int64, _ text: String) {
        #expect(FileTime(seconds: seconds, nanoseconds: 999_999_999).iso8601 == text)
    }

    @Test("Any time that a file may claim has a text", arguments: [Int64.min, .max])
    func extremes(_ seconds: Int64) {
        #expect(FileTime(seconds: seconds, nanoseconds: 0).iso8601.hasSuffix("Z"))
    }
}
