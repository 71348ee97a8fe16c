extension DiagnosticCode {
  /// Codes about what ACLs match, and about ports.
  static let ruleCodes: [DiagnosticCode] = [
    invalidAddress, hostBitsSet, invertedRange, mixedFamilies, invalidPort, unknownProtocol,
    protocolWithoutPorts, portsWithoutProtocols, ambiguousPriority, tooManyRules, tooManyAddresses,
    duplicatePort, duplicateListener, portInUse,
  ]

  package static let invalidAddress = DiagnosticCode(
    "invalid-address",
    summary: "The text is not a valid address, prefix or range.",
    explanation: """
      IPv4 addresses are four decimal numbers separated by dots; IPv6 addresses are written as in \
      2001:db8::1. A prefix ends in a slash and a length, and a range has a hyphen between two \
      addresses. Subnets and endpoints cannot have loopback, multicast, reserved or unspecified addresses.
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
    summary: "A prefix has host bits set.",
    explanation: """
      `10.1.2.3/8` could mean the network 10.0.0.0/8 or the address 10.1.2.3; the message suggests \
      both.
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
    explanation: "The message suggests the range in the right order.",
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
    summary: "IPv4 and IPv6 are mixed.",
    explanation: """
      Both ends of a range must be of the same family, and so must the source and the destination of a \
      packet, and the addresses and backends of a service. An ACL whose local and remote addresses \
      have no family in common matches nothing.
      """)

  package static let invalidPort = DiagnosticCode(
    "invalid-port",
    summary: "The text is not a valid port.",
    explanation: """
      Ports are numbers or ranges such as `80-90`; published ports are `EXTERNAL:INTERNAL`, \
      optionally followed by `/tcp` or `/udp`.
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
    summary: "A name or number is not an IP protocol.",
    explanation: """
      Protocols are names such as tcp, udp, icmp, icmpv6, igmp, gre and sctp in upper or lower case, \
      or numbers from 1 to 255. To match any protocol, leave the key out.
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
    summary: "Ports are specified for a protocol other than TCP and UDP.",
    explanation: """
      HNS ACLs match ports of TCP and UDP only, so an ACL with ports cannot list any other protocol, even \
      if that protocol has ports, as SCTP does.
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
    summary: "Ports are specified without a protocol.",
    explanation: "HNS ACLs accept ports only together with a protocol that has ports.",
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
    summary: "Two ACLs with the same priority and opposite actions match the same packet.",
    explanation: """
      No platform guarantees an order between rules of equal priority, so such a packet could be \
      allowed on one host and blocked on another. ACLs without a priority are numbered 1000, 1010, \
      1020 and so on, and can coincide with an explicit priority.
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
    summary: "There are too many ACLs to number or compare.",
    explanation: """
      ACLs without a priority are numbered up to 65000, so an endpoint can have 64,001 of them. The \
      endpoints of a profile can have 1,000,000 ACLs in total, including their ACL sets, and at most \
      5,000,000 pairs of ACLs with the same priority are compared.
      """)

  package static let tooManyAddresses = DiagnosticCode(
    "too-many-addresses",
    summary: "Address sets combined with other addresses are too large.",
    explanation: """
      An ACL that lists a large address set together with other addresses contains a copy of the set. \
      All copies together can have at most 8,000,000 ranges.
      """)

  package static let portInUse = DiagnosticCode(
    "port-in-use",
    summary: "A port is published, forwarded or used that the host itself holds.",
    explanation: """
      `host.listens` lists the ports that processes of the host listen on, and `host.excludedPorts` those that \
      Windows keeps from being used. HNS refuses an endpoint that publishes such a port with \
      ERROR_SHARING_VIOLATION (0x20), and a load balancer with 0x803b0013.
      """,
    bad: exampleProfile(
      """
      host: {listens: [3389/tcp]}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - {name: web, network: nat, publish: ["3389:80"]}
      """),
    good: exampleProfile(
      """
      host: {listens: [3389/tcp]}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - {name: web, network: nat, publish: ["8080:80"]}
      """))

  package static let duplicatePort = DiagnosticCode(
    "duplicate-port",
    summary: "A host port is published or forwarded twice.",
    explanation: """
      A host port and protocol can be published for one endpoint only, or be the node port of one \
      service, and no host-process container can listen on it.
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
    summary: "Two containers that share a network namespace listen on the same port.",
    explanation: """
      The containers of a pod share one namespace and its ports; host-process containers share those \
      of the host.
      """)
}
