extension DiagnosticCode {
  /// Codes about what a profile says, wherever it runs.
  static let profileCodes: [DiagnosticCode] = [
    unknownKey, missingKey, nullValue, wrongType, invalidValue, outOfRange, emptyList, duplicateEntry,
    unsupportedVersion, wrongKind, invalidName, reservedName, duplicateName, ambiguousName,
    unknownNetwork, unknownAddressSet, unknownACLSet, unknownAdapter, unknownPeer, unknownRule,
    unknownEnforcementPoint, invalidAddress, hostBitsSet, invertedRange, mixedFamilies, invalidPort,
    unknownProtocol, protocolWithoutPorts, portsWithoutProtocols, invalidMAC, duplicateAddress,
    duplicateMAC, macOutsidePool, macPoolTooSmall, addressOutsideSubnet, reservedAddress,
    subnetTooSmall, subnetFull, overlappingSubnets, severalSubnets, adapterInUse, severalNATNetworks,
    keyNotSupported, duplicatePort, duplicateListener, ambiguousPriority, tooManyRules,
    tooManyAddresses, invalidTest, unknownPolicy, policyHasOwnKey, invalidSetting,
  ]

  package static let unknownKey = DiagnosticCode(
    "unknown-key",
    summary: "A mapping has a key it does not know.",
    explanation: """
      Unknown keys are errors, because a misspelt key would otherwise silently do nothing. The nearest \
      known key is suggested, or all of them are listed.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPort: [80]}
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

  package static let missingKey = DiagnosticCode(
    "missing-key",
    summary: "A mapping lacks a key it needs.",
    explanation: """
      The message names the key. Some keys are needed by some network drivers only: every driver but \
      nat needs an adapter, and subnets of overlay networks need a virtual subnet id.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """))

  package static let nullValue = DiagnosticCode(
    "null-value",
    summary: "A key or an element has no value.",
    explanation: """
      A key without a value, `~` and `null` are not read as "none" or as an empty list. Write a value, \
      or remove the key; the text null needs quotes.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          aclSets:
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          aclSets: []
      """))

  package static let wrongType = DiagnosticCode(
    "wrong-type",
    summary: "A value is of another kind than its key expects.",
    explanation: """
      A list stands where one value is needed, a mapping where a list is, or a word where a number is. \
      Lists are always written as lists, also with one element.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: 80}
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

  package static let invalidValue = DiagnosticCode(
    "invalid-value",
    summary: "A word is none of those a key takes.",
    explanation: """
      The message lists the words, or suggests the nearest.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: permit, protocols: [tcp], localPorts: [80]}
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

  package static let outOfRange = DiagnosticCode(
    "out-of-range",
    summary: "A number is too small or too large.",
    explanation: """
      Ports are 1 to 65535, priorities 1 to 65000, virtual subnet ids 4096 to 16777215 and VLAN ids 1 \
      to 4094.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [65536]}
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

  package static let emptyList = DiagnosticCode(
    "empty-list",
    summary: "A list that needs elements is empty.",
    explanation: """
      An empty list of protocols, addresses or ports could mean anything or nothing. Remove the key \
      where anything is meant.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: http, direction: in, action: allow, protocols: []}
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

  package static let duplicateEntry = DiagnosticCode(
    "duplicate-entry",
    summary: "A list names the same thing twice.",
    explanation: """
      An ACL set, a route or a policy that can be there once is there twice.
      """)

  package static let unsupportedVersion = DiagnosticCode(
    "unsupported-version",
    summary: "The file is of a version that is not known.",
    explanation: """
      This version of the tool reads `apiVersion: hnsctl/v1`.
      """)

  package static let wrongKind = DiagnosticCode(
    "wrong-kind",
    summary: "The file is of another kind than is needed.",
    explanation: """
      A profile is of kind HostProfile, a file of tests of kind PolicyTests, and each command takes \
      one of them.
      """)

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
    summary: "A test names a container or pod that does not exist.",
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
    summary: "A word or number is no IP protocol.",
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

  package static let keyNotSupported = DiagnosticCode(
    "key-not-supported",
    summary: "A key has no place where it stands.",
    explanation: """
      The key exists, and the network driver, the kind of pod or the kind of test around it has no use \
      for it. It is refused, because it would silently do nothing.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, vsid: 4096}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """))

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
      The ACLs of an endpoint that state no priority are numbered up to 65000; the endpoints of a \
      profile can have 10,000,000 ACLs in all with their sets.
      """)

  package static let tooManyAddresses = DiagnosticCode(
    "too-many-addresses",
    summary: "Address sets joined with other addresses grow too large.",
    explanation: """
      An ACL that names a large address set beside other addresses holds a copy of it. All copies \
      together have 8,000,000 ranges.
      """)

  package static let invalidTest = DiagnosticCode(
    "invalid-test",
    summary: "A test states no packet, or more than one thing.",
    explanation: """
      A test has one of `packet`, `always` and `never`.
      """)

  package static let unknownPolicy = DiagnosticCode(
    "unknown-policy",
    summary: "A policy is of a type that HNS does not know for endpoints.",
    explanation: """
      Types are written as HNS writes them.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          policies: [{type: QoS, settings: {MaximumOutgoingBandwidthInBytes: 1250000}}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          policies: [{type: QOS, settings: {MaximumOutgoingBandwidthInBytes: 1250000}}]
      """))

  package static let policyHasOwnKey = DiagnosticCode(
    "policy-has-own-key",
    summary: "A policy is of a type that the profile has its own key for.",
    explanation: """
      ACL is written as `acls`, PortMapping as `publish`, OutBoundNAT as `outboundNat` and SDNRoute as \
      `routes`, so that they are checked and planned.
      """)

  package static let invalidSetting = DiagnosticCode(
    "invalid-setting",
    summary: "A policy has a setting that its type does not take.",
    explanation: """
      The settings of every type have known members of known kinds, as HNS takes them.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          policies: [{type: QOS, settings: {MaximumOutgoingBandwidth: 1250000}}]
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          policies: [{type: QOS, settings: {MaximumOutgoingBandwidthInBytes: 1250000}}]
      """))
}
