import JSONText

enum ServiceKey: Int, Sendable {
  case name, address, ports, backends, sourceVip, dsr, sessionAffinity, externalAddresses

  static let table = KeyTable<ServiceKey>(
    "a service",
    [
      .init(.name, "name", required: true, "The service's name.", SchemaFragment.name),
      .init(
        .address, "address", required: true, "The cluster address that pods dial.", SchemaFragment.address),
      .init(
        .ports, "ports", required: true, "The ports, in order.",
        SchemaFragment.list(SchemaFragment.reference("servicePort"), atLeastOne: true)),
      .init(
        .backends, "backends",
        "Containers, pods, endpoints (NAME@NETWORK) and addresses of other hosts, all on one network.",
        SchemaFragment.list(
          ["anyOf": [SchemaFragment.text(), SchemaFragment.reference("backend")]])),
      .init(
        .sourceVip, "sourceVip",
        "The source address without direct server return; the host's own when absent. On overlay, in a subnet "
          + "of the network.",
        SchemaFragment.address),
      .init(
        .dsr, "dsr",
        "Whether backends answer pods directly; true when absent on an l2bridge or overlay network of a "
          + "build that can.",
        SchemaFragment.boolean),
      .init(
        .sessionAffinity, "sessionAffinity",
        "Whether the packets of one client go to one backend; none when absent.",
        SchemaFragment.choice(SessionAffinity.self)),
      .init(
        .externalAddresses, "externalAddresses",
        "Addresses outside the cluster that the service answers too.",
        SchemaFragment.list(SchemaFragment.address)),
    ])
}

enum ServicePortKey: Int, Sendable {
  case port, targetPort, `protocol`, nodePort

  static let table = KeyTable<ServicePortKey>(
    "a port of a service",
    [
      .init(.port, "port", required: true, "The port that clients dial.", SchemaFragment.integer(1...65535)),
      .init(
        .targetPort, "targetPort", "The port of the backends; that of the service when absent.",
        SchemaFragment.integer(1...65535)),
      .init(
        .protocol, "protocol", "The protocol, tcp or udp; tcp when absent.",
        SchemaFragment.text("^([Tt][Cc][Pp]|[Uu][Dd][Pp])$")),
      .init(
        .nodePort, "nodePort", "The port of the host's own addresses that is forwarded too.",
        SchemaFragment.integer(1...65535)),
    ])
}

enum BackendKey: Int, Sendable {
  case address, network, mac, providerAddress

  static let table = KeyTable<BackendKey>(
    "a backend",
    [
      .init(.address, "address", required: true, "The address of the backend.", SchemaFragment.address),
      .init(
        .network, "network", "The network that the address belongs to; that of the service when absent.",
        SchemaFragment.networkName),
      .init(
        .mac, "mac", "The MAC address of the remote endpoint; made from the address when absent.",
        SchemaFragment.mac),
      .init(
        .providerAddress, "providerAddress",
        "The host that packets are encapsulated to, overlay only; this host's own address when absent.",
        SchemaFragment.address),
    ])
}
