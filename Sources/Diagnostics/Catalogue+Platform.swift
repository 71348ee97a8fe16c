extension DiagnosticCode {
  /// Codes about what a platform can do.
  static let platformCodes: [DiagnosticCode] = [
    unknownWindows, aclNotProgrammable, portMappingUnsupported, ipv6NotAvailable,
    ipv6NotFiltered, featureNotAvailable, protocolNotSupported, revisionUnknown,
    policyNotEvaluated,
  ]

  package static let unknownWindows = DiagnosticCode(
    "unknown-windows",
    summary: "A Windows release or build is not known.",
    explanation: """
      Releases are named as in `ltsc2022` or `23H2`; builds are numbers of 14393 or more, optionally \
      with a revision as in `26100.32690`.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2020}
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022}
      """))

  package static let aclNotProgrammable = DiagnosticCode(
    "acl-not-programmable",
    summary: "The platform cannot change the port ACLs of this endpoint.",
    explanation: """
      For Hyper-V isolation on transparent and nat networks the default port ACLs are fixed: neither \
      Windows Firewall nor VFP can be programmed. The endpoint itself is possible, with its defaults.
      """,
    bad: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - name: web
          network: nat
          isolation: hyperv
          defaults: {in: block}
      """),
    good: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers:
        - name: web
          network: nat
          isolation: hyperv
      """))

  package static let portMappingUnsupported = DiagnosticCode(
    "port-mapping-unsupported",
    summary: "The network driver has no port mapping.",
    explanation: """
      Ports are published on nat, and through HCN version 2 on l2bridge and overlay. Endpoints on \
      transparent and l2tunnel networks are reached by their own addresses.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - {name: web, network: podnet, publish: ["8080:80"]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - {name: web, network: podnet}
      """))

  package static let ipv6NotAvailable = DiagnosticCode(
    "ipv6-not-available",
    summary: "The platform has no IPv6 there.",
    explanation: """
      Containers have no IPv6 on nat and overlay networks, and on l2bridge networks from ltsc2022 on.
      """,
    bad: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 'fd00::/64'}]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      """))

  package static let ipv6NotFiltered = DiagnosticCode(
    "ipv6-not-filtered", severity: .warning,
    summary: "ACLs do not bind IPv6 there.",
    explanation: """
      On transparent networks endpoints have IPv6 addresses, and HNS ACLs do not reach them: what the \
      profile says of IPv6 holds for nothing.
      """)

  package static let featureNotAvailable = DiagnosticCode(
    "feature-not-available",
    summary: "The host is too old for a feature.",
    explanation: """
      The Host Networking Service of each Windows release has a version, and features that came later \
      are refused.
      """,
    bad: exampleProfile(
      """
      host: {windows: ltsc2019}
      networks: [{name: podnet, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, vsid: 4096}], vxlanPort: 4789}]
      """),
    good: exampleProfile(
      """
      host: {windows: ltsc2022}
      networks: [{name: podnet, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, vsid: 4096}], vxlanPort: 4789}]
      """))

  package static let protocolNotSupported = DiagnosticCode(
    "protocol-not-supported",
    summary: "No ACL can match that protocol there.",
    explanation: """
      251 is a pseudo-number that only VFP's own rules use, so no ACL of a network with VFP can name \
      it. 252, the one for VXLAN, is taken from the HNS version on that the assumption protocol252 names. \
      To Windows Firewall both are numbers like any other.
      """,
    bad: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: x, direction: in, action: block, protocols: [251]}
      """),
    good: exampleProfile(
      """
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          acls:
            - {name: x, direction: in, action: block, protocols: [252]}
      """))

  package static let revisionUnknown = DiagnosticCode(
    "revision-unknown", severity: .warning,
    summary: "What the host does depends on its revision, which is not stated.",
    explanation: """
      Windows Server 2025 enforces ACLs of nat endpoints from revision 32690 on. Without a revision \
      this is assumed.
      """)

  package static let policyNotEvaluated = DiagnosticCode(
    "policy-not-evaluated", severity: .warning,
    summary: "A policy changes what happens to packets, unseen by plans and traces.",
    explanation: """
      The policy is passed through to HNS. What it blocks, allows, redirects or encrypts is not part \
      of any verdict.
      """)
}
