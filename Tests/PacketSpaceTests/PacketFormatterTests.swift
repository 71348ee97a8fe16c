import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Sets of packets as text.
@Suite struct PacketFormatterTests {
  private static func addresses(_ texts: String...) -> AddressSet {
    AddressSet(texts.compactMap { AddressText(parsing: Array($0.utf8).span).range })
  }

  @Test func theShorterOfMembersAndComplementIsListed() {
    let ports = PortSet([PortRange(80), PortRange(443)])
    #expect(PacketFormatter.ports(ports, "port ") == "port 80, 443")
    #expect(PacketFormatter.ports(.allPorts.subtracting(ports)) == "ports other than 80, 443")
    #expect(PacketFormatter.protocols(ProtocolSet([.tcp, .udp])) == "tcp, udp")
    let rest = ProtocolSet.allProtocols.subtracting(ProtocolSet([.icmp]))
    #expect(PacketFormatter.protocols(rest) == "protocols other than icmp")
    #expect(PacketFormatter.protocols(.allProtocols) == "every protocol")
    let corp = Self.addresses("10.0.0.0/8")
    #expect(PacketFormatter.addresses(corp) == "10.0.0.0/8")
    #expect(
      PacketFormatter.addresses(AddressSet.all(.ipv4).subtracting(corp)) == "addresses other than 10.0.0.0/8")
    let many = PortSet((1...9).map { PortRange(UInt16($0 * 10)) })
    #expect(PacketFormatter.ports(many) == "10, 20, 30, 40, 50, 60 and 3 more")
  }

  @Test func bothDirectionsAreFollowedFromSenderToReceiver() {
    let box = PacketBox(
      protocols: ProtocolSet([.tcp]), local: .all(.ipv4), remote: Self.addresses("10.0.0.0/8"),
      localPorts: PortSet([PortRange(80)]))
    #expect(PacketFormatter(direction: .in, families: [.ipv4]).text(box) == "tcp 80 from 10.0.0.0/8")
    #expect(
      PacketFormatter(direction: .out, families: [.ipv4]).text(box) == "tcp from source port 80 to 10.0.0.0/8"
    )
    // An address determines its family; its complement does not.
    let formatter = PacketFormatter(direction: .in)
    #expect(formatter.text(box) == "tcp 80 from 10.0.0.0/8")
    let others = PacketBox(
      protocols: box.protocols, local: box.local, remote: .all(.ipv4).subtracting(box.remote),
      localPorts: box.localPorts)
    #expect(formatter.text(others) == "IPv4 tcp 80 from addresses other than 10.0.0.0/8")
  }

  @Test func allowedPacketsAreSummarized() {
    let formatter = PacketFormatter(direction: .in, families: [.ipv4])
    let http = PacketBox(
      protocols: ProtocolSet([.tcp]), local: .all(.ipv4), remote: .all(.ipv4),
      localPorts: PortSet([PortRange(80)]))
    let everything = PacketRegion([.universe([.ipv4])])
    #expect(formatter.summary(allowed: PacketRegion([])) == "everything is blocked")
    #expect(formatter.summary(allowed: everything) == "everything is allowed")
    #expect(formatter.summary(allowed: PacketRegion([http])) == "everything is blocked except: tcp 80")
    #expect(
      everything.subtracting(PacketRegion([http]), limit: 100).map { formatter.summary(allowed: $0) }
        == "everything is allowed except: tcp 80")
  }
}
