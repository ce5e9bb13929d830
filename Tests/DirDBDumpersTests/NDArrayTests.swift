import DirDB
import DirDBDumpers
import Testing

@Suite("NDArray")
struct NDArrayTests {
    private let grid: NDArray<Int>

    init() throws {
        grid = try NDArray(shape: [2, 3, 4], elements: Array(0..<24))
    }

    @Test("Elements lie in C order: the last index varies fastest")
    func order() {
        #expect(grid[0, 0, 1] == 1)
        #expect(grid[0, 1, 0] == 4)
        #expect(grid[1, 2, 3] == 23)
        #expect(grid.count == 24)
    }

    @Test("An array without dimensions has one element and no rows")
    func scalar() throws {
        let scalar = try NDArray(shape: [], elements: [7])
        #expect(scalar[] == 7)
        #expect(scalar.count == 1)
    }

    @Test("A slice of rows keeps the dimensions, a single row loses one, both share the elements")
    func slices() {
        #expect(grid.rows(1..<2).shape == [1, 3, 4])
        #expect(grid.rows(1..<2).elements == Array(12..<24))
        #expect(grid.rows(1..<1).elements.isEmpty)
        #expect(grid.row(1).row(2).elements == [20, 21, 22, 23])
        #expect(grid.row(1).rows(1..<3).row(1)[3] == 23)
        #expect(grid.row(1).row(1).row(1).shape.isEmpty)
        grid.row(1).withElements { row in
            grid.withElements { all in #expect(all.baseAddress.map { $0 + 12 } == row.baseAddress) }
        }
    }

    @Test("A reshaped array has the same elements in the same order")
    func reshaped() throws {
        let flat = try grid.rows(1..<2).reshaped([12])
        #expect(flat == NDArray(Array(12..<24)))
        #expect(flat.withSpan { span in span[11] } == 23)
    }

    @Test(
        "A shape with another number of elements is refused",
        arguments: [
            ([5], "an array of shape (5,) has 5 elements, but there are 24; make them agree"),
            ([], "an array of shape () has 1 elements, but there are 24; make them agree"),
            (
                [-2, -12],
                "an array cannot have the shape (-2, -12): a length is negative or the whole is too large;"
                    + " correct the shape"
            ),
            (
                [0, 1 << 40, 1 << 40],
                "an array cannot have the shape (0, 1099511627776, 1099511627776): a length is negative or the"
                    + " whole is too large; correct the shape"
            ),
        ] as [([Int], String)])
    func wrongShape(shape: [Int], message: String) {
        let created = #expect(throws: DirDBError.self) {
            try NDArray(shape: shape, elements: Array(0..<24))
        }
        let reshaped = #expect(throws: DirDBError.self) { try grid.reshaped(shape) }
        #expect(created?.message == message)
        #expect(created?.code == .invalidArgument)
        #expect(reshaped == created)
    }

    @Test("Arrays are equal when shapes and elements are, wherever they lie")
    func equality() throws {
        #expect(grid == (try NDArray(shape: [2, 3, 4], elements: Array(0..<24))))
        #expect(grid != (try grid.reshaped([24])))
        #expect(grid.row(0) != grid.row(1))
        #expect(NDArray([Double.nan]) != NDArray([.nan]))
        #expect(NDArray([Int]()) == NDArray([]))
    }
}
