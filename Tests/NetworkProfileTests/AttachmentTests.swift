import HostModel
import NetworkProfile
import NetworkTypes
import Testing

/// Containers and pods on several networks, names in ACLs, and what the host itself holds.
@Suite struct AttachmentTests {
  static let networks = """
    networks:
      - {name: front, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
      - {name: Back Office, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.2.0.0/24, gateway: 10.2.0.1}]}

    """

  private func profile(_ lines: String) throws -> Profile {
    let (profile, diagnostics) = load(header + lines)
    return try #require(profile, "\(diagnostics.map(describe))")
  }

  @Test func eachNetworkIsAnEndpointNamedAfterBoth() throws {
    let profile = try profile(
      Self.networks + """
        aclSets:
          common: [{name: no-smtp, direction: out, action: block, protocols: [tcp], remotePorts: [25]}]
        containers:
          - name: web
            isolation: hyperv
            networks:
              - front
              - {name: Back Office, addresses: [10.2.0.9], publish: ["8080:80"], defaults: {in: allow}, acls: [{name: own, direction: in, action: block}]}
            defaults: {in: block, out: allow}
            aclSets: [common]
            acls: [{name: all, direction: in, action: allow, protocols: [icmp]}]
        pods:
          - {name: api, networks: [{name: front, addresses: [10.1.0.20]}], containers: [{name: app}]}
        """)
    #expect(profile.endpoints.map(\.name.value) == ["web@front", "web@Back Office", "api"])
    #expect(profile.endpoints.map(\.workloadName.value) == ["web", "web", "api"])
    #expect(profile.endpoints.map(\.containerIds) == [["web"], ["web"], ["api/infrastructure", "api/app"]])
    #expect(profile.endpoints[0].acls.map(\.name.value) == ["all"])
    #expect(profile.endpoints[1].acls.map(\.name.value) == ["own", "all"])
    #expect(profile.endpoints.map(\.aclSets.count) == [1, 1, 0])
    #expect(profile.endpoints[1].defaults?.inbound?.value == .allow)
    #expect(profile.endpoints[1].defaults?.outbound?.value == .allow)
    #expect(profile.endpoints[0].defaults?.inbound?.value == .block)
    #expect(profile.endpoints.map(\.publish.count) == [0, 1, 0])
    #expect(profile.endpoints[2].addresses.map(\.value) == [IPAddress("10.1.0.20")])
  }

  @Test func keysOfOneEndpointNeedANetwork() {
    #expect(
      problems(
        Self.networks + """
          containers:
            - {name: web, networks: [front, Back Office], addresses: [10.1.0.9], publish: ["8080:80"]}
            - {name: db, network: front, networks: [{name: front, mac: 00-15-5D-00-00-01}], mac: 00-15-5D-00-00-02}
            - {name: api, networks: [front, front, backk, {addresses: []}]}
            - {name: job, networks: []}
          """) == [
          """
          5:49+9 key-not-supported: 'addresses' belongs to one endpoint, but there is one on each of several networks
            note 5:17+8: the networks are here
            help: write it with a network, as in 'networks: [{name: NETWORK, addresses: ...}]'
          """,
          """
          5:72+7 key-not-supported: 'publish' belongs to one endpoint, but there is one on each of several networks
            note 5:17+8: the networks are here
            help: write it with a network, as in 'networks: [{name: NETWORK, publish: ...}]'
          """,
          """
          6:16+7 duplicate-key: 'network' and 'networks' cannot be combined
            note 6:32+8: 'networks' is here
            help: list the network under 'networks'
          """,
          """
          6:83+3 duplicate-key: 'mac' is given twice
            note 6:57+3: it is also given with the network
            help: remove one of the two
          """,
          """
          7:35+5 duplicate-entry: the network 'front' is listed twice
            note 7:28+5: first listed here
            help: a container or pod can have one endpoint on a network
          """,
          """
          7:42+5 unknown-network: there is no network 'backk'
            help: the profile has Back Office, front
          """,
          "7:50+9 missing-key: a network of a container or pod needs the key 'name'",
          """
          7:61+0 empty-list: the list of addresses cannot be empty
            help: remove the key to have an address allocated
          """,
          """
          8:27+0 empty-list: the list of networks cannot be empty
            help: write at least one network
          """,
        ])
  }

  // MARK: Names in ACLs

  @Test func namesStandForAddresses() throws {
    let profile = try profile(
      Self.networks + """
        aclSets:
          peers: [{name: in, direction: in, action: allow, remoteAddresses: [web, 10.9.0.0/16]}]
        containers:
          - {name: web, networks: [{name: front, addresses: [10.1.0.9]}, {name: Back Office, addresses: [10.2.0.9]}]}
          - name: db
            network: front
            aclSets: [peers]
            acls:
              - {name: back, direction: in, action: block, remoteAddresses: [web@Back Office]}
              - {name: pod, direction: out, action: allow, remoteAddresses: [api/app, api], localAddresses: [db]}
        pods:
          - {name: api, network: front, containers: [{name: app}]}
        """)
    func set(_ texts: [String]) -> AddressSet {
      AddressSet(texts.compactMap { AddressText(parsing: Array($0.utf8).span).range })
    }
    #expect(
      profile.aclSets[0].acls[0].match.remoteAddresses == set(["10.1.0.9", "10.2.0.9", "10.9.0.0/16"]))
    let acls = profile.endpoints[2].acls
    #expect(acls[0].match.remoteAddresses == set(["10.2.0.9"]))
    #expect(acls[0].unresolved == nil)
    #expect(profile.hasUnresolvedPeers)
    #expect(acls[1].unresolved?.remote.map(\.value) == ["api/app", "api"])
    #expect(acls[1].unresolved?.local.map(\.value) == ["db"])
    // What HNS assigns is put in place later.
    let address = try #require(IPAddress("10.1.0.33"))
    let own = try #require(IPAddress("10.1.0.34"))
    let resolved = profile.resolvingPeers(["api": [address], "db": [own]])
    #expect(!resolved.hasUnresolvedPeers)
    #expect(resolved.endpoints[2].acls[1].match.remoteAddresses == set(["10.1.0.33"]))
    #expect(resolved.endpoints[2].acls[1].match.localAddresses == set(["10.1.0.34"]))
    #expect(profile.resolvingPeers(["api": [address]]).hasUnresolvedPeers)
  }

  @Test func namesThatStandForNoAddress() {
    #expect(
      problems(
        """
        networks:
          - {name: office, driver: transparent, adapter: Ethernet, ipam: dhcp}
        addressSets: {web: [10.0.0.1]}
        containers:
          - {name: web, network: office}
          - {name: db, network: office, acls: [{name: a, direction: in, action: allow, remoteAddresses: [dbb]}, {name: b, direction: in, action: allow, remoteAddresses: [db]}, {name: c, direction: in, action: allow, remoteAddresses: [host]}, {name: d, direction: in, action: allow, remoteAddresses: [agent]}]}
        pods:
          - {name: agent, hostProcess: true, containers: [{name: x}]}
        """) == [
          """
          5:12+3 duplicate-name: there is already an address set named 'web'
            note 3:15+3: first defined here
            help: rename one of them: containers, pods and address sets share their names, so that an ACL can use them
          """,
          """
          6:98+3 unknown-address-set: there is no address set, container or pod 'dbb'
            help: did you mean 'db'?
          """,
          """
          6:163+2 address-unknown: the addresses of 'db' are not known: DHCP assigns them
            note 6:12+2: the endpoint is here
            help: specify addresses for the endpoint, or write addresses instead of the name
          """,
          """
          6:227+4 unknown-address-set: an ACL cannot name the host
            help: write the host's addresses
          """,
          """
          6:293+5 unknown-peer: 'agent' has no address of its own: it runs in the host's compartment
            help: write the host's addresses
          """,
        ])
  }

  @Test func rulesWithAssignedAddressesMayOverlap() {
    #expect(
      problems(
        Self.networks + """
          containers:
            - name: web
              network: front
              acls:
                - {name: a, direction: in, action: allow, remoteAddresses: [db], priority: 100}
                - {name: b, direction: in, action: block, remoteAddresses: [10.1.0.7], priority: 100}
            - {name: db, network: front}
          """
      ).map { String($0.prefix(40)) } == ["9:16+1 ambiguous-priority: the ACLs 'a' "])
  }

  // MARK: Networks and adapters

  @Test(arguments: ["External", "vEthernet", "Calico", "L'été", "nat (2), with, commas"])
  func networksHaveWhateverNameHNSTakes(name: String) throws {
    let profile = try profile(
      """
      networks: [{name: "\(name)", driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers: [{name: web, network: "\(name)"}]
      """)
    #expect(profile.networks[0].name.value == name)
  }

  @Test(arguments: ["", "a\\tb", "\\u202ea", String(repeating: "x", count: 257)])
  func namesThatNetworksCannotHave(name: String) {
    let found = problems("networks: [{name: \"\(name)\", driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]")
    #expect(found.map { $0.split(separator: " ")[1] } == ["invalid-name:"])
  }

  @Test func networksOfOneDriverShareAdaptersAndTeams() throws {
    let profile = try profile(
      """
      host: {adapters: [Ethernet, Ethernet2, Ethernet3]}
      networks:
        - {name: a, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: 4096}]}
        - {name: b, driver: overlay, adapter: vEthernet (Ethernet), subnets: [{prefix: 10.2.0.0/24, gateway: 10.2.0.1, vsid: 4097}]}
        - {name: c, driver: transparent, adapter: [Ethernet2, Ethernet3], subnets: [{prefix: 10.3.0.0/24, vlan: 7}]}
        - {name: d, driver: transparent, adapter: [Ethernet3, Ethernet2], subnets: [{prefix: 10.4.0.0/24, vlan: 8}]}
      """)
    #expect(profile.networks.map { $0.adapters.map(\.value) }[2] == ["Ethernet2", "Ethernet3"])
  }

  @Test func adaptersThatCannotBeShared() {
    #expect(
      problems(
        """
        host: {adapters: [Ethernet, Ethernet2, Ethernet3]}
        networks:
          - {name: a, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: 4096}]}
          - {name: b, driver: transparent, adapter: vEthernet (Ethernet), subnets: [{prefix: 10.2.0.0/24}]}
          - {name: c, driver: l2bridge, adapter: [Ethernet2, Ethernet3], subnets: [{prefix: 10.3.0.0/24}]}
          - {name: d, driver: l2bridge, adapter: Ethernet3, subnets: [{prefix: 10.4.0.0/24}]}
          - {name: e, driver: l2bridge, adapter: "Ethernet2,Ethernet3", subnets: [{prefix: 10.5.0.0/24}]}
          - {name: f, driver: l2bridge, adapter: [Ethernet2, ethernet2], subnets: [{prefix: 10.6.0.0/24}]}
          - {name: g, driver: l2bridge, adapter: [], subnets: [{prefix: 10.7.0.0/24}]}
        """
      ).map { $0.split(separator: "\n")[0] } == [
        "4:45+20 adapter-in-use: only l2bridge and overlay networks can name the adapter 'Ethernet' by its vEthernet adapter",
        "4:45+20 adapter-in-use: the adapter 'Ethernet' already has a network with driver overlay",
        "6:42+9 adapter-in-use: the adapter 'Ethernet3' already belongs to a network with other adapters",
        "7:42+21 invalid-name: an adapter of a network cannot have a comma in its name",
        "8:43+9 adapter-in-use: the adapter 'Ethernet2' already belongs to a network with other adapters",
        "8:54+9 duplicate-entry: the adapter 'ethernet2' is listed twice",
        "9:42+0 empty-list: a list of adapters cannot be empty",
      ])
  }

  // MARK: The host

  @Test func portsThatTheHostHoldsCannotBeUsed() throws {
    let host =
      "host: {dns: {servers: [10.0.0.2], search: [corp.example]}, listens: [3389/tcp, 53/udp], "
      + "excludedPorts: [50000-50059]}\n"
    let nat = "networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]\n"
    let read = try profile(host + nat)
    #expect(read.host.dnsServers.map(\.value) == [IPAddress("10.0.0.2")])
    #expect(read.host.dnsSearch.map(\.value) == ["corp.example"])
    #expect(
      read.host.listens.map(\.value) == [
        HostPorts(.tcp, PortRange(3389)), HostPorts(.udp, PortRange(53)),
      ])
    #expect(
      problems(
        host + nat + """
          containers: [{name: web, network: nat, publish: ["3389:80", "3389:80/udp", "50059:81/tcp"]}]
          pods: [{name: agent, hostProcess: true, containers: [{name: x, listens: [53/udp, 53/tcp]}]}]
          """) == [
          """
          3:50+9 port-in-use: the host itself listens on 3389/tcp: HNS refuses the endpoint (ERROR_SHARING_VIOLATION, 0x20)
            note 1:70+8: the host's port is here
            help: use another port
          """,
          """
          3:76+14 port-in-use: Windows excludes 50059/tcp from use: HNS refuses the endpoint (ERROR_SHARING_VIOLATION, 0x20)
            note 1:105+11: the excluded range is here
            help: use another port
          """,
          """
          4:74+6 port-in-use: the host itself listens on 53/udp: the container cannot listen on it
            note 1:80+6: the host's port is here
            help: use another port
          """,
        ])
    #expect(
      problems(
        nat + """
          pods:
            - {name: agent, hostProcess: true, containers: [{name: x, listens: [8080]}]}
            - {name: api, network: nat, publish: ["8080:80"], containers: [{name: y}]}
          """) == [
          """
          4:41+9 duplicate-port: a host-process container listens on host port 8080/tcp
            note 3:71+4: it listens here
            help: use another external port
          """
        ])
    #expect(
      problems("host: {listens: [0/tcp, 80-90/icmp, 443, 443/tcp], excludedPorts: [9-1]}").map {
        $0.split(separator: " ")[1]
      } == ["out-of-range:", "protocol-without-ports:", "duplicate-entry:", "inverted-range:"])
  }
}
