import DirDB

/// The reader of pickles: a stack machine that knows plain values and numpy arrays, and executes nothing.
///
/// `run()` interprets the opcodes. They make items on the stack and nodes beside it, but copy no payload: text and
/// bytes stay where they are in the file, named by the place of their opcode. So a file can be described without
/// being loaded. `value(of:)` then makes the value. What was memoized is made once and shared.
///
/// What a file can cost: memory in proportion to its size, whatever it claims. Nodes are in one array and refer to
/// each other by number, so cycles neither leak nor make freeing recursive; they are refused when the value is
/// made. So is a nesting deeper than ``maximalDepth``, and a value that, without sharing, would be out of all
/// proportion to the file: comparing or writing it would take for ever.
///
/// The format: Python's `pickletools` documents every opcode.
struct Unpickler {
    /// What the stack holds; 16 bytes, nothing to free.
    enum Item: BitwiseCopyable {
        case unset
        case none
        case bool(Bool)
        case int(Int64)
        case double(Double)
        /// Text or bytes, by the place of the opcode.
        case payload(Int)
        /// Memoized text or bytes, by their number in `shared`.
        case shared(Int)
        case node(Int)
        case global(PickleGlobal)
    }

    /// What an item is that has parts, or needs to be made but once.
    struct Node {
        enum Kind: UInt8 {
            case list
            case tuple
            /// Keys and values in turn.
            case dict
            case set
            case frozenSet
            /// A set of the items of the one part.
            case setOf
            case frozenSetOf
            /// The bytes that a text means in Latin 1; no part for no bytes.
            case encoded
            case complex
            /// The type string; after its BUILD also the byte order, and whether it is a plain type.
            case dtype
            /// Shape, dtype, whether it is in Fortran order, and data; no parts before its BUILD.
            case array
            /// The dtype and the bytes.
            case scalar
        }

        let kind: Kind
        var items: [Item]
        var isMemoized = false
        /// The number of the value in `made`, or one of the two below; so small because a file can have very many.
        var progress = open

        static let open: Int32 = -1
        /// Its parts are being made: whoever meets it now is one of them.
        static let busy: Int32 = -2
    }

    /// Text or bytes that are made but once, however often they are referred to.
    struct Shared: BitwiseCopyable {
        let start: Int
        /// The number of the value in `made`.
        var number = Node.open
    }

    static let maximalDepth = 500

    let bytes: UnsafeRawBufferPointer
    let path: String
    var position = 0
    /// Where the current opcode is.
    var start = 0
    var stack: [Item] = []
    var marks: [Int] = []
    var memo: [Item] = []
    var nodes: [Node] = []
    var shared: [Shared] = []
    var made: [Made] = []
    var dtypes: [Int: DType] = [:]
    /// The names that the pickle uses; a `bytearray` has an opcode too.
    var globals: Set<PickleGlobal> = []
    /// The name that is not on the allow list, after it was met.
    var refusedName: String?
    /// The bytes of arrays that were copied.
    var copiedBytes = 0

    /// Reads the file's bytes, which must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    // MARK: Stack and nodes

    func damaged(_ cause: String) -> DirDBError { .damagedPickle(path, cause, at: start) }

    mutating func push(_ kind: Node.Kind, _ items: [Item]) {
        stack.append(.node(nodes.count))
        nodes.append(Node(kind: kind, items: items))
    }

    mutating func pop() throws(DirDBError) -> Item {
        guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
            throw damaged("a value is missing")
        }
        return item
    }

    /// What was pushed since the last mark; the caller removes it.
    mutating func popMark() throws(DirDBError) -> ArraySlice<Item> {
        guard let mark = marks.popLast() else { throw damaged("a mark is missing") }
        return stack[mark...]
    }

    /// The node of an item, when it is one of this kind.
    func node(_ item: Item, _ kind: Node.Kind) -> Int? {
        if case .node(let index) = item, nodes[index].kind == kind { return index }
        return nil
    }

    /// The parts of an item, when it is a tuple.
    func tuple(_ item: Item) -> [Item]? { node(item, .tuple).map { nodes[$0].items } }
}
