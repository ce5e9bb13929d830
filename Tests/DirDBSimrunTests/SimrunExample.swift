import Foundation
import TestSupport

/// The real example beside the project, copied to a place of its own with that place in its parameter files.
final class SimrunExample {
    private static let source = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "../../../shared/simrun-example").standardizedFileURL

    static let isThere = FileManager.default.fileExists(atPath: source.appending(path: "results").path)

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let manager = FileManager.default
        let notData = ["README.md", "COPYING.md", "instantiate.py"]
        for name in try manager.subpathsOfDirectory(atPath: Self.source.path) where !notData.contains(name) {
            let url = Self.source.appending(path: name)
            var isDirectory: ObjCBool = false
            guard manager.fileExists(atPath: url.path, isDirectory: &isDirectory), !isDirectory.boolValue
            else { continue }
            let data = try Data(contentsOf: url)
            if name.hasSuffix(".param") {
                let text = String(decoding: data, as: UTF8.self)
                try directory.write(text.replacingOccurrences(of: "[ROOT]", with: directory.path), to: name)
            } else {
                try directory.write(data, to: name)
            }
        }
    }

    /// The folder to import.
    var results: String { directory.path(of: "results") }
}
