import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import TestSupport
import Testing

/// A profile applied to an emulated host, ready to evaluate packets.
struct AppliedProfile {
  let service: HostNetworkingService
  var evaluator: PacketEvaluator
  let directory: PeerDirectory

  init(_ text: String) throws {
    let made = try ProfileHost(text)
    service = made.service
    evaluator = made.evaluator
    directory = PeerDirectory(evaluator.topology)
  }

  /// The end with a name.
  func peer(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> Peer {
    guard case .peer(let peer) = directory.find(text) else {
      Issue.record("'\(text)' is not an end of a packet", sourceLocation: location)
      return .host
    }
    return peer
  }

  /// A packet between ends given by text.
  func query(
    _ from: String, _ to: String, _ proto: IPProtocol, _ port: UInt16? = nil, sourcePort: UInt16? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> PacketQuery {
    PacketQuery(
      from: try peer(from, location), to: try peer(to, location), protocol: proto, port: port,
      sourcePort: sourcePort)
  }

  /// The verdict on a packet.
  mutating func verdict(
    _ from: String, _ to: String, _ proto: IPProtocol, _ port: UInt16? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Verdict {
    let query = try query(from, to, proto, port, location)
    return try evaluator.decide(query).verdict
  }

  /// The trace of a packet.
  mutating func trace(
    _ from: String, _ to: String, _ proto: IPProtocol, _ port: UInt16? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> PacketTrace {
    let query = try query(from, to, proto, port, location)
    return try evaluator.trace(query)
  }
}

/// The text of a profile with one network and the given workloads.
func profileText(
  driver: NetworkDriver, windows: String = "ltsc2022", assumptions: String = "",
  families: [AddressFamily] = [.ipv4], hostAddresses: String = "[192.0.2.5]", _ rest: String
) -> String {
  let adapter = driver == .nat ? "" : ", adapter: Ethernet"
  let vsid = driver == .overlay ? ", vsid: 4096" : ""
  let subnets = families.map { family in
    family == .ipv4
      ? "{prefix: 10.244.7.0/24, gateway: 10.244.7.1\(vsid)}"
      : "{prefix: 2001:db8:7::/64, gateway: 2001:db8:7::1\(vsid)}"
  }
  return """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: judged
    host: {windows: \(windows), addresses: \(hostAddresses), adapters: [Ethernet, Second], assumptions: {\(assumptions)}}
    networks:
      - {name: net, driver: \(driver.rawValue)\(adapter), subnets: [\(subnets.joined(separator: ", "))]}
    \(rest)
    """
}
