extension DiagnosticCode {
  /// Codes about services and their backends.
  static let serviceCodes: [DiagnosticCode] = [
    vipInUse, duplicateFrontend, unknownBackend, backendNetwork, serviceLoop, conflictingBackend,
    noBackends, serviceUnsupported, dsrNotAvailable, dsrRevision, portBlocksExhausted, vipAssignable,
  ]

  package static let vipInUse = DiagnosticCode(
    "vip-in-use",
    summary: "A virtual address of a service belongs to something else.",
    explanation: """
      Packets to the address would go to the load balancer instead of the endpoint, the gateway or the \
      host that has it. Use an address outside the subnets of the networks. The host's own addresses can \
      be external addresses of a service, and a node port is on all of them.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.244.7.10, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))

  package static let duplicateFrontend = DiagnosticCode(
    "duplicate-frontend",
    summary: "Two load balancers have one address, protocol and port.",
    explanation: """
      Each virtual address, protocol and port can be forwarded by one load balancer only; HNS refuses \
      the second with 0x803b0013.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
        - {name: api, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
        - {name: api, address: 10.96.7.7, ports: [{port: 81}], backends: [web]}
      """))

  package static let unknownBackend = DiagnosticCode(
    "unknown-backend",
    summary: "A backend of a service does not exist, or has no endpoint.",
    explanation: """
      A backend is a container, a pod or an endpoint (`NAME@NETWORK`) of the profile, or an address. The \
      host and the pods in its compartment have no endpoint: write their address.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [wep]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))

  package static let backendNetwork = DiagnosticCode(
    "backend-network",
    summary: "A backend is on another network than the service, or its network is not clear.",
    explanation: """
      All backends of a service are on one network. A container or pod with endpoints on several \
      networks is written as `NAME@NETWORK`; an address, if the profile has several networks, with the \
      key `network`.
      """,
    bad: exampleProfile(
      """
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
        - {name: other, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.8.0/24, gateway: 10.244.8.1}]}
      containers:
        - {name: web, network: podnet}
        - {name: api, network: other}
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web, api]}
      """),
    good: exampleProfile(
      """
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
        - {name: other, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.8.0/24, gateway: 10.244.8.1}]}
      containers:
        - {name: web, network: podnet}
        - {name: api, network: podnet}
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web, api]}
      """))

  package static let serviceLoop = DiagnosticCode(
    "service-loop",
    summary: "A backend of a service is a service.",
    explanation: """
      A load balancer forwards a packet once: what it forwards to another virtual address is not \
      forwarded again. List the backends of the other service instead.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [api]}
        - {name: api, address: 10.96.7.8, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
        - {name: api, address: 10.96.7.8, ports: [{port: 80}], backends: [web]}
      """))

  package static let conflictingBackend = DiagnosticCode(
    "conflicting-backend",
    summary: "One backend has two MAC or provider addresses.",
    explanation: """
      Services that have a backend of another host in common share its remote endpoint, which has one \
      MAC address and, on overlay, one provider address.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks: [{name: vxlan0, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]}]
      services:
        - name: shop
          address: 10.96.7.7
          ports: [{port: 80}]
          backends: [{address: 10.244.9.7, network: vxlan0, providerAddress: 192.0.2.9}]
        - name: api
          address: 10.96.7.8
          ports: [{port: 80}]
          backends: [{address: 10.244.9.7, network: vxlan0, providerAddress: 192.0.2.10}]
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks: [{name: vxlan0, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]}]
      services:
        - name: shop
          address: 10.96.7.7
          ports: [{port: 80}]
          backends: [{address: 10.244.9.7, network: vxlan0, providerAddress: 192.0.2.9}]
        - name: api
          address: 10.96.7.8
          ports: [{port: 80}]
          backends: [{address: 10.244.9.7, network: vxlan0, providerAddress: 192.0.2.9}]
      """))

  package static let noBackends = DiagnosticCode(
    "no-backends", severity: .warning,
    summary: "A service has no backends.",
    explanation: """
      The load balancer is created, but it forwards to nothing: a packet to the service passes the \
      sender's filters and is lost. kube-proxy creates none in this case.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: []}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))

  package static let serviceUnsupported = DiagnosticCode(
    "service-unsupported",
    summary: "A service is on a network without load balancers.",
    explanation: """
      Load balancers are rules of VFP, so the backends must be on an l2bridge, l2tunnel or overlay \
      network. On nat, publish a port of the container instead.
      """,
    bad: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.20.0.0/24, gateway: 172.20.0.1}]}]
      containers: [{name: web, network: nat}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))

  package static let dsrNotAvailable = DiagnosticCode(
    "dsr-not-available",
    summary: "Direct server return is not available here.",
    explanation: """
      Direct server return (DSR) needs HNS 9.3 or a later 9.x, or 10.2 and later, and an l2bridge or \
      overlay network. Without `dsr`, it is used where it is available.
      """,
    bad: exampleProfile(
      """
      host: {windows: "1803", adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web], dsr: true}
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022, adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web], dsr: true}
      """))

  package static let dsrRevision = DiagnosticCode(
    "dsr-revision", severity: .warning,
    summary: "Direct server return may need a later revision of Windows.",
    explanation: """
      HNS 9.3 of build 17763 (ltsc2019) accepts load balancers with direct server return, but they work \
      only after an update of 2020: installers ask for revision 1432. If no revision is given, this is \
      assumed.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2019, adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      host: {windows: "17763.1432", adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))

  package static let portBlocksExhausted = DiagnosticCode(
    "port-blocks-exhausted",
    summary: "The host has too few dynamic ports for its load balancers.",
    explanation: """
      Load balancers without direct server return reserve dynamic ports (49152 to 65535) in 256 blocks of \
      64, and HNS refuses one for which no block is left (0x803b0013). How many one takes is not documented; \
      one for each address and port is assumed. Ports that the host listens on, excludes or publishes take \
      blocks away. Use direct server return, or fewer external addresses and node ports. A plan counts the \
      load balancers that are on the host already, and `hnsctl show loadbalancers` counts all of them. With \
      the assumption `exhaustedPortBlocks: accepted` it is a warning.
      """,
    bad: exampleProfile(
      """
      host: {adapters: [Ethernet], excludedPorts: [49152-65535/tcp]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web], dsr: false}
      """),
    good: exampleProfile(
      """
      host: {adapters: [Ethernet], excludedPorts: [49152-65535/tcp]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet, addresses: [10.244.7.10]}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web], dsr: true}
      """))

  package static let vipAssignable = DiagnosticCode(
    "vip-assignable", severity: .warning,
    summary: "HNS may assign the virtual address of a service to an endpoint.",
    explanation: """
      The address is in the subnet of a network with endpoints whose addresses the profile does not specify. \
      Which address HNS assigns depends on the host: `hnsctl plan` knows, and refuses the profile with \
      `vip-in-use` if it is this one.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet}]
      services:
        - {name: shop, address: 10.244.7.9, ports: [{port: 80}], backends: [web]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers: [{name: web, network: podnet}]
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80}], backends: [web]}
      """))
}
