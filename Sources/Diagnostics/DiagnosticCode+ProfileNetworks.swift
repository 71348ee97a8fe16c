extension DiagnosticCode {
  /// Codes about subnets, addresses and adapters.
  static let networkCodes: [DiagnosticCode] = [
    invalidMAC, duplicateAddress, duplicateMAC, macOutsidePool, macPoolTooSmall, addressOutsideSubnet,
    reservedAddress, subnetTooSmall, subnetFull, overlappingSubnets, multipleSubnets, adapterInUse,
    multipleNATNetworks, addressUnknown,
  ]

  package static let invalidMAC = DiagnosticCode(
    "invalid-mac",
    summary: "The text is not a valid MAC address for an endpoint.",
    explanation: """
      A MAC address is six pairs of hexadecimal digits separated by `-` or `:`, and not multicast. \
      The two ends of a pool must have the same first byte.
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
      Two endpoints, or an endpoint and the host, have the same address. That is possible only in \
      subnets separated by different virtual subnet IDs (VSIDs) or VLANs.
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
      MAC addresses must be unique in a profile.
      """)

  package static let macOutsidePool = DiagnosticCode(
    "mac-outside-pool",
    summary: "A MAC address is outside the pool of its network.",
    explanation: "HNS assigns the MAC addresses of a network from its pool.")

  package static let macPoolTooSmall = DiagnosticCode(
    "mac-pool-too-small",
    summary: "A network has more endpoints than MAC addresses.",
    explanation: "Without a `macPool`, HNS allocates a block of 4096 addresses.")

  package static let addressOutsideSubnet = DiagnosticCode(
    "address-outside-subnet",
    summary: "An address is not in any subnet of its network.",
    explanation: """
      Endpoints, gateways and endpoint gateways have addresses in the subnets of their network.
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
    summary: "An address is reserved in its subnet.",
    explanation: """
      The network address, the broadcast address, the gateway and the endpoint gateway cannot be \
      assigned to endpoints.
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
    explanation: "Each endpoint without an explicit address gets one from the subnets of its network.")

  package static let overlappingSubnets = DiagnosticCode(
    "overlapping-subnets",
    summary: "Two subnets overlap.",
    explanation: "Subnets can overlap only if different virtual subnet IDs (VSIDs) or VLANs separate them.",
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

  package static let multipleSubnets = DiagnosticCode(
    "several-subnets",
    summary: "A network has more subnets than its driver supports.",
    explanation: """
      l2bridge, l2tunnel and overlay networks can have several subnets; nat and transparent networks \
      can have one per address family.
      """)

  package static let adapterInUse = DiagnosticCode(
    "adapter-in-use",
    summary: "Networks with different drivers use the same adapter.",
    explanation: """
      The switch of the first network decides what an adapter carries, so only networks with the same driver \
      can share it. Networks that share a team must list all of its adapters. After the first network, Windows \
      also knows the adapter as `vEthernet (ADAPTER)`, and l2bridge and overlay networks can name it so.
      """,
    bad: exampleProfile(
      """
      networks:
        - {name: base, driver: overlay, adapter: Ethernet, subnets: [{prefix: 192.168.255.0/30, gateway: 192.168.255.1, vsid: 9999}]}
        - {name: office, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.20.0.0/24, gateway: 10.20.0.1}]}
      """),
    good: exampleProfile(
      """
      networks:
        - {name: base, driver: overlay, adapter: Ethernet, subnets: [{prefix: 192.168.255.0/30, gateway: 192.168.255.1, vsid: 9999}]}
        - {name: pods, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]}
      """))

  package static let addressUnknown = DiagnosticCode(
    "address-unknown",
    summary: "An ACL names a container or pod whose addresses are not known.",
    explanation: """
      In an ACL the name of a container, pod or endpoint stands for its addresses. Addresses that HNS assigns \
      are known when a plan is made, but those that a DHCP server assigns are not.
      """,
    bad: exampleProfile(
      """
      networks: [{name: office, driver: transparent, adapter: Ethernet, ipam: dhcp}]
      containers:
        - {name: api, network: office}
        - name: web
          network: office
          acls: [{name: allow-api, direction: in, action: allow, remoteAddresses: [api]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: office, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.20.0.0/24, gateway: 10.20.0.1}]}]
      containers:
        - {name: api, network: office}
        - name: web
          network: office
          acls: [{name: allow-api, direction: in, action: allow, remoteAddresses: [api]}]
      """))

  package static let multipleNATNetworks = DiagnosticCode(
    "several-nat-networks",
    summary: "The profile has a second nat network, and its Windows version supports only one.",
    explanation: """
      Before Windows Server 2022, a host has one NAT prefix. From there on it can have several nat networks.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2019}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}, {name: nat2, driver: nat, subnets: [{prefix: 172.31.0.0/24}]}]
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}, {name: nat2, driver: nat, subnets: [{prefix: 172.31.0.0/24}]}]
      """))
}
