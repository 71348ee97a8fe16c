extension DiagnosticCode {
  /// Codes about what a profile says, wherever it runs.
  static let profileCodes: [DiagnosticCode] = keyCodes + nameCodes + networkCodes + ruleCodes

  /// Codes about keys and values.
  private static let keyCodes: [DiagnosticCode] = [
    unknownKey, renamed, missingKey, nullValue, wrongType, invalidValue, outOfRange, emptyList,
    duplicateEntry,
    unsupportedVersion, wrongKind, keyNotSupported, invalidTest, unknownPolicy, policyHasOwnKey,
    invalidSetting,
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

  package static let renamed = DiagnosticCode(
    "renamed", severity: .note,
    summary: "A key or an option is written by its old name.",
    explanation: """
      The old name still works and means the same. It will be removed in a later version; the message \
      gives the new name.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2022, adapters: [Ethernet], switches: {implicitDeny: never}}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022, adapters: [Ethernet], assumptions: {implicitDeny: never}}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
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
