extension DiagnosticCode {
  /// Codes of what is allowed and probably not meant.
  static let lintCodes: [DiagnosticCode] = [
    unreachableRule, redundantRule, equalPriorityOverlap, publishedPortBlocked, openManagementPort,
    pointsDisagree, weakensTest, nodeNotAllowed, dnsBlocked, dhcpBlocked, blocksNeighborDiscovery,
    wireserverReachable, overridesForeignBlock, familyGap, suppressionWithoutReason, unusedSuppression,
    unknownSuppression,
  ]

  package static let unreachableRule = DiagnosticCode(
    "unreachable-rule", severity: .warning,
    summary: "A rule can never match.",
    explanation: """
      Rules that are asked before it match all of its packets, one of them alone or several together, so \
      that it decides about none. The rules named with it are a complete cover: together they match \
      every packet of it, and none of them can be left out. Where one of them has the other action the \
      rule probably stands in the wrong place. Judged are the address families that the endpoint's ACLs \
      bind.
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

  package static let redundantRule = DiagnosticCode(
    "redundant-rule", severity: .note,
    summary: "A rule changes no verdict.",
    explanation: """
      It decides about packets, and without it every one of them would fare the same: later rules or the \
      default decide alike. All rules told so can be removed together with those that can never match. A \
      rule of an ACL set is told only when no endpoint that uses the set needs it.
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

  package static let equalPriorityOverlap = DiagnosticCode(
    "equal-priority-overlap", severity: .warning,
    summary: "An allow and a block of one priority share packets.",
    explanation: """
      No source says which of two Switch ACLs of equal priority VFP asks first, so the verdict on what \
      both match cannot be relied on. A profile with such rules is refused (`ambiguous-priority`); on a \
      host other agents may have left them. Only packets that no earlier rule takes are counted.
      """)

  package static let publishedPortBlocked = DiagnosticCode(
    "published-port-blocked", severity: .warning,
    summary: "No packet from outside gets through to a published port.",
    explanation: """
      The endpoint's own rules or its default block every packet from every address outside the host to \
      the port that the published one leads to. Rules see the container's port, not the published one \
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
      SSH (22), RPC (135), SMB (445), Remote Desktop (3389) and Windows Remote Management (5985, 5986) \
      can be reached over TCP from every address outside the host, from any source port, over one of \
      the address families. Behind NAT only published ports count. It does not matter whether something \
      listens there today.
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
      Where an endpoint is filtered by VFP and by Windows Firewall, a packet must pass both, so the block \
      holds; but it is carried by one of them alone, and whoever looks at the other is misled. A block in \
      VFP alone is a note, because VFP usually carries the policy; one in Windows Firewall alone is a \
      warning. The platform's own rules are not compared.
      """)

  package static let weakensTest = DiagnosticCode(
    "weakens-test", severity: .warning,
    summary: "A rule weakens a test of the same profile.",
    explanation: """
      A rule weakens a test in two ways. It makes the test fail: it decides a packet of the test \
      otherwise than stated, or in place of the rule that the test pins. Or the test holds for the one \
      packet it samples and not for all it names: a packet test samples one source port and one address \
      of each end told by name, and the rule gives another verdict to other source ports or to other \
      addresses of these ends. Claims with `always` and `never` are about all packets as they stand.
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
      The inbound default blocks, and no rule lets the host's own address through, so health probes from \
      the node fail (reference: windows-firewall-and-vfp, 9). Each port that containers of a pod listen \
      on must be open to the host; where none are stated, one of the published ports, or else one of \
      those that rules allow. A rule that blocks the host by itself is taken to be meant. Nothing is said \
      where no address of the host is known.
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
    summary: "An endpoint cannot ask its DNS servers.",
    explanation: """
      The network gives the endpoint DNS servers, and its outbound rules block every packet to port 53 of \
      one of them, by UDP or by TCP, which long answers need. Replies need no rule: they belong to the \
      flow.
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
    summary: "An endpoint cannot ask for its address by DHCP.",
    explanation: """
      On a transparent network without static addresses the container asks for one by DHCP: UDP from port \
      68 to port 67 of 255.255.255.255. Its outbound rules block that, so that it stays without an address. \
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
    summary: "Rules keep IPv6 neighbours from finding each other.",
    explanation: """
      IPv6 finds neighbours and routers with ICMPv6, which the endpoint's rules block to or from all of \
      them, and every other IPv6 rule is then in vain. ACLs cannot match ICMP types, so allow ICMPv6 as a \
      whole. Judged where ACLs bind IPv6 and the endpoint has an IPv6 address.
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
    summary: "A container reaches Azure's wireserver.",
    explanation: """
      168.63.129.16 answers on TCP 80 and 32526 with what is meant for the virtual machine's own agent. \
      A container should not reach it. It is looked for where it is known to be: on l2tunnel networks, \
      which exist on Azure only, and at endpoints of which a block names the address and leaves one of \
      the ports open.
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
    summary: "A rule lets pass what another agent's block would stop.",
    explanation: """
      On one endpoint stand ACLs of a profile and of another agent, and an allow of the profile, or its \
      catch-all, is asked before a block of the other. Network plugins leave such blocks at priorities \
      like 10000 and 65500 (reference: windows-firewall-and-vfp, 9). What decides without the profile's \
      rules is compared with what decides with them.
      """)

  package static let familyGap = DiagnosticCode(
    "family-gap", severity: .warning,
    summary: "One address family is filtered and the other is open.",
    explanation: """
      The endpoint has addresses of both families, all its blocks of a direction name addresses of one, \
      and the other falls to a default that lets it pass. Or it is on a transparent network, where \
      containers give themselves IPv6 addresses and ACLs do not bind them (reference: \
      windows-firewall-and-vfp, 9). Blocks of link-local services and of the wireserver are left out: \
      these exist in IPv4 only.
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
      `# hnsctl: allow CODE REASON` allows the findings of a code on its own line, or, when it stands \
      alone, on the next one. Without a reason nobody can tell later whether it still holds, so it allows \
      nothing.
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
    summary: "A comment allows a finding that is not there.",
    explanation: """
      What it was written for is gone, or stands on another line: a comment behind a value speaks of its \
      own line, and one that stands alone of the next line. Left in place it would hide the next finding \
      of that code.
      """,
    bad: lintExample(
      """
          # hnsctl: allow redundant-rule it says what is meant
          defaults: {in: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      """))

  package static let unknownSuppression = DiagnosticCode(
    "unknown-suppression", severity: .warning,
    summary: "A comment allows something that is no finding.",
    explanation: """
      The code behind `# hnsctl: allow` is not one that `hnsctl lint` reports, or the comment is written \
      otherwise than `# hnsctl: allow CODE REASON`. Errors of a profile cannot be allowed.
      """,
    bad: lintExample(
      """
          # hnsctl: allow redundant-rules it says what is meant
          defaults: {in: block}
      """),
    good: lintExample(
      """
          defaults: {in: block}
      """))

  /// A profile of one container on an l2bridge network around the lines that an example is about.
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

  /// The same behind NAT, with a DNS server.
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
