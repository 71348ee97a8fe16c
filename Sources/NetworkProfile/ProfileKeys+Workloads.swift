import HostModel
import JSONText

/// The keys of containers and pods.
enum WorkloadKey: Int, Sendable {
  case name, network, networks, isolation, endpointId, addresses, mac, publish, defaults, aclSets, acls,
    outboundNat,
    routes, policies
  case hostProcess, containers

  /// The keys that belong to one endpoint; the others also apply to several of a workload.
  static let ofOneEndpoint: [WorkloadKey] = [
    .endpointId, .addresses, .mac, .publish, .outboundNat, .routes, .policies,
  ]

  private static let common: [KeyTable<WorkloadKey>.Entry] =
    [
      .init(.name, "name", required: true, "The name, also of the endpoint.", SchemaFragment.name),
      .init(.network, "network", "The network the endpoint is on.", SchemaFragment.networkName),
      .init(
        .networks, "networks",
        "The networks, with an endpoint on each: names, or mappings with keys of that endpoint.",
        SchemaFragment.list(
          ["anyOf": [SchemaFragment.networkName, SchemaFragment.reference("attachment")]], atLeastOne: true)),
      .init(
        .isolation, "isolation", "The isolation mode; process when absent.",
        SchemaFragment.choice(Isolation.self)),
    ] + ofAnEndpoint

  /// The keys of one endpoint, also in an entry of `networks`.
  private static let ofAnEndpoint: [KeyTable<WorkloadKey>.Entry] = [
    .init(
      .endpointId, "endpointId",
      "The id of the endpoint, which another owner may have created: of that one, the profile owns what it states.",
      SchemaFragment.guid),
    .init(
      .addresses, "addresses", "The endpoint's addresses; allocated when absent.",
      SchemaFragment.list(SchemaFragment.address)),
    .init(.mac, "mac", "The endpoint's MAC address.", SchemaFragment.mac),
    .init(
      .publish, "publish", "Ports published on the host: EXTERNAL:INTERNAL, optionally /tcp or /udp.",
      SchemaFragment.list(SchemaFragment.text("^[0-9]+:[0-9]+(/[A-Za-z]+)?$"))),
    .init(
      .defaults, "defaults", "The default actions when no ACL matches.", SchemaFragment.reference("defaults")),
    .init(
      .aclSets, "aclSets", "ACL sets that apply after the endpoint's own ACLs, in order.",
      SchemaFragment.list(SchemaFragment.name)),
    .init(.acls, "acls", "The endpoint's own ACLs.", SchemaFragment.list(SchemaFragment.reference("acl"))),
    .init(
      .outboundNat, "outboundNat", "Source NAT of outbound packets.",
      SchemaFragment.reference("outboundNat")),
    .init(.routes, "routes", "Routes on the switch.", SchemaFragment.list(SchemaFragment.reference("route"))),
    .init(
      .policies, "policies", "Other HNS endpoint policies, passed through.",
      SchemaFragment.list(SchemaFragment.reference("policy"))),
  ]

  /// An entry of `networks`.
  static let attachmentTable = KeyTable<WorkloadKey>(
    "a network of a container or pod",
    [.init(.network, "name", required: true, "The network's name.", SchemaFragment.networkName)]
      + ofAnEndpoint)

  static let containerTable = KeyTable<WorkloadKey>("a container", common)

  static let podTable = KeyTable<WorkloadKey>(
    "a pod",
    common + [
      .init(
        .hostProcess, "hostProcess", "Whether it runs in the host's compartment, without an endpoint.",
        SchemaFragment.boolean),
      .init(
        .containers, "containers", required: true,
        "The containers, started after the infrastructure container.",
        SchemaFragment.list(SchemaFragment.reference("podContainer"), atLeastOne: true)),
    ])
}

enum PodContainerKey: Int, Sendable {
  case name, listens

  static let table = KeyTable<PodContainerKey>(
    "a container of a pod",
    [
      .init(.name, "name", required: true, "The name, unique in its pod.", SchemaFragment.name),
      .init(
        .listens, "listens", "The ports it listens on: PORT, optionally /tcp or /udp.",
        SchemaFragment.list(SchemaFragment.text("^[0-9]+(/[A-Za-z]+)?$"))),
    ])
}

enum DefaultsKey: Int, Sendable {
  case `in`, out

  static let table = KeyTable<DefaultsKey>(
    "defaults",
    [
      .init(.in, "in", "The inbound default action.", SchemaFragment.verdict),
      .init(.out, "out", "The outbound default action.", SchemaFragment.verdict),
    ])
}

enum OutboundNATKey: Int, Sendable {
  case exceptions, destinations

  static let table = KeyTable<OutboundNATKey>(
    "outboundNat",
    [
      .init(
        .exceptions, "exceptions", "Destinations that are not translated.",
        SchemaFragment.list(SchemaFragment.text())),
      .init(
        .destinations, "destinations",
        "Destinations that are translated even if excepted, such as the endpoint's own address (loopback DSR). "
          + "Without exceptions, only these are translated.",
        SchemaFragment.list(SchemaFragment.text())),
    ])
}

enum RouteKey: Int, Sendable {
  case destination, encap

  static let table = KeyTable<RouteKey>(
    "a route",
    [
      .init(.destination, "destination", required: true, "The destination's prefix.", SchemaFragment.prefix),
      .init(.encap, "encap", "Whether packets are encapsulated; false when absent.", SchemaFragment.boolean),
    ])
}

enum PolicyKey: Int, Sendable {
  case type, settings

  static let table = KeyTable<PolicyKey>(
    "a policy",
    [
      .init(
        .type, "type", required: true, "The type, as HNS spells it.",
        SchemaFragment.choice(PassThroughPolicies.schemas.map(\.name))),
      .init(.settings, "settings", "The settings, as HNS accepts them.", ["type": "object"]),
    ])
}
