import DirDB

// The few things that pickles of plain values and arrays call; none of them is called here.

extension Unpickler {
    mutating func pushGlobal(_ module: String, _ name: String) throws(DirDBError) {
        let qualified = "\(module).\(name)"
        guard let global = PickleGlobal(qualified) else {
            refusedName = qualified
            throw .refusedGlobal(qualified, at: start, path)
        }
        globals.insert(global)
        stack.append(.global(global))
    }

    /// A call: the name, then the tuple of arguments.
    mutating func reduce() throws(DirDBError) {
        let arguments = tuple(try pop())
        guard let arguments, case .global(let global) = try pop() else {
            throw damaged("a call of no function")
        }
        let (path, start) = (path, start)
        func unexpected() -> DirDBError {
            .unsupportedFormat(
                path,
                "it calls \(global) at byte \(start) with arguments that neither Python nor numpy writes",
                remedy: "save it again")
        }
        switch global {
        case .set, .frozenset:
            let isSet = global == .set
            if arguments.isEmpty { return push(isSet ? .set : .frozenSet, []) }
            guard arguments.count == 1, node(arguments[0], .list) ?? node(arguments[0], .tuple) != nil else {
                throw unexpected()
            }
            push(isSet ? .setOf : .frozenSetOf, arguments)
        case .bytes, .bytearray:
            try pushBytes(arguments, unexpected)
        case .encode:
            guard arguments.count == 2, payload(of: arguments[0])?.isText == true,
                try text(of: arguments[1]) == "latin1"
            else { throw unexpected() }
            push(.encoded, [arguments[0]])
        case .complex:
            guard arguments.count == 2, case .double = arguments[0], case .double = arguments[1] else {
                throw unexpected()
            }
            push(.complex, arguments)
        case .orderedDict:
            guard arguments.isEmpty else { throw unexpected() }
            push(.dict, [])
        case .dtype:
            guard let type = arguments.first, arguments.count <= 3, payload(of: type)?.isText == true else {
                throw unexpected()
            }
            push(.dtype, [type])
        case .ndarray:
            guard arguments.count == 1 else { throw unexpected() }
            push(.array, [])
        case .reconstruct:
            guard arguments.count == 3, case .global(.ndarray) = arguments[0] else { throw unexpected() }
            push(.array, [])
        case .frombuffer:
            guard arguments.count == 4, let order = try text(of: arguments[3]), order == "C" || order == "F"
            else {
                throw unexpected()
            }
            push(.array, [arguments[2], arguments[1], .bool(order == "F"), arguments[0]])
        case .scalar:
            guard arguments.count == 2 else { throw unexpected() }
            push(.scalar, arguments)
        }
    }

    private mutating func pushBytes(
        _ arguments: [Item], _ unexpected: () -> DirDBError
    ) throws(DirDBError) {
        switch arguments.count {
        case 0: push(.encoded, [])
        case 1 where payload(of: arguments[0])?.isText == false || node(arguments[0], .encoded) != nil:
            stack.append(arguments[0])
        case 2 where payload(of: arguments[0])?.isText == true:
            guard let encoding = try text(of: arguments[1]), ["latin-1", "latin1"].contains(encoding) else {
                throw unexpected()
            }
            push(.encoded, [arguments[0]])
        default: throw unexpected()
        }
    }

    /// The state of an array or a dtype, which lies above it.
    mutating func build() throws(DirDBError) {
        let state = tuple(try pop())
        guard let state, stack.count > marks.last ?? 0, case .node(let index)? = stack.last else {
            throw damaged("a state of nothing")
        }
        switch (nodes[index].kind, nodes[index].items.count) {
        case (.array, 0):
            // numpy's version, shape, dtype, order, data.
            guard state.count == 5, case .int(1) = state[0], case .bool = state[3] else {
                throw damaged("an array's state that numpy does not write")
            }
            nodes[index].items = Array(state.dropFirst())
        case (.dtype, 1):
            // numpy's version, byte order, then None three times unless it is a record or a subarray.
            guard state.count >= 5 else { throw damaged("a dtype's state that numpy does not write") }
            let isPlain = state[2..<5].allSatisfy {
                if case .none = $0 { true } else { false }
            }
            nodes[index].items += [state[1], .bool(isPlain)]
        default: throw damaged("a state of what has none")
        }
    }
}
