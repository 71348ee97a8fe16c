import HostModel
import JSONText

enum TestKey: Int, Sendable {
  case name, packet, expect, rule, via, always, never

  static let table = KeyTable<TestKey>(
    "a test",
    [
      .init(.name, "name", required: true, "What the test states, in words.", SchemaFragment.text()),
      .init(.packet, "packet", "A packet.", SchemaFragment.reference("packet")),
      .init(.expect, "expect", "The expected verdict.", SchemaFragment.verdict),
      .init(
        .rule, "rule", "The rule that must decide: an ACL, default-in, default-out or published.",
        SchemaFragment.name),
      .init(
        .via, "via", "The expected verdict of each enforcement point alone.",
        SchemaFragment.reference("via")),
      .init(
        .always, "always", "Packets that must all get the verdict.", SchemaFragment.reference("packetSet")),
      .init(
        .never, "never", "Packets none of which may get the verdict.", SchemaFragment.reference("packetSet")),
    ])
}

/// The members of a packet, and those of a set of packets with the verdict.
enum PacketKey: Int, Sendable {
  case from, to, `protocol`, port, sourcePort, icmpType, verdict

  static let table = KeyTable<PacketKey>(
    "a packet",
    [
      .init(.from, "from", required: true, "An address, a container, a pod or host.", SchemaFragment.text()),
      .init(.to, "to", required: true, "An address, a container, a pod or host.", SchemaFragment.text()),
      .init(.protocol, "protocol", required: true, "The IP protocol.", SchemaFragment.protocol),
      .init(.port, "port", "The destination port.", SchemaFragment.integer(0...65535)),
      .init(.sourcePort, "sourcePort", "The source port.", SchemaFragment.integer(0...65535)),
      .init(
        .icmpType, "icmpType", "The ICMP type; echo request when absent.", SchemaFragment.integer(0...255)),
    ])

  static let setTable = KeyTable<PacketKey>(
    "a set of packets",
    [
      .init(
        .from, "from", "Sources; absent means any.",
        SchemaFragment.set(SchemaFragment.text())),
      .init(.to, "to", "Destinations; absent means any.", SchemaFragment.set(SchemaFragment.text())),
      .init(
        .protocol, "protocol", "IP protocols; absent means any.", SchemaFragment.set(SchemaFragment.protocol)),
      .init(
        .port, "port", "Destination ports; absent means any.", SchemaFragment.set(SchemaFragment.portOrAny)),
      .init(
        .sourcePort, "sourcePort", "Source ports; absent means any.",
        SchemaFragment.set(SchemaFragment.portOrAny)),
      .init(
        .icmpType, "icmpType", "ICMP types; absent means any.",
        SchemaFragment.set(SchemaFragment.text("^(any|[0-9]{1,3}(-[0-9]{1,3})?)$"))),
      .init(
        .verdict, "verdict", required: true, "The verdict that all, or none, must get.",
        SchemaFragment.verdict),
    ])
}

enum ViaKey: Int, Sendable {
  case windowsFirewall, vfp

  static let table = KeyTable<ViaKey>(
    "via",
    [
      .init(.windowsFirewall, "windowsFirewall", "The verdict of Windows Firewall.", SchemaFragment.verdict),
      .init(.vfp, "vfp", "The verdict of VFP.", SchemaFragment.verdict),
    ])
}
