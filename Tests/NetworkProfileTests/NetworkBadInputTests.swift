import Testing

@Suite("Bad input: networks and hosts")
struct NetworkBadInputTests {
  static let cases: [BadInput] = [
    BadInput(
      "adapters",
      """
      host: {adapters: [Ethernet, Ethernet 2]}
      networks:
        - {name: a, driver: l2bridge, subnets: [{prefix: 10.0.0.0/24}]}
        - {name: b, driver: l2bridge, adapter: Ethernet 3, subnets: [{prefix: 10.0.1.0/24}]}
        - {name: c, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.0.2.0/24}]}
        - {name: d, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.0.3.0/24}]}
        - {name: e, driver: nat, adapter: Ethernet 2, subnets: [{prefix: 10.0.4.0/24}]}
      """,
      """
      3:6+4 missing-key: a network with driver l2bridge needs the key 'adapter'
        help: specify the host's adapter, as in 'adapter: Ethernet'
      4:42+10 unknown-adapter: the host has no adapter 'Ethernet 3'
        help: did you mean 'Ethernet 2'?
      6:45+8 adapter-in-use: the adapter 'Ethernet' already has a network with driver l2bridge
        note 5:42+8: first used here
        help: use another adapter; only networks with the same driver can share one
      7:28+7 key-not-supported: a nat network has no adapter of its own
        help: remove the key
      """),
    BadInput(
      "subnets",
      """
      networks:
        - {name: a, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.1/24}, {prefix: 10.0.1.0}, {prefix: 10.0.2.0/31}, {prefix: 224.0.0.0/24}]}
        - {name: b, driver: l2bridge, adapter: B, subnets: [{prefix: 10.1.0.0/24, gateway: 10.2.0.1}, {prefix: 10.1.1.0/24, gateway: 10.1.1.0}, {prefix: 10.1.2.0/24, gateway: 10.1.2.255}]}
        - {name: c, driver: transparent, adapter: C, subnets: [{prefix: 10.3.0.0/24}, {prefix: 10.3.1.0/24}]}
        - {name: d, driver: l2bridge, adapter: D, subnets: []}
        - {name: e, driver: l2bridge, adapter: E}
        - {name: f, driver: l2bridge, adapter: F, subnets: [{prefix: 10.4.0.0/16}, {prefix: 10.4.7.0/24}]}
      """,
      """
      2:64+11 host-bits-set: '10.0.0.1/24' has host bits set
        help: write '10.0.0.0/24' for the network, or '10.0.0.1' for the address
      2:87+8 invalid-address: a subnet must have a length, as in '10.0.1.0/24'
      2:107+11 subnet-too-small: the subnet 10.0.2.0/31 is too small for a gateway and an endpoint
        help: use a prefix length of at most 30
      2:130+12 invalid-address: the subnet 224.0.0.0/24 contains a multicast address
      3:86+8 address-outside-subnet: the gateway 10.2.0.1 is outside the subnet 10.1.0.0/24
        note 3:64+11: the subnet is here
      3:128+8 reserved-address: the gateway cannot be 10.1.1.0, the network address of 10.1.1.0/24
      3:170+10 reserved-address: the gateway cannot be 10.1.2.255, the broadcast address of 10.1.2.0/24
      4:90+11 several-subnets: a network with driver transparent can have only one subnet per family
        note 4:67+11: the first is here
        help: only l2bridge, l2tunnel and overlay networks can have several subnets
      5:54+0 empty-list: a list of subnets cannot be empty
        help: write at least one subnet
      6:6+4 missing-key: a network with static addresses needs the key 'subnets'
        help: write 'subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]'
      7:87+11 overlapping-subnets: the subnet 10.4.7.0/24 overlaps 10.4.0.0/16
        note 7:64+11: 10.4.0.0/16 is here
        help: overlapping subnets need different virtual subnet IDs or VLANs
      """),
    BadInput(
      "isolation ids",
      """
      networks:
        - {name: a, driver: overlay, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}
        - {name: b, driver: overlay, adapter: B, subnets: [{prefix: 10.0.1.0/24, vsid: 4095}]}
        - {name: c, driver: l2bridge, adapter: C, subnets: [{prefix: 10.0.2.0/24, vsid: 5000}]}
        - {name: d, driver: overlay, adapter: D, subnets: [{prefix: 10.0.3.0/24, vsid: 16777216, vlan: 7}]}
        - {name: e, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.4.0/24, vlan: 4095}]}
      """,
      """
      2:55+6 missing-key: a subnet of an overlay network needs the key 'vsid'
        help: write a virtual subnet ID of 4096 or more, as in 'vsid: 4096'
      3:82+4 out-of-range: a virtual subnet ID must be 4096 to 16777215, not '4095'
      4:77+4 key-not-supported: only subnets of overlay networks have a virtual subnet ID
        help: remove the key, or write 'vlan'
      5:82+8 out-of-range: a virtual subnet ID must be 4096 to 16777215, not '16777216'
      5:92+4 key-not-supported: subnets of overlay networks have no VLAN
        help: write 'vsid'
      6:83+4 out-of-range: a VLAN ID must be 1 to 4094, not '4095'
      """),
    BadInput(
      "equal subnets separated by virtual subnet IDs",
      """
      networks:
        - {name: a, driver: overlay, adapter: A, subnets: [{prefix: 10.0.0.0/24, vsid: 5000}]}
        - {name: b, driver: overlay, adapter: B, subnets: [{prefix: 10.0.0.0/24, vsid: 5001}]}
      containers: [{name: x, network: a, addresses: [10.0.0.9]}, {name: y, network: b, addresses: [10.0.0.9]}]
      """,
      """

      """),
    BadInput(
      "IPv6 where the platform has none",
      """
      networks:
        - {name: a, driver: nat, subnets: [{prefix: 'fd00::/64'}]}
        - {name: b, driver: overlay, adapter: B, subnets: [{prefix: 'fd01::/64', vsid: 4096}]}
        - {name: c, driver: l2bridge, adapter: C, subnets: [{prefix: 'fd02::/64'}]}
      host: {windows: ltsc2019}
      containers: [{name: x, network: c, addresses: ['fd02::5']}]
      """,
      """
      2:47+11 ipv6-not-available: containers on nat networks have no IPv6
      3:63+11 ipv6-not-available: containers on overlay networks have no IPv6
      4:64+11 ipv6-not-available: l2bridge networks have IPv6 from ltsc2022 on, but the host is Windows ltsc2019
        note 5:17+8: the Windows version is specified here
      6:48+9 ipv6-not-available: l2bridge networks have IPv6 from ltsc2022 on, but the host is Windows ltsc2019
        note 5:17+8: the Windows version is specified here
      """),
    BadInput(
      "keys of other drivers",
      """
      networks:
        - {name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24}], endpointGateway: 10.0.0.2, vxlanPort: 4789, ipam: dhcp}
      containers: [{name: x, network: a, outboundNat: {}, routes: [{destination: 10.0.0.0/8}]}]
      """,
      """
      2:62+15 key-not-supported: only l2bridge networks have an endpoint gateway
        help: remove the key; the subnet's gateway is used
      2:89+9 key-not-supported: only overlay networks have a VXLAN port
        help: remove the key
      2:112+4 key-not-supported: DHCP is available on transparent networks only, not on nat
        help: write 'ipam: static'
      3:36+11 key-not-supported: outbound NAT requires VFP, which nat networks do not have
        help: remove the key
      3:53+6 key-not-supported: routing requires VFP, which nat networks do not have
        help: remove the key
      """),
    BadInput(
      "a second NAT network",
      """
      networks:
        - {name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}
        - {name: b, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}
      host: {windows: 20H2}
      """,
      """
      3:23+3 several-nat-networks: Windows 20H2 can have only one nat network, and the profile already has one
        note 2:23+3: first defined here
        note 4:17+4: the Windows version is specified here
        help: use the first network, or Windows Server 2022 or later
      """),
    BadInput(
      "MAC pools",
      """
      networks:
        - {name: a, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}], macPool: {start: 00-15-5D-00-00-05, end: 00-15-5D-00-00-01}}
        - {name: b, driver: l2bridge, adapter: B, subnets: [{prefix: 10.0.1.0/24}], macPool: {start: 01-15-5D-00-00-00, end: 00:15}}
        - {name: c, driver: l2bridge, adapter: C, subnets: [{prefix: 10.0.2.0/24}], macPool: {start: 00-15-5D-00-00-01, end: 00-15-5D-00-00-02}}
      containers:
        - {name: x, network: c, mac: 00-15-5D-00-00-09}
        - {name: y, network: c, mac: 00-15-5D-00-00-09}
        - {name: z, network: c}
      """,
      """
      2:96+17 inverted-range: the MAC pool ends before it starts
        note 2:120+17: the end is here
      3:96+17 invalid-mac: 01-15-5D-00-00-00 is a multicast address and cannot be assigned to an endpoint
      3:120+5 invalid-mac: '00:15' is not a MAC address
        help: write six pairs of hexadecimal digits, as in 00-15-5D-52-C0-0A
      4:88+0 mac-pool-too-small: network 'c' has too few MAC addresses for its endpoints: 2 for 3
        help: use a larger pool
      6:32+17 mac-outside-pool: the MAC address 00-15-5D-00-00-09 is outside the pool of network 'c'
        note 4:88+0: the pool is here
        help: use an address from 00-15-5D-00-00-01 to 00-15-5D-00-00-02
      7:32+17 duplicate-mac: the MAC address 00-15-5D-00-00-09 is used twice
        note 6:32+17: first used here
      7:32+17 mac-outside-pool: the MAC address 00-15-5D-00-00-09 is outside the pool of network 'c'
        note 4:88+0: the pool is here
        help: use an address from 00-15-5D-00-00-01 to 00-15-5D-00-00-02
      """),
    BadInput(
      "name servers and domains",
      """
      networks: [{name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24}], dns: {servers: [10.0.0.0/8, x], search: [a..b, ok.local]}}]
      """,
      """
      1:85+10 invalid-address: a name server must be a single address, not '10.0.0.0/8'
      1:97+1 invalid-address: 'x' is not a valid IP address
      1:110+4 invalid-name: 'a..b' is not a valid domain name
      """),
    BadInput(
      "an endpoint gateway outside the subnets",
      """
      networks: [{name: a, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}], endpointGateway: 10.0.1.2}]
      """,
      """
      1:103+8 address-outside-subnet: the endpoint gateway 10.0.1.2 is not in any subnet of the network
      """),
    BadInput(
      "more endpoints than addresses",
      """
      networks: [{name: a, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/30, gateway: 10.0.0.1}]}]
      containers: [{name: x, network: a}, {name: y, network: a}]
      """,
      """
      1:52+7 subnet-full: network 'a' has too few free addresses for its endpoints without an explicit address: 1 for 2
        help: use a larger subnet, or add one
      """),
    BadInput(
      "addresses of the host",
      """
      host: {addresses: [10.240.0.5, 10.240.0.5, 127.0.0.1, x]}
      """,
      """
      1:32+10 duplicate-address: the host has the address 10.240.0.5 twice
        note 1:20+10: first used here
      1:44+9 invalid-address: 127.0.0.1 is a loopback address and cannot be a host address
      1:55+1 invalid-address: 'x' is not a valid IP address
      """),
    BadInput(
      "features newer than the host",
      """
      host: {windows: 1709}
      networks:
        - {name: a, driver: overlay, adapter: A, subnets: [{prefix: 10.0.0.0/24, vsid: 4096}], vxlanPort: 4789}
        - {name: b, driver: l2tunnel, adapter: B, subnets: [{prefix: 10.0.1.0/24}, {prefix: 'fd00::/64'}]}
      containers:
        - {name: x, network: a, publish: ["80:80"], policies: [{type: VLAN, settings: {IsolationId: 5}}], acls: [{name: v, direction: in, action: block, protocols: [252]}]}
      """,
      """
      3:90+9 feature-not-available: a VXLAN port needs HNS 10.3, but Windows 1709 has HNS 5.1
        note 1:17+4: the Windows version is specified here
      4:87+11 feature-not-available: IPv6 alongside IPv4 needs HNS 11.10, but Windows 1709 has HNS 5.1
        note 1:17+4: the Windows version is specified here
      6:27+7 feature-not-available: a published port on overlay needs HNS 9.2, but Windows 1709 has HNS 5.1
        note 1:17+4: the Windows version is specified here
      6:65+4 feature-not-available: a policy of type VLAN needs HCN schema 2.4, which Windows supports from build 19041 on, but the host is Windows 1709
        note 1:17+4: the Windows version is specified here
      6:115+1 feature-not-available: the ACL 'v' specifies protocol 252, which VFP accepts from HNS 11.0 on, but Windows 1709 has HNS 5.1
        note 1:17+4: the Windows version is specified here
      """),
    BadInput(
      "Windows names",
      """
      host: {windows: ltsc2021}
      """,
      """
      1:17+8 unknown-windows: 'ltsc2021' is not a Windows release or build
        help: did you mean 'ltsc2022'?
      """),
    BadInput(
      "a build that is not a container host",
      """
      host: {windows: 10240}
      """,
      """
      1:17+5 unknown-windows: '10240' is not a Windows release or build
        help: write one of 1607, ltsc2016, 1703, 1709, 1803, ltsc2019, 1809, 1903, 1909, 2004, 20H2, ltsc2022, 23H2, ltsc2025, or a build number of at least 14393
      """),
    BadInput(
      "an assumption with an unknown value",
      """
      host: {assumptions: {implicitDeny: sometimes, protocol252: hns9}}
      """,
      """
      1:36+9 invalid-value: 'sometimes' is not a value of the assumption 'implicitDeny'
        help: write anyAcl, never or unknown
      """),
    BadInput(
      "assumptions by their old name",
      """
      host: {switches: {implicitDeny: never}}
      """,
      """
      1:8+8 note renamed: 'switches' is the old name of 'assumptions'
        help: write `assumptions`
      """),
    BadInput(
      "assumptions by both names",
      """
      host: {assumptions: {implicitDeny: never}, switches: {implicitDeny: unknown}}
      """,
      """
      1:44+8 note renamed: 'switches' is the old name of 'assumptions'
        help: write `assumptions`
      1:44+8 duplicate-key: 'assumptions' is given twice, once by its old name
        help: remove one of the two
      """),
  ]

  @Test("Every problem is reported with its location", arguments: cases)
  func reported(input: BadInput) { #expect(problems(input.profile) == input.expected) }
}
