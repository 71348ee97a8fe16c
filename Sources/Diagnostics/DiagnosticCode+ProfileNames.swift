extension DiagnosticCode {
  /// Codes about names and what they refer to.
  static let nameCodes: [DiagnosticCode] = [
    invalidName, reservedName, duplicateName, unknownNetwork, unknownAddressSet, unknownACLSet,
    unknownAdapter, unknownPeer, unknownRule, unknownEnforcementPoint,
  ]

  package static let invalidName = DiagnosticCode(
    "invalid-name",
    summary: "A name is not valid.",
    explanation: """
      Names have 1 to 63 characters from a to z, 0 to 9, `.`, `_` and `-`, start with a letter or \
      digit, and do not look like an address. The name of a test can be any text of up to 256 bytes.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: Web Server
          network: podnet
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
      """))

  package static let reservedName = DiagnosticCode(
    "reserved-name",
    summary: "A name is reserved.",
    explanation: """
      In tests and traces, `host` is the node itself, and `default-in`, `default-out` and `published` \
      are rules that are not ACLs; `infrastructure` is the infrastructure (pause) container that holds \
      a pod's network namespace.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: host
          network: podnet
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
      """))

  package static let duplicateName = DiagnosticCode(
    "duplicate-name",
    summary: "A name is used twice.",
    explanation: """
      Networks and ACL sets each have their own names. Containers, pods, services and address \
      sets share theirs, because ACLs and tests can name them for their addresses. The names of ACLs \
      must be unique per endpoint, including those from its ACL sets.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
        - name: web
          network: podnet
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
        - name: api
          network: podnet
      """))

  package static let unknownNetwork = DiagnosticCode(
    "unknown-network",
    summary: "There is no network with this name.",
    explanation: "The message suggests the closest name, or lists the networks of the profile.",
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnett
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
      """))

  package static let unknownAddressSet = DiagnosticCode(
    "unknown-address-set",
    summary: "There is no address set, container or pod with this name.",
    explanation: """
      A list of addresses can contain addresses, prefixes, ranges and names: of the profile's address sets, \
      and of its containers, pods and endpoints, which stand for all their addresses. To match any \
      address, leave the key out.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], remoteAddresses: [corp]}
      """),
    good: exampleProfile(
      """
      addressSets: {corp: [10.0.0.0/8]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], remoteAddresses: [corp]}
      """))

  package static let unknownACLSet = DiagnosticCode(
    "unknown-acl-set",
    summary: "There is no ACL set with this name.",
    explanation: "The message suggests the closest name, or lists the ACL sets of the profile.",
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          aclSets: [web]
      """),
    good: exampleProfile(
      """
      aclSets: {web: [{name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          aclSets: [web]
      """))

  package static let unknownAdapter = DiagnosticCode(
    "unknown-adapter",
    summary: "The host has no adapter with this name.",
    explanation: "If `host.adapters` lists the adapters of the node, networks can use only these.",
    bad: exampleProfile(
      """
      host: {adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet 2, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """),
    good: exampleProfile(
      """
      host: {adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """))

  package static let unknownPeer = DiagnosticCode(
    "unknown-peer",
    summary: "A packet refers to a container or pod that does not exist.",
    explanation: """
      The source and the destination of a packet are addresses, containers, pods, containers of pods \
      written as `pod/container`, or `host`. A destination can also be a service of the profile, written as \
      `svc:NAME`; a service sends no packets.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
      tests: [{name: t, packet: {from: 10.0.0.1, to: wev, protocol: tcp, port: 80}, expect: allow}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
      tests: [{name: t, packet: {from: 10.0.0.1, to: web, protocol: tcp, port: 80}, expect: allow}]
      """))

  package static let unknownRule = DiagnosticCode(
    "unknown-rule",
    summary: "A test expects a rule that neither end of its packet has.",
    explanation: """
      A rule is an ACL of one of the two endpoints, or `default-in`, `default-out` or `published`.
      """)

  package static let unknownEnforcementPoint = DiagnosticCode(
    "unknown-enforcement-point",
    summary: "A test names an enforcement point that is not on the path of its packet.",
    explanation: """
      VFP filters on l2bridge, l2tunnel and overlay networks only; an address outside the profile has \
      no enforcement point.
      """)
}
