extension DiagnosticCode {
  /// Codes for rules that are allowed but probably unintended.
  static let lintCodes: [DiagnosticCode] = [
    unreachableRule, redundantRule, contradictedRule, equalPriorityOverlap, publishedPortBlocked,
    openManagementPort,
    pointsDisagree, weakensTest, nodeNotAllowed, dnsBlocked, dhcpBlocked, blocksNeighborDiscovery,
    wireserverReachable, overridesForeignBlock, familyGap, suppressionWithoutReason, unusedSuppression,
    unknownSuppression, unenforcedRuleType,
  ]

  package static let unreachableRule = DiagnosticCode(
    "unreachable-rule", severity: .warning,
    summary: "A rule can never match.",
    explanation: """
      Rules with higher precedence match all packets of this rule, alone or together, so it never \
      decides. The rules listed with it are a complete cover: together they match every packet of it, \
      and none of them can be left out. If one of them has the opposite action, the rule is probably \
      in the wrong position. A rule also never matches if no packet has its remote addresses: no \
      packet to or from a loopback address leaves its compartment, and none comes from a multicast or \
      broadcast address. Only the address families that the endpoint's ACLs apply to are evaluated.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-low, direction: in, action: allow, protocols: [tcp], localPorts: [8000-8079]}
            - {name: deny-high, direction: in, action: block, protocols: [tcp], localPorts: [8080-8099]}
            - {name: allow-dynamic, direction: in, action: allow, protocols: [tcp], localPorts: [8095-8199]}
            - {name: allow-app, direction: in, action: allow, protocols: [tcp], localPorts: [8070-8090]}
      """),
    good: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-app, direction: in, action: allow, protocols: [tcp], localPorts: [8070-8090]}
            - {name: allow-low, direction: in, action: allow, protocols: [tcp], localPorts: [8000-8079]}
            - {name: deny-high, direction: in, action: block, protocols: [tcp], localPorts: [8080-8099]}
            - {name: allow-dynamic, direction: in, action: allow, protocols: [tcp], localPorts: [8095-8199]}
      """))

  package static let unenforcedRuleType = DiagnosticCode(
    "unenforced-rule-type", severity: .warning,
    summary: "ACLs of an endpoint are stored, but nothing enforces ACLs of their type there.",
    explanation: """
      HNS stores Switch ACLs on every network, but VFP enforces them only on l2bridge, l2tunnel and \
      overlay. On nat they take effect only on Windows Server 2025 with the updates of April 2026, \
      depending on the assumption natAclOnServer2025 (reference: windows-firewall-and-vfp, 10.4). With \
      hyperv isolation on nat and transparent no ACL takes effect. The verdicts of traces ignore such ACLs.
      """)

  package static let redundantRule = DiagnosticCode(
    "redundant-rule", severity: .note,
    summary: "Removing a rule changes no verdict.",
    explanation: """
      The rule decides packets, but without it later rules or the default action would decide them \
      the same way. All rules reported as redundant can be removed together with those that can never \
      match. A rule of an ACL set is reported only if no endpoint that uses the set needs it.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
            - {name: deny-rest, direction: in, action: block, protocols: [tcp]}
      """),
    good: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      """))

  package static let contradictedRule = DiagnosticCode(
    "contradicted-rule", severity: .warning,
    summary: "A rule has no effect because an earlier rule with the opposite action matches first.",
    explanation: """
      The earlier rule decides some of its packets, and the others have the same verdict without it. \
      Such a rule is probably in the wrong position: where packets are blocked by default, for \
      example, a block is only needed before the rules that allow its packets. An earlier rule that \
      matches only packets of the rule is an exception to it and is not reported. Neither is a rule \
      that has an effect on its other packets: allowing some packets and then blocking the rest is how \
      ordered rules are written.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-node, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.240.0.0/16]}
            - {name: deny-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]}
      """),
    good: lintExample(
      """
          defaults: {in: block}
          acls:
            - {name: deny-smb, direction: in, action: block, protocols: [tcp], localPorts: [445]}
            - {name: allow-node, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.240.0.0/16]}
      """))

  package static let equalPriorityOverlap = DiagnosticCode(
    "equal-priority-overlap", severity: .warning,
    summary: "An allow and a block with the same priority match the same packets.",
    explanation: """
      No source documents which of two Switch ACLs of equal priority VFP evaluates first, so the \
      verdict on packets that match both is unreliable. A profile with such rules is refused \
      (`ambiguous-priority`); on a host, other agents may have created them. Packets that match an \
      earlier rule are not counted.
      """)

  package static let publishedPortBlocked = DiagnosticCode(
    "published-port-blocked", severity: .warning,
    summary: "A published port cannot be reached from outside.",
    explanation: """
      The endpoint's own rules or its default action block every packet from outside the host to the \
      container port of a published port. Rules match the container's port, not the published one \
      (reference: windows-firewall-and-vfp, 4.3).
      """,
    bad: natExample(
      """
          publish: ["8080:80"]
          defaults: {in: block}
          acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [8080]}]
      """),
    good: natExample(
      """
          publish: ["8080:80"]
          defaults: {in: block}
          acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]
      """))

  package static let openManagementPort = DiagnosticCode(
    "open-management-port", severity: .warning,
    summary: "A management port is open to every address.",
    explanation: """
      SSH (22), RPC (135), SMB (445), Remote Desktop (3389) and Windows Remote Management (5985, \
      5986) can be reached over TCP from every address outside the host, from any source port, over \
      one of the address families. Behind NAT only published ports count. It does not matter whether \
      anything listens on the port today.
      """,
    bad: lintExample(
      """
          acls: [{name: deny-ssh, direction: in, action: block, protocols: [tcp], localPorts: [22]}]
      """),
    good: lintExample(
      """
          acls: [{name: deny-admin, direction: in, action: block, protocols: [tcp], localPorts: [22, 135, 445, 3389, 5985, 5986]}]
      """))

  package static let pointsDisagree = DiagnosticCode(
    "points-disagree", severity: .note,
    summary: "One enforcement point blocks what the other allows.",
    explanation: """
      If VFP and Windows Firewall both filter an endpoint, both must allow a packet, so the block is \
      effective; but only one of them enforces it, and looking at the other is misleading. A block in \
      VFP alone is a note, because VFP usually enforces the policy; one in Windows Firewall alone is \
      a warning. The platform's own rules are not compared.
      """)

  package static let weakensTest = DiagnosticCode(
    "weakens-test", severity: .warning,
    summary: "A rule weakens a test of the same profile.",
    explanation: """
      A rule weakens a test in one of two ways. It makes the test fail: it gives a packet of the test \
      a different verdict, or decides in place of the rule that the test pins. Or the test passes for \
      the packet it samples but not for all packets it describes: a packet test samples one source \
      port and one address of each end that is given by name, and the rule gives a different verdict \
      to other source ports or to other addresses of these ends. Claims with `always` and `never` \
      cover all packets they describe.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls: [{name: allow-replies, direction: in, action: allow, protocols: [tcp], remotePorts: [53]}]
      tests:
        - {name: nobody gets in, packet: {from: 203.0.113.7, to: web, protocol: tcp, port: 3389}, expect: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      tests:
        - {name: nobody gets in, packet: {from: 203.0.113.7, to: web, protocol: tcp, port: 3389}, expect: block}
      """))

  package static let nodeNotAllowed = DiagnosticCode(
    "node-not-allowed", severity: .warning,
    summary: "The host cannot reach an endpoint that it may have to probe.",
    explanation: """
      The inbound default action is block, and no rule allows the host's own address, so health \
      probes from the node would fail (reference: windows-firewall-and-vfp, 9). Each port that containers \
      of a pod listen on must be open to the host; if none are specified, one of the published ports, or \
      else one of the ports that rules allow. A rule that specifically blocks the host is taken to be \
      intended. Nothing is reported if no address of the host is known.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [192.168.0.0/16]}]
      """),
    good: lintExample(
      """
          defaults: {in: block}
          acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [192.168.0.0/16, 10.240.0.5]}]
      """))

  package static let dnsBlocked = DiagnosticCode(
    "dns-blocked", severity: .warning,
    summary: "An endpoint cannot reach its DNS servers.",
    explanation: """
      The network gives the endpoint DNS servers, and its outbound rules block every packet to port \
      53 of one of them, over UDP or over TCP, which long answers need. Replies need no rule: return \
      traffic is allowed (stateful). If the network gives it none, its rules block port 53 to every \
      address, so that it cannot use any server.
      """,
    bad: natExample(
      """
          defaults: {out: block}
          acls: [{name: allow-https, direction: out, action: allow, protocols: [tcp], remotePorts: [443]}]
      """),
    good: natExample(
      """
          defaults: {out: block}
          acls:
            - {name: allow-https, direction: out, action: allow, protocols: [tcp], remotePorts: [443]}
            - {name: allow-dns, direction: out, action: allow, protocols: [tcp, udp], remotePorts: [53], remoteAddresses: [192.0.2.53]}
      """))

  package static let dhcpBlocked = DiagnosticCode(
    "dhcp-blocked", severity: .warning,
    summary: "An endpoint cannot get its address by DHCP.",
    explanation: """
      On a transparent network without static addresses the container requests one by DHCP: UDP from \
      port 68 to port 67 of 255.255.255.255. Its outbound rules block that, so it gets no address. \
      The offers that come back need no rule.
      """,
    bad: exampleProfile(
      """
      networks: [{name: lan, driver: transparent, adapter: Ethernet, ipam: dhcp}]
      containers:
        # hnsctl: allow family-gap the network has no IPv6
        - name: web
          network: lan
          defaults: {in: block, out: block}
          acls: [{name: allow-https, direction: out, action: allow, protocols: [tcp], remotePorts: [443]}]
      """),
    good: exampleProfile(
      """
      networks: [{name: lan, driver: transparent, adapter: Ethernet, ipam: dhcp}]
      containers:
        # hnsctl: allow family-gap the network has no IPv6
        - name: web
          network: lan
          defaults: {in: block, out: block}
          acls:
            - {name: allow-https, direction: out, action: allow, protocols: [tcp], remotePorts: [443]}
            - {name: allow-dhcp, direction: out, action: allow, protocols: [udp], localPorts: [68], remotePorts: [67]}
      """))

  package static let blocksNeighborDiscovery = DiagnosticCode(
    "blocks-neighbor-discovery", severity: .warning,
    summary: "Rules block IPv6 neighbor discovery.",
    explanation: """
      IPv6 finds neighbors and routers with ICMPv6. The endpoint's rules block all of it in one \
      direction, so no other IPv6 rule can have any effect. ACLs cannot match ICMP types, so allow \
      ICMPv6 as a whole. This is checked where ACLs apply to IPv6 and the endpoint has an IPv6 \
      address.
      """,
    bad: dualExample(
      """
          defaults: {in: block}
          acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]
      """),
    good: dualExample(
      """
          defaults: {in: block}
          acls:
            - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
            - {name: allow-icmpv6, direction: in, action: allow, protocols: [icmpv6]}
      """))

  package static let wireserverReachable = DiagnosticCode(
    "wireserver-reachable", severity: .warning,
    summary: "A container can reach Azure's WireServer.",
    explanation: """
      168.63.129.16 serves data for the virtual machine's own agent on TCP ports 80 and 32526. A \
      container should not reach it. It is checked where it is known to exist: on l2tunnel networks, \
      which exist on Azure only, and on endpoints with a block rule that matches the address but \
      leaves one of the ports open.
      """,
    bad: lintExample(
      """
          defaults: {in: block}
          acls: [{name: deny-wireserver, direction: out, action: block, protocols: [tcp], remoteAddresses: [168.63.129.16], remotePorts: [80]}]
      """),
    good: lintExample(
      """
          defaults: {in: block}
          acls: [{name: deny-wireserver, direction: out, action: block, protocols: [tcp], remoteAddresses: [168.63.129.16], remotePorts: [80, 32526]}]
      """))

  package static let overridesForeignBlock = DiagnosticCode(
    "overrides-foreign-block", severity: .warning,
    summary: "A rule allows packets that another agent's rule would block.",
    explanation: """
      An endpoint has ACLs of both a profile and another agent, and an allow of the profile, or its \
      catch-all, is evaluated before a block of the other agent. Network plugins create such blocks \
      at priorities like 10000 and 65500 (reference: windows-firewall-and-vfp, 9). Verdicts without \
      the profile's rules are compared with verdicts with them.
      """)

  package static let familyGap = DiagnosticCode(
    "family-gap", severity: .warning,
    summary: "One address family is filtered and the other is open.",
    explanation: """
      The endpoint has addresses of both families, all its blocks in one direction match addresses of \
      one family only, and the default action allows the other. Or it is on a transparent network, \
      where containers configure their own IPv6 addresses and ACLs do not apply to them (reference: \
      windows-firewall-and-vfp, 9). Blocks of link-local services and of the WireServer are not \
      counted: these exist in IPv4 only.
      """,
    bad: dualExample(
      """
          acls:
            - {name: deny-admin, direction: in, action: block, protocols: [tcp], localPorts: [22, 135, 445, 3389, 5985, 5986]}
            - {name: deny-lab, direction: out, action: block, remoteAddresses: [192.168.0.0/16]}
      """),
    good: dualExample(
      """
          acls:
            - {name: deny-admin, direction: in, action: block, protocols: [tcp], localPorts: [22, 135, 445, 3389, 5985, 5986]}
            - {name: deny-lab, direction: out, action: block, remoteAddresses: [192.168.0.0/16, "2001:db8:9::/48"]}
      """))

  package static let suppressionWithoutReason = DiagnosticCode(
    "suppression-without-reason", severity: .error,
    summary: "A comment allows a finding without saying why.",
    explanation: """
      `# hnsctl: allow CODE REASON` allows the findings of a code on its own line or, on a line by \
      itself, on the next line. Without a reason nobody can tell later whether it still applies, so \
      it has no effect.
      """,
    bad: lintExample(
      """
          # hnsctl: allow redundant-rule
          defaults: {in: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      """))

  package static let unusedSuppression = DiagnosticCode(
    "unused-suppression", severity: .warning,
    summary: "A comment allows a finding that does not exist.",
    explanation: """
      The finding it was written for is gone or is on another line: a comment after a value applies \
      to its own line, and a comment on a line by itself applies to the next line. If it stays, it \
      will hide the next finding with that code.
      """,
    bad: lintExample(
      """
          # hnsctl: allow redundant-rule it documents the intent
          defaults: {in: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      """))

  package static let unknownSuppression = DiagnosticCode(
    "unknown-suppression", severity: .warning,
    summary: "A comment allows something that is not a finding.",
    explanation: """
      The code after `# hnsctl: allow` is not one that `hnsctl lint` reports, or the comment does not \
      have the form `# hnsctl: allow CODE REASON`. Errors in a profile cannot be allowed.
      """,
    bad: lintExample(
      """
          # hnsctl: allow redundant-rules it documents the intent
          defaults: {in: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      """))

  /// A profile with one container on an l2bridge network that contains the given lines.
  private static func lintExample(_ lines: String) -> String {
    exampleProfile(
      """
      host: {addresses: [10.240.0.5]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
      \(lines)
      """)
  }

  /// The same for a container behind NAT, with a DNS server.
  private static func natExample(_ lines: String) -> String {
    exampleProfile(
      """
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/20, gateway: 172.30.0.1}], dns: {servers: [192.0.2.53]}}]
      containers:
        - name: web
          network: nat
      \(lines)
      """)
  }

  /// The same with addresses of both families.
  private static func dualExample(_ lines: String) -> String {
    exampleProfile(
      """
      networks:
        - name: podnet
          driver: l2bridge
          adapter: Ethernet
          subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}, {prefix: "2001:db8:7::/64", gateway: "2001:db8:7::1"}]
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10, "2001:db8:7::10"]
      \(lines)
      """)
  }
}
