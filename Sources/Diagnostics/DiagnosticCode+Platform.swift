extension DiagnosticCode {
  /// Codes about what a platform can do.
  static let platformCodes: [DiagnosticCode] = [
    unknownWindows, aclNotProgrammable, firewallShared, portMappingUnsupported, ipv6NotAvailable,
    ipv6NotFiltered, featureNotAvailable, protocolNotSupported, revisionUnknown,
    policyNotEvaluated,
  ]

  package static let unknownWindows = DiagnosticCode(
    "unknown-windows",
    summary: "The Windows release or build is unknown.",
    explanation: """
      Releases are written like `ltsc2022` or `23H2`; builds are numbers from 14393 up, optionally \
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
      With Hyper-V isolation on transparent and nat networks the default port ACLs are fixed: neither \
      Windows Firewall nor VFP can be programmed. The endpoint itself is supported, with its \
      defaults.

      Before Windows 1709, with the assumption `hypervInboundBefore1709: block`, the firewall inside a \
      Hyper-V container blocks all inbound traffic. Port ACLs are enforced outside the container: they can \
      block more, but they cannot allow any of it.
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

  package static let firewallShared = DiagnosticCode(
    "firewall-shared",
    summary: "Endpoints that share a firewall have different rules.",
    explanation: """
      With process isolation the endpoints of a container or pod share a compartment. With the assumption \
      `hostAclScope: compartment` Windows Firewall applies the Host ACLs and published ports of each of them to \
      all, so they must be the same.
      """)

  package static let portMappingUnsupported = DiagnosticCode(
    "port-mapping-unsupported",
    summary: "The network driver does not support port mapping.",
    explanation: """
      Ports can be published on nat networks and, with HCN version 2, on l2bridge and overlay \
      networks. Endpoints on transparent and l2tunnel networks are reached by their own addresses.
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
    summary: "IPv6 is not available on this network.",
    explanation: """
      Containers have no IPv6 on nat and overlay networks. On l2bridge networks they have it from \
      ltsc2022 on.
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
    summary: "ACLs do not apply to IPv6 on this network.",
    explanation: """
      Endpoints on transparent networks have IPv6 addresses, and HNS ACLs do not apply to them: IPv6 \
      rules of the profile have no effect there.
      """)

  package static let featureNotAvailable = DiagnosticCode(
    "feature-not-available",
    summary: "The host is too old for this feature.",
    explanation: """
      Each Windows release has a version of the Host Networking Service, and features of later \
      versions are refused.
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
    summary: "ACLs on this network cannot match the protocol.",
    explanation: """
      251 is a pseudo protocol number that only VFP's own rules use, so no ACL on a network with VFP \
      can specify it. 252, the one for VXLAN, is accepted from the HNS version given by the \
      assumption protocol252. Windows Firewall treats both like any other number; on a network without \
      VFP an ACL of these numbers alone is refused, because it cannot do what it says.
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
    summary: "Behavior depends on the Windows revision, which is not specified.",
    explanation: """
      Windows Server 2025 enforces ACLs of nat endpoints from revision 32690 on. If no revision is \
      given, this is assumed.
      """)

  package static let policyNotEvaluated = DiagnosticCode(
    "policy-not-evaluated", severity: .warning,
    summary: "A policy affects packets in ways that plans and traces do not evaluate.",
    explanation: """
      The policy is passed through to HNS. What it blocks, allows, redirects or encrypts is not part \
      of any verdict.
      """)
}
