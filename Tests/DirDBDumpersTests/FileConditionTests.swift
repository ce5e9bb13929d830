import DirDB
import DirDBDumpers
import Testing

@Suite("Conditions of files")
struct FileConditionTests {
    private struct Refusal: Error {}

    @Test("The code of an error decides")
    func codes() {
        let path = "x.npy"
        let cases: [(DirDBError.Code, FileCondition)] = [
            (.unsupportedFormat, .unsupported), (.damagedData, .damaged), (.damagedMetadata, .damaged),
            (.permissionDenied, .unreadable), (.system, .unreadable), (.notRegular, .unreadable),
            (.pendingCommit, .pending),
        ]
        for (code, condition) in cases {
            #expect(FileCondition(DirDBError(code, path: path, "x")) == condition, "\(code)")
        }
        #expect(FileCondition(Refusal()) == .damaged)
    }
}
