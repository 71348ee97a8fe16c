extension DiagnosticCode {
  /// Codes about the content of a profile, whatever host it is for.
  static let profileCodes: [DiagnosticCode] =
    keyCodes + nameCodes + networkCodes + ruleCodes
    + serviceCodes

  /// Codes about keys and values.
  private static let keyCodes: [DiagnosticCode] = [
    unknownKey, renamed, missingKey, nullValue, wrongType, invalidValue, outOfRange, emptyList,
    duplicateEntry,
    unsupportedVersion, wrongKind, keyNotSupported, invalidTest, unknownPolicy, policyHasOwnKey,
    invalidSetting,
  ]

  package static let unknownKey = DiagnosticCode(
    "unknown-key",
    summary: "A mapping has an unknown key.",
    explanation: """
      Unknown keys are errors, because a misspelled key would otherwise be silently ignored. The \
      message suggests the closest known key, or lists all of them.
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
      The old name still works and means the same, but it will be removed in a later version. The \
      message gives the new name.
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
    summary: "A required key is missing.",
    explanation: """
      The message names the key. Some keys are required only by certain network drivers: every driver \
      except nat requires an adapter, and subnets of overlay networks require a virtual subnet ID (VSID).
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
    summary: "A key or a list element has no value.",
    explanation: """
      A key without a value, `~` and `null` are not read as "none" or as an empty list. Write a \
      value, or remove the key; the text null must be quoted.
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
    summary: "A value has the wrong type for its key.",
    explanation: """
      For example, a list where a single value is expected, a mapping where a list is, or a word \
      where a number is. Lists are always written as lists, even with one element.
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
    summary: "A value is not one of those the key accepts.",
    explanation: "The message lists the accepted values, or suggests the closest one.",
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
      Ports range from 1 to 65535, priorities from 1 to 65000, virtual subnet IDs (VSIDs) from \
      4096 to 16777215 and VLAN IDs from 1 to 4094.
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
    summary: "A list that must not be empty is empty.",
    explanation: """
      An empty list of protocols, addresses or ports could mean anything or nothing. To match any \
      value, remove the key.
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
    summary: "A list contains the same entry twice.",
    explanation: "An ACL set, a route, or a policy of which only one is allowed, is listed twice.")

  package static let unsupportedVersion = DiagnosticCode(
    "unsupported-version",
    summary: "The version of the file is not supported.",
    explanation: "This version of hnsctl reads `apiVersion: hnsctl/v1`.")

  package static let wrongKind = DiagnosticCode(
    "wrong-kind",
    summary: "The file is not of the kind the command needs.",
    explanation: """
      A profile is of kind HostProfile and a file of tests is of kind PolicyTests; most commands \
      accept only one.
      """)

  package static let keyNotSupported = DiagnosticCode(
    "key-not-supported",
    summary: "The key is not valid here.",
    explanation: """
      The key exists, but not for this network driver, kind of pod or kind of test. It is refused, \
      because it would silently do nothing.
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
    summary: "A test specifies no packet, or specifies more than one claim.",
    explanation: "A test has exactly one of `packet`, `always` and `never`.")

  package static let unknownPolicy = DiagnosticCode(
    "unknown-policy",
    summary: "HNS has no endpoint policy of this type.",
    explanation: "Types are spelled as in HNS.",
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
    summary: "A policy of this type has its own key in the profile.",
    explanation: """
      ACL is written as `acls`, PortMapping as `publish`, OutBoundNAT as `outboundNat` and SDNRoute as \
      `routes`, so that they are checked and planned.
      """)

  package static let invalidSetting = DiagnosticCode(
    "invalid-setting",
    summary: "A policy has a setting that its type does not accept.",
    explanation: """
      The settings of each type are the ones that HNS accepts, with the same types of values.
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
