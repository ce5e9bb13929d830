import DirDBSimrun
import Testing

@Suite struct SimrunOptionsTests {
    @Test("Two whole imports have the same options")
    func equality() {
        #expect(SimrunOptions() == SimrunOptions())
    }
}
