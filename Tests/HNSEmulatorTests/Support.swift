import HNSEmulator
import Testing

extension HostNetworkingService {
  /// Runs a call that must be refused, and proves that it changed nothing.
  mutating func refusal(
    _ body: (inout HostNetworkingService) throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) -> HCNError? {
    let before = self
    var refused: HCNError?
    do { try body(&self) } catch { refused = error as? HCNError }
    #expect(refused != nil, "the call was taken", sourceLocation: sourceLocation)
    #expect(self == before, "a refused call changed the host", sourceLocation: sourceLocation)
    return refused
  }
}
