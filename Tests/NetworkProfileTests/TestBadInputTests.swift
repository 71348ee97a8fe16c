import Testing

@Suite("Bad input: tests")
struct TestBadInputTests {
  static let cases: [BadInput] = [
    BadInput(
      "packets",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      addressSets: {corp: [10.0.0.0/8]}
      containers: [{name: web, network: p, acls: [{name: http, direction: in, action: allow}]}]
      pods: [{name: api, network: p, containers: [{name: app}]}]
      tests:
        - {name: t1, packet: {from: 10.1.2.3, to: wev, protocol: tcp, port: 80}, expect: allow}
        - {name: t2, packet: {from: corp, to: api/apq, protocol: tcp, port: 80}, expect: allow}
        - {name: t3, packet: {from: 10.1.2.3, to: web, protocol: icmp, port: 80}, expect: allow}
        - {name: t4, packet: {from: 'fd00::1', to: web, protocol: tcp, port: 80, icmpType: 8}, expect: allow}
        - {name: t5, packet: {from: 10.1.2.3, to: 'fd00::1', protocol: udp}, expect: maybe}
        - {name: t6, packet: {from: 10.1.2.0/24, to: web, protocol: tcp, port: 65536}}
        - {name: t7, packet: {from: web, to: api/app, protocol: tcp, port: 80}, expect: allow, rule: htp, via: {vfp: allow}}
        - {name: t7, expect: allow}
        - {name: t9, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: allow, rule: http, via: {windowsFirewall: block}}
        - {name: t10, packet: {from: api/infrastructure, to: host, protocol: icmp, icmpType: 256}, expect: allow, rule: default-out}
      """,
      """
      6:45+3 unknown-peer: there is no container or pod 'wev'
        help: did you mean 'web'?
      7:31+4 unknown-peer: 'corp' is an address set, but a packet has a single address
        help: use 'always' or 'never' for a set of packets
      7:41+7 unknown-peer: there is no container or pod 'api/apq'
        help: the profile has api, host, web
      8:66+4 protocol-without-ports: ports can be specified only for tcp and udp, not for icmp
        help: remove the key
      9:46+3 mixed-families: a packet cannot go from IPv6 to IPv4
        note 9:31+9: its source is here
        help: use an IPv4 source or an IPv6 destination
      9:76+8 key-not-supported: a packet of protocol tcp has no ICMP type
        help: remove the key
      10:25+4 missing-key: a packet of protocol udp needs the key 'port'
        help: specify the destination port
      10:45+9 mixed-families: a packet cannot go from IPv4 to IPv6
        note 10:31+8: its source is here
        help: use an IPv6 source or an IPv4 destination
      10:80+5 invalid-value: 'maybe' is not an action
        help: write allow or block
      11:6+4 missing-key: a test of a packet needs the key 'expect'
        help: write 'expect: allow' or 'expect: block'
      11:31+11 invalid-address: a packet has a single address, not '10.1.2.0/24'
        help: use 'always' or 'never' for a set of packets
      11:74+5 out-of-range: '65536' is not a valid port
        help: write a port from 0 to 65535
      12:96+3 unknown-rule: neither end of the packet has a rule 'htp'
        help: did you mean 'http'?
      12:101+3 unknown-enforcement-point: VFP filters neither end of this packet
      13:6+4 invalid-test: a test must have exactly one of 'packet', 'always' and 'never', not none
      13:12+2 duplicate-name: there is already a test named 't7'
        note 12:12+2: first defined here
      15:88+3 out-of-range: an ICMP type must be 0 to 255, not '256'
      """),
    BadInput(
      "sets of packets",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      addressSets: {corp: [10.0.0.0/8], web: [10.0.0.1]}
      containers: [{name: web, network: p}]
      tests:
        - {name: t1, always: {from: {not: [corp, 10.0.0.1-10.0.0.9]}, to: web, protocol: [tcp, udp], port: {not: [80, 443]}, verdict: block}}
        - {name: t2, never: {from: [], port: 80, verdict: allow}}
        - {name: t3, never: {from: {nott: corp}, to: nobody, protocol: icmp, icmpType: 0-300}}
        - {name: t4, always: {to: corp, protocol: tcp, icmpType: 8, verdict: allow}, expect: allow}
      """,
      """
      3:21+3 duplicate-name: there is already an address set named 'web'
        note 2:35+3: first defined here
        help: rename one of them: containers, pods and address sets share their names, so that an ACL can use them
      6:30+0 empty-list: a set cannot be empty
        help: remove the key to match anything
      6:34+4 ports-without-protocols: a set of packets with ports must specify protocols
        help: add 'protocol: tcp', 'protocol: udp' or 'protocol: [tcp, udp]'
      7:24+4 missing-key: a set of packets needs the key 'verdict'
      7:31+4 unknown-key: a set is a value, a list, or {not: SET}
        help: write {not: SET} with 'not' as the only key
      7:48+6 unknown-peer: there is no container or pod 'nobody'
        help: the profile has corp, host, web
      7:82+5 out-of-range: an ICMP type must be a number from 0 to 255 or a range of them, not '0-300'
      8:50+8 key-not-supported: only ICMP packets have an ICMP type
        help: write 'protocol: icmp', 'protocol: icmpv6' or both
      8:80+6 key-not-supported: 'expect' is for a single packet, not a set of packets
        help: write 'verdict' inside the set
      """),
  ]

  @Test("Every problem is reported with its location", arguments: cases)
  func reported(input: BadInput) { #expect(problems(input.profile) == input.expected) }
}
