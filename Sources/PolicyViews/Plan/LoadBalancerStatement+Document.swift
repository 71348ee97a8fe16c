import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The JSON of a load balancer in plans, differences and saved plans.
extension LoadBalancerStatement {
  var document: JSON {
    var object = JSONObject()
    object.append("addresses", .strings(addresses.map(\.description)))
    object.append("ports", .array(ports.map(Self.document)))
    object.append("backends", .strings(backends))
    object.append("sourceVip", sourceVIP.map { .string($0.description) })
    object.append("dsr", .bool(isDSR))
    object.append("family", .string(isIPv6 ? "ipv6" : "ipv4"))
    object.append("flags", .number(flags))
    object.append("owner", .string(owner))
    return .object(object)
  }

  private static func document(of port: HostComputeLoadBalancer.Port) -> JSON {
    [
      "external": .number(port.externalPort), "internal": .number(port.internalPort),
      "protocol": .number(port.protocol), "distributionType": .number(port.distributionType),
      "flags": .number(port.flags),
    ]
  }

  /// Reads a load balancer; nil if the document is not one.
  init?(document: JSON) {
    func number<Number: FixedWidthInteger>(_ document: JSON, _ member: String) -> Number? {
      document[member]?.integer.flatMap { Number(exactly: $0) }
    }
    let addresses = document.texts("addresses").map { IPAddress($0) }
    guard let listed = document["ports"]?.array, addresses.allSatisfy({ $0 != nil }),
      let flags: UInt32 = number(document, "flags")
    else { return nil }
    var ports: [HostComputeLoadBalancer.Port] = []
    for port in listed {
      guard let external: UInt16 = number(port, "external"), let inner: UInt16 = number(port, "internal"),
        let proto: UInt32 = number(port, "protocol"),
        let distribution: UInt32 = number(port, "distributionType"),
        let flags: UInt32 = number(port, "flags")
      else { return nil }
      ports.append(
        .init(
          protocol: proto, internalPort: inner, externalPort: external, distributionType: distribution,
          flags: flags))
    }
    let source = document["sourceVip"]?.string
    guard source == nil || source.flatMap({ IPAddress($0) }) != nil else { return nil }
    self.init(
      addresses: addresses.compactMap(\.self), ports: ports, backends: document.texts("backends"),
      sourceVIP: source.flatMap { IPAddress($0) }, flags: flags, owner: document["owner"]?.string ?? "")
  }
}
