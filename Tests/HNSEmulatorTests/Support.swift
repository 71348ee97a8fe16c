import HNSEmulator
import Testing

extension HostNetworkingService {
  /// Performs a call that must be refused, and checks that it changed nothing.
  mutating func refusal(
    _ body: (inout HostNetworkingService) throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) -> HCNError? {
    let before = self
    var refused: HCNError?
    do { try body(&self) } catch { refused = error as? HCNError }
    #expect(refused != nil, "the call was accepted", sourceLocation: sourceLocation)
    #expect(self == before, "a refused call changed the host", sourceLocation: sourceLocation)
    return refused
  }
}
