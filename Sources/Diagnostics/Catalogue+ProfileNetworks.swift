extension DiagnosticCode {
  /// Codes about subnets, addresses and adapters.
  static let networkCodes: [DiagnosticCode] = [
    invalidMAC, duplicateAddress, duplicateMAC, macOutsidePool, macPoolTooSmall, addressOutsideSubnet,
    reservedAddress, subnetTooSmall, subnetFull, overlappingSubnets, severalSubnets, adapterInUse,
    severalNATNetworks,
  ]

  package static let invalidMAC = DiagnosticCode(
    "invalid-mac",
    summary: "A text is not the MAC address of an endpoint.",
    explanation: """
      MAC addresses are six pairs of hexadecimal digits with `-` or `:` between them, and not \
      multicast. The ends of a pool share their first byte.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          mac: 01-00-5E-00-00-01
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          mac: 00-15-5D-52-C0-0A
      """))

  package static let duplicateAddress = DiagnosticCode(
    "duplicate-address",
    summary: "An address is used twice.",
    explanation: """
      Two endpoints, or an endpoint and the host, have the same address. Equal addresses are possible \
      only in subnets that different virtual subnet ids or VLANs keep apart.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
        - name: api
          network: podnet
          addresses: [10.244.7.10]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
        - name: api
          network: podnet
          addresses: [10.244.7.11]
      """))

  package static let duplicateMAC = DiagnosticCode(
    "duplicate-mac",
    summary: "A MAC address is used twice.",
    explanation: """
      MAC addresses are unique in a profile.
      """)

  package static let macOutsidePool = DiagnosticCode(
    "mac-outside-pool",
    summary: "A MAC address lies outside the pool of its network.",
    explanation: """
      HNS takes the MAC addresses of a network from its pool.
      """)

  package static let macPoolTooSmall = DiagnosticCode(
    "mac-pool-too-small",
    summary: "A network has more endpoints than MAC addresses.",
    explanation: """
      Without a `macPool` HNS makes a block of 4096 addresses.
      """)

  package static let addressOutsideSubnet = DiagnosticCode(
    "address-outside-subnet",
    summary: "An address lies in no subnet of its network.",
    explanation: """
      Endpoints, gateways and endpoint gateways have addresses of the subnets of their network.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.8.10]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
      """))

  package static let reservedAddress = DiagnosticCode(
    "reserved-address",
    summary: "An address belongs to the subnet itself.",
    explanation: """
      The network address, the broadcast address, the gateway and the endpoint gateway are not for \
      endpoints.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.1]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
      """))

  package static let subnetTooSmall = DiagnosticCode(
    "subnet-too-small",
    summary: "A subnet has no room for endpoints.",
    explanation: """
      A subnet needs room for its network address, its broadcast address, a gateway and an endpoint.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/31}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """))

  package static let subnetFull = DiagnosticCode(
    "subnet-full",
    summary: "A network has more endpoints than free addresses.",
    explanation: """
      Endpoints without stated addresses get one each from the subnets of their network.
      """)

  package static let overlappingSubnets = DiagnosticCode(
    "overlapping-subnets",
    summary: "Two subnets share addresses.",
    explanation: """
      Only different virtual subnet ids or VLANs keep subnets of equal addresses apart.
      """,
    bad: exampleProfile(
      """
      networks:
        - {name: a, driver: l2bridge, adapter: E1, subnets: [{prefix: 10.1.0.0/16}]}
        - {name: b, driver: l2bridge, adapter: E2, subnets: [{prefix: 10.1.2.0/24}]}
      """),
    good: exampleProfile(
      """
      networks:
        - {name: a, driver: l2bridge, adapter: E1, subnets: [{prefix: 10.1.0.0/16}]}
        - {name: b, driver: l2bridge, adapter: E2, subnets: [{prefix: 10.2.2.0/24}]}
      """))

  package static let severalSubnets = DiagnosticCode(
    "several-subnets",
    summary: "A network has more subnets than its driver can have.",
    explanation: """
      Several subnets are possible on l2bridge, l2tunnel and overlay networks; nat and transparent \
      networks have one for each address family.
      """)

  package static let adapterInUse = DiagnosticCode(
    "adapter-in-use",
    summary: "Two networks use the same adapter.",
    explanation: """
      Each network with an external switch needs an adapter of its own.
      """)

  package static let severalNATNetworks = DiagnosticCode(
    "several-nat-networks",
    summary: "The profile has a second NAT network.",
    explanation: """
      Windows has one NAT prefix per host.
      """,
    bad: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}, {name: nat2, driver: nat, subnets: [{prefix: 172.31.0.0/24}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      """))
}
