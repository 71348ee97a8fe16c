import Diagnostics
import FilterEngine
import Foundation
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// The files in the folder of fixtures.
enum Fixtures {
  /// The file with a path in the folder.
  static func file(_ path: String, _ location: SourceLocation = #_sourceLocation) throws -> HostImport.File {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let bytes = try Data(contentsOf: folder.appending(path: path))
    return HostImport.File(name: path, bytes: [UInt8](bytes))
  }

  /// The host of some files; errors fail the test.
  static func host(
    _ paths: String..., windows: WindowsBuild? = nil, _ location: SourceLocation = #_sourceLocation
  ) throws -> ImportedHost {
    let (host, diagnostics) = HostImport.host(try paths.map { try file($0) }, windows: windows)
    for diagnostic in diagnostics where diagnostic.severity == .error {
      Issue.record("\(diagnostic.message)", sourceLocation: location)
    }
    return try #require(host, sourceLocation: location)
  }
}

extension ImportedHost {
  /// The trace of the first packet of a flow to or from an endpoint, by its name.
  func trace(
    from: String, to: String, _ number: IPProtocol = .tcp, port: UInt16 = 0,
    assuming firewall: Assumptions.FirewallContents = .captured
  ) throws -> PacketTrace {
    var service = service
    var assumptions = service.assumptions
    assumptions.firewall = firewall
    service.assume(assumptions)
    var evaluator = PacketEvaluator(service.withContainersStarted())
    func peer(_ text: String) throws -> Peer {
      if let address = IPAddress(text) { return .address(address) }
      return .endpoint(try #require(evaluator.topology.endpoints.firstIndex { $0.name == text }))
    }
    return try #require(
      try evaluator.traces([
        PacketQuery(from: try peer(from), to: try peer(to), protocol: number, port: port)
      ]).first)
  }

  /// The verdict for such a packet.
  func verdict(
    from: String, to: String, _ number: IPProtocol = .tcp, port: UInt16 = 0,
    assuming firewall: Assumptions.FirewallContents = .captured
  ) throws -> Verdict {
    try trace(from: from, to: to, number, port: port, assuming: firewall).verdict
  }

  /// The host as a state that was written and read again.
  func restored() throws -> HostState {
    try HostState(document: HostState(service: service).document)
  }
}
