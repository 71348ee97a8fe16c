extension DiagnosticCode {
  /// Codes about names and what they refer to.
  static let nameCodes: [DiagnosticCode] = [
    invalidName, reservedName, duplicateName, ambiguousName, unknownNetwork, unknownAddressSet, unknownACLSet,
    unknownAdapter, unknownPeer, unknownRule, unknownEnforcementPoint,
  ]

  package static let invalidName = DiagnosticCode(
    "invalid-name",
    summary: "A name has a form that names cannot have.",
    explanation: """
      Names have 1 to 63 characters of a to z, 0 to 9, `.`, `_` and `-`, start with a letter or digit, \
      and do not read as an address. Names of tests may be any text of up to 256 bytes.
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
      `host` stands for the node itself in tests and traces; `default-in`, `default-out` and \
      `published` are what traces call rules that are no ACLs; `infrastructure` is the container that \
      opens the namespace of a pod.
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
      Networks, address sets and ACL sets have names of their own kind; containers and pods share one \
      kind, since each names its endpoint; ACL names are unique per endpoint once its ACL sets are \
      joined to its own ACLs.
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

  package static let ambiguousName = DiagnosticCode(
    "ambiguous-name",
    summary: "A name in a test stands for two things.",
    explanation: """
      An address set and a container or pod have the same name, and a set of packets could mean \
      either. Rename one of them.
      """)

  package static let unknownNetwork = DiagnosticCode(
    "unknown-network",
    summary: "There is no network of that name.",
    explanation: """
      The nearest name is suggested, or the networks of the profile are listed.
      """,
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
    summary: "There is no address set of that name.",
    explanation: """
      A list of addresses holds addresses, prefixes, ranges and names of the profile's address sets. \
      Any address is meant by leaving the key out, not by a word.
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
    summary: "There is no ACL set of that name.",
    explanation: """
      The nearest name is suggested, or the ACL sets of the profile are listed.
      """,
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
    summary: "The host has no adapter of that name.",
    explanation: """
      Where `host.adapters` lists the adapters of the node, networks can name these only.
      """,
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
    summary: "A packet names a container or pod that does not exist.",
    explanation: """
      The ends of a packet are addresses, containers, pods, containers of pods as `pod/container`, or \
      `host`.
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
    summary: "A test names a rule that neither end of its packet has.",
    explanation: """
      A rule is an ACL of one of the two endpoints, or `default-in`, `default-out` or `published`.
      """)

  package static let unknownEnforcementPoint = DiagnosticCode(
    "unknown-enforcement-point",
    summary: "A test asks an enforcement point that is not on the way of its packet.",
    explanation: """
      VFP filters on l2bridge, l2tunnel and overlay networks only; an address outside the profile has \
      no enforcement point at all.
      """)
}
