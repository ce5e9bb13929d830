import DirDB

extension Link {
    /// The content of the file.
    var json: JSON {
        [
            "simrun_link": 1, "kind": .string(kind.rawValue), "root": .string(root),
            "shape": .array(shape.map { .integer(Int64($0)) }), "float32": .bool(isFloat32),
            "threshold": .real(threshold), "axis": .string(axis), "folders": .array(folders.map(Self.json)),
            "files": .array(
                files.map { file in
                    [
                        .string(file.path), .integer(file.size), .integer(file.seconds),
                        .integer(file.nanoseconds),
                    ]
                }),
        ]
    }

    private static func json(_ folder: ResultFolder) -> JSON {
        func pairs(_ files: [Int: String]) -> JSON {
            .array(files.sorted { $0.key < $1.key }.map { [.integer(Int64($0.key)), .string($0.value)] })
        }
        return [
            "path": .string(folder.relativePath), "traces": .string(folder.traceFile.name),
            "kind": .string(folder.traceFile.kind.rawValue),
            "runs": .array(folder.runs.map { .integer(Int64($0)) }), "synapses": pairs(folder.synapseFiles),
            "cells": pairs(folder.cellFiles),
        ]
    }

    /// Parses the content of a file.
    /// - Throws: `.damagedData` when it is none, `.unsupportedFormat` for a later version.
    init(_ bytes: [UInt8], path: String) throws(DirDBError) {
        let json: JSON
        do throws(DirDBError) { json = try JSON(parsing: bytes) } catch {
            throw .notALink(path, error.reason)
        }
        guard let version = json["simrun_link"].asInt else { throw .notALink(path, "it has no version") }
        guard version == 1 else {
            throw .unsupportedFormat(path, "it is a link of version \(version)", remedy: "use a newer dirdb")
        }
        guard let kind = json["kind"].asString.flatMap(Kind.init), let root = json["root"].asString,
            let threshold = json["threshold"].asDouble, let axis = json["axis"].asString,
            let isFloat32 = json["float32"].asBool,
            let shape = Self.list(json["shape"], { $0.asInt.flatMap(Int.init(exactly:)) }),
            let folders = Self.list(json["folders"], Self.folder),
            let files = Self.list(json["files"], Self.stamp)
        else { throw .notALink(path, "a value is missing or of another type") }
        self.init(
            kind: kind, root: root, folders: folders, files: files, shape: shape, isFloat32: isFloat32,
            threshold: threshold, axis: axis)
        guard files.map(\.path) == Self.paths(kind, folders) else {
            throw .notALink(path, "its files are not those of its folders")
        }
    }

    private static func list<Value>(_ json: JSON, _ value: (JSON) -> Value?) -> [Value]? {
        guard let elements = json.asArray else { return nil }
        let values = elements.compactMap(value)
        return values.count == elements.count ? values : nil
    }

    private static func folder(_ json: JSON) -> ResultFolder? {
        func files(_ json: JSON) -> [Int: String]? {
            let pairs = list(json) { pair -> (Int, String)? in
                guard let run = pair[0].asInt.flatMap(Int.init(exactly:)), let name = pair[1].asString
                else { return nil }
                return (run, name)
            }
            return pairs.map { Dictionary($0) { $1 } }
        }
        guard let path = json["path"].asString, let name = json["traces"].asString,
            let kind = json["kind"].asString.flatMap(ResultFolder.TraceKind.init),
            let runs = list(json["runs"], { $0.asInt.flatMap(Int.init(exactly:)) }),
            let synapses = files(json["synapses"]), let cells = files(json["cells"])
        else { return nil }
        return ResultFolder(
            relativePath: path, id: "", traceFile: .init(name: name, kind: kind), dendriteFiles: [],
            runs: runs,
            synapseFiles: synapses, cellFiles: cells, neuronParameters: nil, networkParameters: nil)
    }

    private static func stamp(_ json: JSON) -> Stamp? {
        guard let path = json[0].asString, let size = json[1].asInt, let seconds = json[2].asInt,
            let nanoseconds = json[3].asInt
        else { return nil }
        return Stamp(path: path, size: size, seconds: seconds, nanoseconds: nanoseconds)
    }
}
