@testable import DirDB
@testable import DirDBSimrun

/// Any text is refused with a place in it, or is written as JSON that both parsers read back as the same.
@Sendable func fuzzParameters(_ bytes: [UInt8]) {
    let value: JSON
    do throws(DirDBError) {
        value = try ParameterParser.parse(bytes, path: "fuzz.param")
    } catch {
        require(
            error.code == .damagedData && error.message.hasPrefix("fuzz.param cannot be read: line "),
            "\(error)")
        return
    }
    let text = PythonJSON.text(of: value)
    do throws(DirDBError) {
        let again = try ParameterParser.parse(text, path: "written")
        require(PythonJSON.text(of: again) == text, "it reads back as another value")
        // A NUL in a key is what jansson does not read.
        if text.firstRange(of: Array("\\u0000".utf8)) != nil { return }
        let strict = try JSON(parsing: text)
        require(PythonJSON.text(of: strict) == text, "it is other JSON")
    } catch {
        fatalError("what was read cannot be written and read back: \(error)")
    }
}
