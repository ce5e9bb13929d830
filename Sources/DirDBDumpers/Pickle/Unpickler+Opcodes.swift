import DirDB

extension Unpickler {
    /// Interprets the opcodes up to the end of the pickle.
    ///
    /// - Parameter limit: The most opcodes to interpret.
    /// - Returns: The one item that is left; nil when there are more opcodes than the limit.
    /// - Throws: `.damagedData` when it is no pickle; `.unsupportedFormat` when it needs what is not on the list.
    mutating func run(limit: Int = .max) throws(DirDBError) -> Item? {
        try checkProtocol()
        var count = 0
        while position < bytes.count {
            if count == limit { return nil }
            count += 1
            start = position
            guard let opcode = PickleOpcode(rawValue: bytes[position]) else { throw unknownOpcode() }
            position += 1
            if opcode == .stop {
                let item = try pop()
                guard stack.isEmpty && marks.isEmpty else { throw damaged("there is more than one value") }
                stack = []
                return item
            }
            try step(opcode)
        }
        throw .damagedData(path, "it ends after \(bytes.count) bytes, before its end")
    }

    private func checkProtocol() throws(DirDBError) {
        guard let first = bytes.first else { throw .damagedData(path, "it is empty") }
        guard PickleOpcode(rawValue: first) != nil || PickleOpcode.refused[first] != nil else {
            throw .damagedData(path, "it does not start as pickles do")
        }
        if bytes.count == 1 { throw .damagedData(path, "it ends after 1 bytes, before its end") }
        guard first == PickleOpcode.proto.rawValue else {
            throw .unsupportedFormat(
                path, "it does not start as pickles of the protocols 2 to 5 do",
                remedy: "save it again with pickle.dump(value, file, protocol=4)")
        }
        guard (2...5).contains(bytes[1]) else {
            throw .unsupportedFormat(
                path, "its protocol is \(bytes[1]), and only 2 to 5 are known",
                remedy: "save it again with pickle.dump(value, file, protocol=4)")
        }
    }

    private func unknownOpcode() -> DirDBError {
        guard let name = PickleOpcode.refused[bytes[start]] else {
            return damaged("there is no opcode 0x\(String(bytes[start], radix: 16))")
        }
        return .unsupportedFormat(
            path, "it uses \(name) at byte \(start), which plain values and numpy arrays do not need",
            remedy: "save plain values and numpy arrays with protocol 2 to 5")
    }

    private mutating func step(_ opcode: PickleOpcode) throws(DirDBError) {
        switch opcode {
        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: stack.append(.int(Int64(try take(Int32.self))))
        case .binInt1: stack.append(.int(Int64(try take(UInt8.self))))
        case .binInt2: stack.append(.int(Int64(try take(UInt16.self))))
        case .long1: stack.append(.int(try takeLong(UInt64(try take(UInt8.self)))))
        case .long4: stack.append(.int(try takeLong(UInt64(try take(UInt32.self)))))
        case .binFloat: stack.append(.double(Double(bitPattern: try take(UInt64.self).byteSwapped)))
        case .shortBinUnicode, .shortBinBytes: try pushPayload(UInt64(try take(UInt8.self)))
        case .binUnicode, .binBytes: try pushPayload(UInt64(try take(UInt32.self)))
        case .binUnicode8, .binBytes8: try pushPayload(try take(UInt64.self))
        case .byteArray8:
            globals.insert(.bytearray)
            try pushPayload(try take(UInt64.self))
        case .mark: marks.append(stack.count)
        case .emptyTuple: push(.tuple, [])
        case .tuple: try pushMarked(.tuple)
        case .tuple1: push(.tuple, [try pop()])
        case .tuple2:
            let second = try pop()
            push(.tuple, [try pop(), second])
        case .tuple3:
            let (third, second) = (try pop(), try pop())
            push(.tuple, [try pop(), second, third])
        case .emptyList: push(.list, [])
        case .append: try append(.list, count: 1)
        case .appends: try appendMarked(.list)
        case .emptyDict: push(.dict, [])
        case .setItem: try append(.dict, count: 2)
        case .setItems: try appendMarked(.dict)
        case .emptySet: push(.set, [])
        case .addItems: try appendMarked(.set)
        case .frozenSet: try pushMarked(.frozenSet)
        case .binPut: try memoize(Int(try take(UInt8.self)))
        case .longBinPut: try memoize(Int(try take(UInt32.self)))
        case .memoize: try memoize(memo.count)
        case .binGet: try recall(Int(try take(UInt8.self)))
        case .longBinGet: try recall(Int(try take(UInt32.self)))
        case .global:
            let module = try takeLine()
            try pushGlobal(module, try takeLine())
        case .stackGlobal:
            let (name, module) = (try text(of: try pop()), try text(of: try pop()))
            guard let module, let name else { throw damaged("a name is no text") }
            try pushGlobal(module, name)
        case .reduce: try reduce()
        case .build: try build()
        case .proto: _ = try take(UInt8.self)
        case .frame:
            // Frames only tell a reader from a stream how much to fetch.
            let length = try take(UInt64.self)
            guard length <= UInt64(bytes.count - position) else {
                throw damaged("a frame of \(length) bytes, more than there are,")
            }
        case .stop: break
        }
    }

    private mutating func pushPayload(_ length: UInt64) throws(DirDBError) {
        try skip(length)
        stack.append(.payload(start))
    }

    private mutating func pushMarked(_ kind: Node.Kind) throws(DirDBError) {
        let items = try popMark()
        let parts = Array(items)
        stack.removeLast(parts.count)
        push(kind, parts)
    }

    // MARK: Filling containers

    /// Moves the last items into the container below them.
    private mutating func append(_ kind: Node.Kind, count: Int) throws(DirDBError) {
        let first = stack.count - count
        guard first > marks.last ?? 0, let target = node(stack[first - 1], kind) else {
            throw damaged("there is no \(kind) to add to")
        }
        nodes[target].items.append(contentsOf: stack[first...])
        stack.removeLast(count)
    }

    private mutating func appendMarked(_ kind: Node.Kind) throws(DirDBError) {
        let count = try popMark().count
        guard kind != .dict || count.isMultiple(of: 2) else { throw damaged("a key has no value") }
        try append(kind, count: count)
    }

    // MARK: Memo

    private mutating func memoize(_ number: Int) throws(DirDBError) {
        guard stack.count > marks.last ?? 0, let item = stack.last else {
            throw damaged("a value is missing")
        }
        // An honest writer numbers from 0 on.
        guard number < bytes.count else { throw damaged("a memo number beyond all others") }
        while memo.count <= number { memo.append(.unset) }
        switch item {
        case .node(let index):
            nodes[index].isMemoized = true
            memo[number] = item
        case .payload(let start):
            stack[stack.count - 1] = .shared(shared.count)
            memo[number] = .shared(shared.count)
            shared.append(Shared(start: start))
        default: memo[number] = item
        }
    }

    private mutating func recall(_ number: Int) throws(DirDBError) {
        if number < memo.count {
            let item = memo[number]
            if case .unset = item {
            } else {
                stack.append(item)
                return
            }
        }
        throw damaged("a reference to nothing")
    }
}
