import Testing

@Suite("Bad input: ACLs")
struct ACLBadInputTests {
  static let cases: [BadInput] = [
    BadInput(
      "ports 0 and 65536, words, and ranges in the wrong order",
      """
      containers:
        - name: c
          network: a
          acls:
            - {name: p1, direction: in, action: allow, protocols: [tcp], localPorts: [0]}
            - {name: p2, direction: in, action: allow, protocols: [tcp], localPorts: [65536]}
            - {name: p3, direction: in, action: allow, protocols: [tcp], localPorts: [http, 90-80, -1]}
      networks: [{name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      """,
      """
      5:81+1 out-of-range: '0' is not a valid port
        help: write a port from 1 to 65535, or a range such as 8000-8080
      6:81+5 out-of-range: '65536' is not a valid port
        help: write a port from 1 to 65535, or a range such as 8000-8080
      7:81+4 invalid-port: 'http' is not a valid port
        help: write a port from 1 to 65535, or a range such as 8000-8080
      7:87+5 inverted-range: the port range '90-80' ends before it starts
        help: write '80-90'
      7:94+2 invalid-port: '-1' is not a valid port
        help: write a port from 1 to 65535, or a range such as 8000-8080
      """),
    BadInput(
      "protocols",
      """
      aclSets:
        s:
          - {name: a, direction: in, action: allow, protocols: [tpc]}
          - {name: b, direction: in, action: allow, protocols: [0]}
          - {name: c, direction: in, action: allow, protocols: [256]}
          - {name: d, direction: in, action: allow, protocols: [any]}
          - {name: f, direction: in, action: allow, protocols: []}
      """,
      """
      3:59+3 unknown-protocol: 'tpc' is not an IP protocol
        help: did you mean 'tcp'?
      4:59+1 unknown-protocol: '0' is not an IP protocol
        help: write a name such as tcp, or a number from 1 to 255
      5:59+3 unknown-protocol: '256' is not an IP protocol
        help: remove the key to match any protocol
      6:59+3 unknown-protocol: 'any' is not an IP protocol
        help: remove the key to match any protocol
      7:58+0 empty-list: a list of protocols cannot be empty
        help: remove the key to match anything
      """),
    BadInput(
      "ports with protocols that have none, and ports without protocols",
      """
      aclSets:
        s:
          - {name: a, direction: in, action: allow, protocols: [icmp], localPorts: [80]}
          - {name: b, direction: in, action: allow, protocols: [tcp, 47], remotePorts: [80]}
          - {name: c, direction: in, action: allow, localPorts: [80]}
      """,
      """
      3:66+10 protocol-without-ports: ports can be specified only for tcp and udp, not for 'icmp'
        note 3:59+4: the protocol is here
        help: use a separate ACL without ports for 'icmp'
      4:69+11 protocol-without-ports: ports can be specified only for tcp and udp, not for '47'
        note 4:64+2: the protocol is here
        help: use a separate ACL without ports for '47'
      5:47+10 ports-without-protocols: an ACL with ports must specify protocols
        help: add 'protocols: [tcp]', 'protocols: [udp]' or both
      """),
    BadInput(
      "addresses",
      """
      aclSets:
        s:
          - {name: a, direction: in, action: allow, remoteAddresses: [10.1.2.3/8]}
          - {name: b, direction: in, action: allow, remoteAddresses: [10.0.0.0/33]}
          - {name: c, direction: in, action: allow, remoteAddresses: [10.0.0.9-10.0.0.1]}
          - {name: d, direction: in, action: allow, remoteAddresses: ['10.0.0.1-fd00::1']}
          - {name: e, direction: in, action: allow, remoteAddresses: [10.0.0.256]}
          - {name: f, direction: in, action: allow, remoteAddresses: [corq]}
          - {name: g, direction: in, action: allow, remoteAddresses: [any]}
          - {name: h, direction: in, action: allow, remoteAddresses: []}
          - {name: i, direction: in, action: allow, localAddresses: [10.0.0.1], remoteAddresses: ['fd00::1']}
      addressSets: {corp: [10.0.0.0/8]}
      """,
      """
      3:65+10 host-bits-set: '10.1.2.3/8' has host bits set
        help: write '10.0.0.0/8' for the network, or '10.1.2.3' for the address
      4:65+11 invalid-address: the prefix length of '10.0.0.0/33' must be 0 to 32
      5:65+17 inverted-range: the range '10.0.0.9-10.0.0.1' ends before it starts
        help: write '10.0.0.1-10.0.0.9'
      6:65+18 mixed-families: the range '10.0.0.1-fd00::1' starts and ends in different address families
      7:65+10 invalid-address: '10.0.0.256' is not an address, a prefix, a range, or the name of an address set, container or pod
        help: each number of an IPv4 address is at most 255
      8:65+4 unknown-address-set: there is no address set, container or pod 'corq'
        help: did you mean 'corp'?
      9:65+3 unknown-address-set: there is no address set 'any'
        help: remove the key to match any address
      10:64+0 empty-list: a list of addresses cannot be empty
        help: remove the key to match anything
      11:75+15 mixed-families: the ACL matches nothing: its local and remote addresses have no family in common
        note 11:47+14: the local addresses are here
      """),
    BadInput(
      "address sets",
      """
      addressSets:
        corp: [10.0.0.0/8, lab]
        lab: []
        Bad: [10.0.0.1]
      aclSets:
        s: [{name: a, direction: in, action: allow, remoteAddresses: [corp]}]
      """,
      """
      2:22+3 invalid-address: 'lab' is not an address, a prefix or a range
      3:8+0 empty-list: an address set cannot be empty
        help: remove the set
      4:3+3 invalid-name: the name 'Bad' of an address set must be 1 to 63 characters from a-z, 0-9, '.', '_' and '-', and start with a letter or digit
        help: write 'bad'
      """),
    BadInput(
      "priorities",
      """
      aclSets:
        s:
          - {name: a, direction: in, action: allow, priority: 0}
          - {name: b, direction: in, action: allow, priority: 65001}
          - {name: c, direction: in, action: allow, priority: high}
          - {name: d, direction: in, action: allow, priority: 1.5}
      """,
      """
      3:57+1 out-of-range: a priority must be 1 to 65000, not '0'
      4:57+5 out-of-range: a priority must be 1 to 65000, not '65001'
      5:57+4 wrong-type: a priority must be a whole number in decimal, not 'high'
      6:57+3 wrong-type: a priority must be a whole number in decimal, not '1.5'
      """),
    BadInput(
      "names of ACLs",
      """
      networks: [{name: a, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.0.0/24}]}]
      aclSets:
        s: [{name: x, direction: in, action: allow}, {name: y, direction: in, action: allow}]
        t: [{name: y, direction: out, action: allow}, {name: z, direction: in, action: allow}, {name: z, direction: in, action: allow}]
      containers:
        - {name: c, network: a, aclSets: [s, t, s, u], acls: [{name: x, direction: in, action: allow}, {name: default-in, direction: in, action: allow}]}
      """,
      """
      4:97+1 duplicate-name: there is already an ACL named 'z'
        note 4:56+1: first defined here
      6:40+1 duplicate-name: two of the ACL sets listed here have an ACL named 'y'
        note 3:55+1: one is defined here
        note 4:14+1: the other is defined here
      6:43+1 duplicate-entry: the ACL set 's' is listed twice
        note 6:37+1: first listed here
        help: list it once
      6:46+1 unknown-acl-set: there is no ACL set 'u'
        help: did you mean 's'?
      6:64+1 duplicate-name: there is already an ACL of this endpoint named 'x'
        note 3:14+1: first defined here
      6:105+10 reserved-name: an ACL cannot be named 'default-in': traces use that name for a platform rule
      """),
    BadInput(
      "opposite ACLs of equal priority that overlap",
      """
      networks: [{name: a, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.0.0/24}]}]
      aclSets:
        s: [{name: b1, direction: in, action: block, protocols: [tcp, udp], priority: 100}]
      containers:
        - name: c
          network: a
          aclSets: [s]
          acls:
            - {name: a1, direction: in, action: allow, protocols: [tcp], localPorts: [80], priority: 100}
            - {name: a2, direction: out, action: allow, priority: 100}
            - {name: a3, direction: in, action: allow, protocols: [icmp], priority: 100}
            - {name: a4, direction: in, action: allow}
            - {name: b2, direction: in, action: block, protocols: [sctp], priority: 1000}
      """,
      """
      3:14+2 ambiguous-priority: the ACLs 'a1' and 'b1' of endpoint 'c' have the same priority 100 and opposite actions, and match the same packets
        note 9:16+2: 'a1' is here
        help: give one of them a lower priority number, so that it decides
      13:16+2 ambiguous-priority: the ACLs 'a4' and 'b2' of endpoint 'c' have the same priority 1000 and opposite actions, and match the same packets
        note 12:16+2: 'a4' is here
        help: give one of them a lower priority number, so that it decides
      """),
    BadInput(
      "opposite ACLs of equal priority that do not overlap",
      """
      networks: [{name: a, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.0.0/24}]}]
      containers:
        - name: c
          network: a
          acls:
            - {name: a1, direction: in, action: allow, protocols: [tcp], localPorts: [80], priority: 100}
            - {name: b1, direction: in, action: block, protocols: [tcp], localPorts: [81-90], priority: 100}
            - {name: b2, direction: in, action: block, remoteAddresses: ['fd00::/8'], localAddresses: ['fd00::1'], protocols: [udp], priority: 100}
            - {name: b3, direction: out, action: block, priority: 100}
      """,
      """

      """),
  ]

  @Test("Every problem is reported with its location", arguments: cases)
  func reported(input: BadInput) { #expect(problems(input.profile) == input.expected) }
}
