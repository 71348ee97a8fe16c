extension DiagnosticCode {
  /// Codes about what ACLs match, and about ports.
  static let ruleCodes: [DiagnosticCode] = [
    invalidAddress, hostBitsSet, invertedRange, mixedFamilies, invalidPort, unknownProtocol,
    protocolWithoutPorts, portsWithoutProtocols, ambiguousPriority, tooManyRules, tooManyAddresses,
    duplicatePort, duplicateListener,
  ]

  package static let invalidAddress = DiagnosticCode(
    "invalid-address",
    summary: "A text is not the address that is needed.",
    explanation: """
      Addresses are IPv4 in four decimal numbers or IPv6; prefixes have a length behind a slash; \
      ranges have a hyphen between two addresses. Subnets and endpoints cannot have loopback, \
      multicast, reserved or unspecified addresses.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7/24, gateway: 10.244.7.1}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """))

  package static let hostBitsSet = DiagnosticCode(
    "host-bits-set",
    summary: "A prefix has bits set behind its length.",
    explanation: """
      `10.1.2.3/8` may mean the network 10.0.0.0/8 or the address 10.1.2.3; both are proposed.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.1.2.3/8]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.0.0.0/8]}
      """))

  package static let invertedRange = DiagnosticCode(
    "inverted-range",
    summary: "A range ends before it starts.",
    explanation: """
      The range in the right order is proposed.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [90-80]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80-90]}
      """))

  package static let mixedFamilies = DiagnosticCode(
    "mixed-families",
    summary: "IPv4 and IPv6 meet where they cannot.",
    explanation: """
      A range has both ends in one family, an ACL whose sides have no family in common matches \
      nothing, and no packet goes from one family to the other.
      """)

  package static let invalidPort = DiagnosticCode(
    "invalid-port",
    summary: "A text is not a port.",
    explanation: """
      Ports are numbers or ranges such as `80-90`; published ports are `EXTERNAL:INTERNAL`, optionally \
      with `/tcp` or `/udp`.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [http]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      """))

  package static let unknownProtocol = DiagnosticCode(
    "unknown-protocol",
    summary: "A word or number is not an IP protocol.",
    explanation: """
      Protocols are names such as tcp, udp, icmp, icmpv6, igmp, gre and sctp in any case, or numbers \
      of 1 to 255. Any protocol is meant by leaving the key out.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tpc], localPorts: [80]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      """))

  package static let protocolWithoutPorts = DiagnosticCode(
    "protocol-without-ports",
    summary: "Ports are stated for a protocol that has none.",
    explanation: """
      HNS ACLs match ports of TCP and UDP only, and an ACL with ports names no other protocol.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp, icmp], localPorts: [80]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      """))

  package static let portsWithoutProtocols = DiagnosticCode(
    "ports-without-protocols",
    summary: "Ports are stated without protocols.",
    explanation: """
      HNS ACLs take ports only beside protocols that have them.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, localPorts: [80]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      """))

  package static let ambiguousPriority = DiagnosticCode(
    "ambiguous-priority",
    summary: "Two ACLs of one priority and opposite action share a packet.",
    explanation: """
      No platform promises an order between rules of equal priority, so such a packet could be allowed \
      on one host and blocked on another. ACLs without a priority are numbered 1000, 1010, 1020 and \
      on, and can meet a stated one there.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: a, direction: in, action: allow, protocols: [tcp], priority: 100}
            - {name: b, direction: in, action: block, priority: 100}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: a, direction: in, action: allow, protocols: [tcp], priority: 100}
            - {name: b, direction: in, action: block, priority: 200}
      """))

  package static let tooManyRules = DiagnosticCode(
    "too-many-rules",
    summary: "There are more ACLs than can be numbered or compared.",
    explanation: """
      The ACLs of an endpoint that state no priority are numbered up to 65000, so 64,001 fit. The \
      endpoints of a profile can have 1,000,000 ACLs in all with their sets, and 5,000,000 pairs of \
      ACLs that share a priority are compared.
      """)

  package static let tooManyAddresses = DiagnosticCode(
    "too-many-addresses",
    summary: "Address sets joined with other addresses grow too large.",
    explanation: """
      An ACL that names a large address set beside other addresses holds a copy of it. All copies \
      together have 8,000,000 ranges.
      """)

  package static let duplicatePort = DiagnosticCode(
    "duplicate-port",
    summary: "A port of the host is published twice.",
    explanation: """
      A port and protocol of the host lead to one endpoint.
      """,
    bad: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - {name: a, network: nat, publish: ["8080:80"]}
        - {name: b, network: nat, publish: ["8080:80"]}
      """),
    good: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - {name: a, network: nat, publish: ["8080:80"]}
        - {name: b, network: nat, publish: ["8081:80"]}
      """))

  package static let duplicateListener = DiagnosticCode(
    "duplicate-listener",
    summary: "Two containers that share their ports listen on the same one.",
    explanation: """
      The containers of a pod share one namespace and its ports; host-process containers share those \
      of the host.
      """)
}
