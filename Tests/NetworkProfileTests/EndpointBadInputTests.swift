import Testing

@Suite("Bad input: endpoints")
struct EndpointBadInputTests {
  static let cases: [BadInput] = [
    BadInput(
      "unknown networks and sets",
      """
      networks: [{name: podnet, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      containers:
        - {name: a, network: podnett, aclSets: [web]}
        - {name: b}
      pods: [{name: c, containers: [{name: x}]}]
      """,
      """
      3:24+7 unknown-network: there is no network 'podnett'
        help: did you mean 'podnet'?
      3:43+3 unknown-acl-set: there is no ACL set 'web'
        help: the profile has no ACL sets
      4:6+4 missing-key: a container needs the key 'network'
        help: specify a network
      5:9+4 missing-key: a pod needs the key 'network'
        help: specify a network, or write 'hostProcess: true'
      """),
    BadInput(
      "addresses of endpoints",
      """
      host: {addresses: [10.0.0.50]}
      networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24, gateway: 10.0.0.1}], endpointGateway: 10.0.0.2}]
      containers:
        - {name: a, network: p, addresses: [10.0.1.9]}
        - {name: b, network: p, addresses: [10.0.0.1]}
        - {name: c, network: p, addresses: [10.0.0.2]}
        - {name: d, network: p, addresses: [10.0.0.0]}
        - {name: e, network: p, addresses: [10.0.0.255]}
        - {name: f, network: p, addresses: [10.0.0.9]}
        - {name: g, network: p, addresses: [10.0.0.9]}
        - {name: h, network: p, addresses: [10.0.0.50]}
        - {name: i, network: p, addresses: [10.0.0.9/24]}
        - {name: j, network: p, addresses: []}
      """,
      """
      4:39+8 address-outside-subnet: the address 10.0.1.9 is not in any subnet of network 'p'
        note 2:52+7: the subnets are here
        help: use an address in 10.0.0.0/24
      5:39+8 reserved-address: an endpoint cannot have 10.0.0.1, the gateway's address
        note 2:93+8: the gateway is here
      6:39+8 reserved-address: an endpoint cannot have 10.0.0.2, the endpoint gateway's address
        note 2:122+8: the endpoint gateway is here
      7:39+8 reserved-address: an endpoint's address cannot be 10.0.0.0, the network address of 10.0.0.0/24
      8:39+10 reserved-address: an endpoint's address cannot be 10.0.0.255, the broadcast address of 10.0.0.0/24
      10:39+8 duplicate-address: the address 10.0.0.9 is used twice
        note 9:39+8: first used here
      11:39+9 duplicate-address: the address 10.0.0.50 is the host's own
        note 1:20+9: the host's address is here
      12:39+11 invalid-address: an endpoint's address must be a single address, not '10.0.0.9/24'
      13:38+0 empty-list: the list of addresses cannot be empty
        help: remove the key to have an address allocated
      """),
    BadInput(
      "published ports",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      containers:
        - {name: a, network: p, publish: ["8080:80"]}
        - {name: b, network: p, publish: ["8080:81/TCP", "8080:80/udp"]}
        - {name: c, network: p, publish: ["80", "0:80", "80:65536", "80:80/sctp", "80:80/x", "127.0.0.1:80:80", "80-90:80"]}
      """,
      """
      4:37+13 duplicate-port: host port 8080/tcp is published twice
        note 3:37+9: first published here
        help: use another external port
      5:37+4 invalid-port: '80' is not a published port
        help: write EXTERNAL:INTERNAL, as in "8080:80/tcp"
      5:43+6 out-of-range: '0' is not a valid port
        help: write a port from 1 to 65535
      5:51+10 out-of-range: '65536' is not a valid port
        help: write a port from 1 to 65535
      5:63+12 protocol-without-ports: ports can be specified only for tcp and udp, not for sctp
        help: write EXTERNAL:INTERNAL, as in "8080:80/tcp"
      5:77+9 unknown-protocol: 'x' is not tcp or udp
        help: write EXTERNAL:INTERNAL, as in "8080:80/tcp"
      5:88+17 invalid-port: '127.0.0.1:80:80' is not a published port
        help: write EXTERNAL:INTERNAL, as in "8080:80/tcp"; the host's address cannot be chosen
      5:107+10 invalid-port: '80-90:80' is malformed
        help: write EXTERNAL:INTERNAL, as in "8080:80/tcp"
      """),
    BadInput(
      "published ports without support for port mapping",
      """
      networks:
        - {name: t, driver: transparent, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}
        - {name: l, driver: l2tunnel, adapter: B, subnets: [{prefix: 10.0.1.0/24}]}
      containers: [{name: a, network: t, publish: ["8080:80"]}, {name: b, network: l, publish: ["8081:80"]}]
      """,
      """
      4:36+7 port-mapping-unsupported: transparent networks do not support port mapping
        help: reach the endpoint by its own address, or use nat, l2bridge or overlay
      4:81+7 port-mapping-unsupported: l2tunnel networks do not support port mapping
        help: reach the endpoint by its own address, or use nat, l2bridge or overlay
      """),
    BadInput(
      "containers that listen on the same port",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      containers: [{name: w, network: p, publish: ["9100:80"]}]
      pods:
        - {name: a, network: p, containers: [{name: x, listens: [8080/tcp, 8080/udp]}, {name: y, listens: [8080]}]}
        - {name: b, hostProcess: true, containers: [{name: x, listens: [9100]}]}
        - {name: c, hostProcess: true, containers: [{name: x, listens: [9101, 9101/udp]}]}
        - {name: d, hostProcess: true, containers: [{name: x, listens: [9101]}]}
      """,
      """
      4:102+4 duplicate-listener: another container of this pod already listens on 8080/tcp
        note 4:60+8: first used here
        help: the containers of a pod share its ports
      5:67+4 duplicate-port: host port 9100/tcp is already published
        note 2:46+9: it is published here
      7:67+4 duplicate-listener: another host-process container already listens on 9101/tcp
        note 6:67+4: first used here
        help: host-process containers share the ports of the host
      """),
    BadInput(
      "a container named infrastructure, a pod without containers",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      pods: [{name: a, network: p, containers: [{name: infrastructure}]}, {name: b, network: p, containers: []}, {name: c, network: p}]
      """,
      """
      2:50+14 reserved-name: a container of a pod cannot be named 'infrastructure', like the one that opens the pod's namespace
      2:103+0 empty-list: the list of containers of a pod cannot be empty
        help: write at least one container
      2:109+4 missing-key: a pod needs the key 'containers'
      """),
    BadInput(
      "a host-process pod with keys for endpoints",
      """
      networks: [{name: p, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}]
      pods:
        - name: a
          hostProcess: true
          network: p
          acls: []
          containers: [{name: x}]
      """,
      """
      5:5+7 key-not-supported: a host-process pod has no endpoint, so 'network' is not valid
        note 4:5+11: 'hostProcess' is here
        help: remove the key; the pod uses the host's network
      6:5+4 key-not-supported: a host-process pod has no endpoint, so 'acls' is not valid
        note 4:5+11: 'hostProcess' is here
        help: remove the key; the pod uses the host's network
      """),
    BadInput(
      "ACLs and defaults where port ACLs are fixed",
      """
      networks:
        - {name: t, driver: transparent, adapter: A, ipam: dhcp}
        - {name: n, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}
      aclSets: {s: []}
      containers:
        - name: a
          network: t
          isolation: hyperv
          acls:
            - {name: x, direction: in, action: block}
        - name: b
          network: n
          isolation: hyperv
          defaults: {in: block}
          aclSets: [s]
        - {name: c, network: n, isolation: hyperv, acls: [], aclSets: [], publish: ["80:80"]}
        - {name: d, network: t, isolation: hyperv}
      """,
      """
      9:5+4 acl-not-programmable: ACLs cannot be changed with Hyper-V isolation on transparent networks
        note 8:16+6: the isolation is specified here
        help: use 'isolation: process', or an l2bridge, l2tunnel or overlay network
      14:5+8 acl-not-programmable: defaults cannot be changed with Hyper-V isolation on nat networks
        note 13:16+6: the isolation is specified here
        help: use 'isolation: process', or an l2bridge, l2tunnel or overlay network
      15:5+7 acl-not-programmable: ACL sets cannot be changed with Hyper-V isolation on nat networks
        note 13:16+6: the isolation is specified here
        help: use 'isolation: process', or an l2bridge, l2tunnel or overlay network
      """),
    BadInput(
      "VFP's pseudo-protocols",
      """
      host: {windows: ltsc2019}
      networks:
        - {name: n, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}
        - {name: l, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.2.0/24}]}
      aclSets: {s: [{name: y, direction: in, action: block, protocols: [252]}]}
      containers:
        - {name: a, network: n, aclSets: [s]}
        - {name: b, network: l, aclSets: [s], acls: [{name: x, direction: in, action: block, protocols: [251]}]}
      """,
      """
      7:37+1 protocol-not-supported: the ACL 'y' specifies protocol 252, VFP's number for VXLAN, but VFP does not filter on nat networks
        note 5:22+1: the ACL 'y' is here
      8:37+1 feature-not-available: the ACL 'y' specifies protocol 252, which VFP accepts from HNS 11.0 on, but Windows ltsc2019 has HNS 9.3
        note 5:22+1: the ACL 'y' is here
        note 1:17+8: the Windows version is specified here
      8:55+1 protocol-not-supported: the ACL 'x' specifies protocol 251, which only VFP's own rules use
      """),
    BadInput(
      "VFP's pseudo-protocols among others, which Windows Firewall takes",
      """
      networks:
        - {name: n, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}
        - {name: l, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.2.0/24}]}
      aclSets: {s: [{name: y, direction: in, action: block, protocols: [6, 251, 252]}]}
      containers:
        - {name: a, network: n, aclSets: [s]}
        - {name: b, network: l, aclSets: [s]}
      """,
      """
      7:37+1 protocol-not-supported: the ACL 'y' specifies protocol 251, which only VFP's own rules use
        note 4:22+1: the ACL 'y' is here
      """),
    BadInput(
      "IPv6 that ACLs do not bind",
      """
      networks: [{name: t, driver: transparent, adapter: A, subnets: [{prefix: 10.0.0.0/24}, {prefix: 'fd00::/64'}]}]
      containers: [{name: a, network: t, defaults: {in: block}}, {name: b, network: t}]
      """,
      """
      2:36+8 warning ipv6-not-filtered: HNS ACLs do not apply to IPv6 on transparent networks: IPv6 packets are allowed
      """),
    BadInput(
      "an ACL with IPv6 addresses only, on a network without IPv6",
      """
      networks: [{name: n, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}]
      containers: [{name: a, network: n, acls: [{name: x, direction: in, action: block, remoteAddresses: ['fd00::/8']}]}]
      """,
      """
      2:50+1 ipv6-not-available: the ACL 'x' matches IPv6 addresses only, but its network has no IPv6
        help: remove the ACL
      """),
    BadInput(
      "ACLs on nat of Windows Server 2025 without a revision",
      """
      host: {windows: ltsc2025}
      networks: [{name: n, driver: nat, subnets: [{prefix: 10.0.1.0/24}]}]
      containers: [{name: a, network: n, defaults: {in: block}}, {name: b, network: n, defaults: {in: block}}]
      """,
      """
      3:36+8 warning revision-unknown: ACLs of nat endpoints take effect on build 26100 from revision 32690 on, which is assumed
        note 1:17+8: the Windows version is specified here
        help: specify the revision, as in 'windows: 26100.32690'
      """),
    BadInput(
      "policies",
      """
      networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}]
      containers:
        - name: a
          network: p
          policies:
            - {type: ACL, settings: {}}
            - {type: QoS, settings: {}}
            - {type: QOS}
            - {type: QOS, settings: {MaximumOutgoingBandwithInBytes: 1}}
            - {type: EncapOverhead, settings: {Overhead: 65536}}
            - {type: ProviderAddress, settings: {ProviderAddress: 10.0.0.0/8}}
            - {type: Iov, settings: {IovOffloadWeight: full}}
            - {type: InterfaceConstraint, settings: {InterfaceGuid: x}}
            - {type: TierAcl, settings: {Name: t, Direction: In, Order: 1, TierAclRules: []}}
      """,
      """
      6:16+3 policy-has-own-key: the profile has the key 'acls' for policies of type ACL
        help: use 'acls'
      7:16+3 unknown-policy: 'QoS' is not an endpoint policy type
        help: did you mean 'QOS'?
      8:16+3 invalid-setting: a policy of type QOS needs 'settings' with the member 'MaximumOutgoingBandwidthInBytes'
      9:16+3 duplicate-entry: an endpoint can have only one policy of type QOS
        note 8:16+3: the first is here
      9:32+30 invalid-setting: the settings of QOS have no member 'MaximumOutgoingBandwithInBytes'
        help: did you mean 'MaximumOutgoingBandwidthInBytes'?
      10:52+5 invalid-setting: 'Overhead' must be 0 to 65535, not '65536'
      11:61+10 invalid-setting: 'ProviderAddress' must be an address, not '10.0.0.0/8'
      12:50+4 invalid-setting: 'IovOffloadWeight' must be a whole number, not 'full'
      13:63+1 invalid-setting: 'InterfaceGuid' must be a GUID, not 'x'
      14:16+7 feature-not-available: a policy of type TierAcl needs HNS 14.0, but Windows ltsc2022 (assumed because none is specified) has HNS 13.3
      14:16+7 warning policy-not-evaluated: a policy of type TierAcl is passed through; how it acts beside ACLs is not documented, so the verdict is unknown where a rule of it matches
      """),
    BadInput(
      "routes and exceptions",
      """
      networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}]
      containers: [{name: a, network: p, outboundNat: {exceptions: [10.0.0.1, 10.0.0.1/8]}, routes: [{destination: 10.0.0.0/8, encap: yes}, {destination: 10.0.0.0/8}, {encap: true}]}]
      """,
      """
      2:73+10 host-bits-set: '10.0.0.1/8' has host bits set
        help: write '10.0.0.0/8' for the network, or '10.0.0.1' for the address
      2:129+3 wrong-type: encap must be true or false, not 'yes'
      2:149+10 duplicate-entry: there are two routes to 10.0.0.0/8
        note 2:110+10: the first is here
      2:163+5 missing-key: a route needs the key 'destination'
      """),
    BadInput(
      "empty defaults",
      """
      networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}]
      containers: [{name: a, network: p, defaults: {}}, {name: b, network: p, defaults: {in: deny}}]
      """,
      """
      2:36+8 empty-list: defaults cannot be empty
        help: specify 'in', 'out' or both, or remove the key
      2:88+4 invalid-value: 'deny' is not an action
        help: write allow or block
      """),
  ]

  @Test("Every problem is reported with its location", arguments: cases)
  func reported(input: BadInput) { #expect(problems(input.profile) == input.expected) }
}
