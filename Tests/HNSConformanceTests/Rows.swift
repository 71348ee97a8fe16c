/// The rows and facts of sections 0 to 6, 8 and 10 of `hns.md` that can be tested on a service, by short names.
///
/// Each has a case, or a reason for not having one.
enum Rows {
  static let all =
    section0 + section1 + section2 + section3 + section4 + section5 + section6 + section8
    + section10Networks + section10Documents

  static let section0 = (1...12).map { "0 rule \($0)" }

  /// The documents, as far as the other sections use them.
  static let section1 =
    [
      "1.1 base members", "1.1 members that Go always sends", "1.1 ids without braces",
      "1.1 schema versions of clients", "1.1 schema of each build", "1.1 enumerations", "1.1 unknown members",
      "1.1 case of member names", "1.2 MAC pool", "1.2 Dns", "1.2 Ipams", "1.2 subnets",
      "1.2 an IpSubnet of the subnet's prefix is added", "1.2 checks of hcsshim", "1.3 modes of containers",
      "1.3 other modes", "1.4 network flags", "1.5 name of an unnamed endpoint", "1.5 HostComputeNamespace",
      "1.5 MAC address", "1.5 endpoint flags", "1.5 endpoint on another host", "1.5 IpSubnetId",
      "1.6 namespace types", "1.7 load balancer", "1.7 route", "1.7 guest network service",
      "1.8 second InterfaceParameters", "1.8 types by schema", "1.8.1 order of members", "1.8.1 Protocols",
      "1.8.1 Id", "1.8.1 RuleType omitted", "1.8.1 names of IP sets", "1.9 policies of subnets",
    ]
    + [
      "PortMapping", "ACL", "QOS", "L2Driver", "OutBoundNAT", "SDNRoute", "L4Proxy", "L4WFPPROXY",
      "ProviderAddress", "PortName", "EncapOverhead", "InterfaceConstraint", "Encryption", "VLAN",
      "InterfaceParameters", "Iov", "TierAcl", "Firewall",
    ].map { "1.8 \($0)" }
    + [
      "SourceMacAddress", "NetAdapterName", "InterfaceConstraint", "VSwitchExtension", "ProviderAddress",
      "DrMacAddress", "AutomaticDNS", "RemoteSubnetRoute", "VxlanPort", "HostRoute", "SetPolicy", "L4Proxy",
      "LayerConstraint", "NetworkACL", "NeighborDiscovery",
    ].map { "1.9 \($0)" }

  static let section2 = [
    "2 network request", "2 network settings by type", "2 endpoint request", "2 port of a virtual machine",
    "2 refresh of a port", "2 namespace request", "2 request types", "2 responses",
    "2 load balancer modify", "2 guest network service modify", "2 query members",
    "2 query without a version",
    "2 filter keys", "2 filter by Flags", "2 no filter by address", "2 several filter members",
    "2 query tolerates a filter", "2 enumerate output", "2 nothing found", "2 client texts",
  ]

  static let section3 = [
    "3 enumerate", "3 create", "3 open", "3 modify", "3 query properties", "3 delete", "3 close",
    "3 endpoint stats and addresses", "3 service handle", "3 guest ports", "3 registering callbacks",
    "3 notification numbers", "3 notifications of networks", "3 notifications of namespaces",
    "3 notifications of endpoints", "3 notifications of guest network services", "3 service disconnect",
    "3 notification data", "3 network flags in the data", "3 ids by argument and document",
    "3 creating a network again", "3.1 record", "3.1 observed records", "3.1 code and record agree",
    "3.1 texts of hcsshim", "3.1 helpers of clients", "3.2 codes", "3.2 other codes",
  ]

  static let section4 = [
    "4 response", "4 failure in the response", "4 empty output", "4 missing endpoint text",
    "4 missing namespace text", "4 older constant", "4 host port in use", "4.1 slashes", "4.1 networks",
    "4.1 one network", "4.1 update of a network", "4.1 endpoints", "4.1 update of an endpoint",
    "4.1 attach and detach", "4.1 endpointstats", "4.1 policylists", "4.1 namespaces",
    "4.1 resources of a namespace", "4.1 globals", "4.1 accelnet", "4.1 other paths", "4.2 HNSNetwork",
    "4.2 HNSEndpoint", "4.2 EndpointState", "4.2 PolicyList", "4.2 subnets", "4.2 addresses", "4.2 DNS",
    "4.2 flags", "4.2 namespace of an endpoint", "4.2 ProviderAddress and ManagementIP", "4.3 NAT",
    "4.3 ACL", "4.3 OutBoundNAT", "4.3 ROUTE", "4.3 ELB", "4.3 PROXY", "4.3 PA and VNET", "4.3 QOS",
    "4.3 VLAN, VSID and Isolation", "4.3 L2Driver", "4.3 ACL before 7.2", "4.4 network request",
    "4.4 endpoint request", "4.4 ACL update", "4.4 load balancer", "4.4 alphabetical layout",
    "4.4 zeros are written", "4.4 schema order", "4.4 order of the record", "4.4 case of Type",
    "4.4 VSID is flat", "4.4 allocators of NAT", "4.4 allocators of Overlay", "4.4 endpoints of 1809",
  ]

  static let section5 = [
    "5.1 API.V1", "5.1 ACL.AclAddressLists", "5.1 AclNoHostRulePriority", "5.1 AclPortRanges",
    "5.1 AclRuleId", "5.1 API.V2", "5.1 RemoteSubnet", "5.1 HostRoute", "5.1 DSR",
    "5.1 Slash32EndpointPrefixes", "5.1 AclSupportForProtocol252", "5.1 SessionAffinity",
    "5.1 IPv6DualStack", "5.1 SetPolicy", "5.1 VxlanPort", "5.1 L4Proxy", "5.1 L4WfpProxy", "5.1 TierAcl",
    "5.1 NetworkACL", "5.1 NestedIpSet", "5.1 DisableHostPort", "5.1 ModifyLoadbalancer", "5.1 Accelnet",
    "5.1 keys of SupportedFeatures", "5.1 range test", "5.2 Version of objects",
    "5.2 version of each release",
    "5.2 features not covered by client tests", "5.2 recommended personas",
  ]

  static let section6 = [
    "6.1 network ids upper, endpoint ids lower", "6.1 endpoint ids in a namespace upper",
    "6.1 references in any case", "6.1 endpoints of a load balancer in any case", "6.1 namespace ids upper",
    "6.1 duplicate endpoint name", "6.1 duplicate network name", "6.1 duplicate endpoint id",
    "6.1 case of names in lookups", "6.2 NAT network, no Ipams", "6.2 any network",
    "6.2 management address assigned later", "6.2 endpoint with name and schema version only",
    "6.2 endpoint on the nat network of docker", "6.2 address without a prefix length",
    "6.2 NAT over both families", "6.2 order of addresses", "6.2 reserved addresses",
    "6.2 requested address is in use", "6.2 address outside the subnet",
    "6.2 L2Bridge and Overlay assign addresses too", "6.3 network with endpoints",
    "6.3 endpoint of a deleted network", "6.3 endpoint in a namespace",
    "6.3 namespace with a container", "6.3 namespace with endpoints only", "6.3 missing objects",
    "6.3 references that prevent deletion", "6.3 what a restart preserves",
    "6.4 separate or default compartment", "6.4 a compartment opens with the first container",
    "6.4 numbers of compartments", "6.4 the default namespace",
    "6.4 a given NamespaceId and several default ones", "6.4 containers join by id",
    "6.4 containers without a namespace object", "6.4 endpoints added and removed while containers run",
    "6.4 endpoint already in a namespace", "6.4 endpoint already attached",
    "6.4 states of an endpoint", "6.4 endpoint of the host", "6.4 removing an absent endpoint",
    "6.5 duplicate protocol and external port", "6.5 other protocol or other VIP",
    "6.5 port of another process", "6.5 internal port 0", "6.5 network without port mappings",
    "6.5 L2Bridge with LocalRoutedVip, and NAT of the older schema", "6.5 separate entry for IPv6",
    "6.5 ports that docker reserves", "6.5 no external port", "6.5 blocks of ports",
    "6.5 ports are in use until released", "6.5 firewall rule for a mapping", "6.6 Add", "6.6 Remove",
    "6.6 Update", "6.6 POST of the older schema", "6.6 network policies", "6.6 echo of settings",
    "6.6 IP sets", "6.7 NAT and Transparent: Windows Firewall",
    "6.7 L2Bridge, L2Tunnel and Overlay: VFP too", "6.7 Switch ACL on NAT", "6.7 TierAcl on L2Bridge",
    "6.7 ACL after create on NAT, version 1803", "6.7 ACL on NAT, Windows Server 2025",
    "6.7 Windows Firewall without ACLs",
    "6.8 lower priorities first", "6.8 allow at 65500 without ACLs", "6.8 the first ACL blocks the rest",
    "6.8 the counter-claim about Server 2019", "6.8 equal priorities", "6.8 priorities in use",
    "6.8 Host ACLs without a priority and Switch ACLs", "6.8 stateful", "6.8 invalid policies",
    "6.9 Overlay needs a VSID", "6.9 an adapter for each external switch",
    "6.9 Transparent network for a foreign switch", "6.9 gateway of L2Bridge pods",
    "6.9 HostRoute and RemoteSubnetRoute on Overlay", "6.9 SDNRoute with host bits",
    "6.9 IPv6 gateway with IPv6 disabled", "6.10 load balancer", "6.10 flags are returned",
    "6.10 duplicate or exhausted ports", "6.10 the same load balancer twice",
  ]

  /// The output of tools; the documents are those of section 4.2.
  static let section8 = [
    "8.1 hnsdiag", "8.2 network", "8.3 endpoint", "8.3 allocators of an endpoint", "8.4 namespace",
    "8.4 policy list", "8.4 no document has a member Error",
  ]

  /// Remote endpoints, shared adapters, and what 10.3 and 10.4 add to networks and endpoints.
  static let section10Networks = [
    "10.1 address of a remote endpoint", "10.1 address of a local endpoint",
    "10.1 MAC address of remote endpoints", "10.1 remote and local endpoint with one address",
    "10.1 kube-proxy", "10.2 networks of one type", "10.2 vEthernet", "10.2 another type", "10.2 teams",
    "10.3 case of endpoints in a load balancer", "10.3 DNS of the node", "10.4 modes on ordinary hosts",
    "10.4 ICS assigns addresses", "10.4 policy 17", "10.4 port published twice",
    "10.4 port of a host process", "10.4 load balancer after a restart", "10.4 dual stack before 2004",
    "10.4 docker without a subnet: nat", "10.4 docker without a subnet: transparent",
    "10.4 OutBoundNAT policies by family", "10.4 rules of a RemoteSubnetRoute",
    "10.4 objects of another version", "10.4 tools",
  ]

  /// Section 10.3, and what 10.4 says about tools.
  static let section10Documents = [
    "10.3 network of 1607", "10.3 order of a network", "10.3 external and ICS members", "10.3 Type as sent",
    "10.3 overlay", "10.3 detailed network", "10.3 nat of 2019", "10.3 nat since 13.3",
    "10.3 nat before 13.3",
    "10.3 allocators of nat since 13.3", "10.3 endpoint of 9.x", "10.3 endpoint of 13.3",
    "10.3 endpoint of 15.0", "10.3 ids before 2019", "10.3 MAC addresses before 2019",
    "10.3 endpoint ids of 2019", "10.3 ids of networks in schema 2", "10.3 ids in newer endpoints",
    "10.3 order of a namespace", "10.3 namespace of 13.3", "10.3 compartment of a namespace",
    "10.3 default namespace", "10.4 hnsdiag",
  ]

  /// The rows without a case.
  static let notCovered = [
    NotCovered("1.2 checks of hcsshim", "clients make these checks, and the service must not"),
    NotCovered("2 client texts", "clients generate these texts"),
    NotCovered("3 close", "handles belong to the client; closing one is not a call of the service"),
    NotCovered("3 service handle", "an older form of the interface, seen in one client only"),
    NotCovered("3 guest ports", "they reserve ports of the host's own stack, which is not emulated"),
    NotCovered("3.1 texts of hcsshim", "a client generates these texts"),
    NotCovered("3.1 helpers of clients", "checks of codes in clients; the codes are in 3.2"),
    NotCovered("4 older constant", "a constant of a client; which builds return it is not documented"),
    NotCovered("4.4 endpoints of 1809", "the release is emulated with its update of 2020, HNS 9.3"),
    NotCovered("5.1 keys of SupportedFeatures", "a client generates this document"),
    NotCovered(
      "5.2 features not covered by client tests", "the results of these tests are not documented"),
    NotCovered(
      "6.2 endpoint on the nat network of docker", "which builds and networks do this is not documented"),
    NotCovered("6.5 port of another process", "see 10.4 port of a host process"),
    NotCovered("6.5 ports that docker reserves", "done by the client"),
    NotCovered("6.5 blocks of ports", "not visible in documents; ports are assigned singly"),
    NotCovered("6.7 ACL after create on NAT, version 1803", "applies to a preview build"),
    NotCovered("6.8 the counter-claim about Server 2019", "one user's word against the documentation"),
    NotCovered("6.8 stateful", "packets are evaluated by another module; see FilterEngineTests"),
    NotCovered("6.9 Transparent network for a foreign switch", "only the service makes assumptions"),
    NotCovered("6.9 gateway of L2Bridge pods", "a convention of clients"),
    NotCovered(
      "6.9 HostRoute and RemoteSubnetRoute on Overlay", "a convention of clients; a refusal is not documented"
    ),
    NotCovered("6.9 IPv6 gateway with IPv6 disabled", "IPv6 cannot be disabled on an emulated host"),
    NotCovered(
      "6.10 duplicate or exhausted ports", "the duplicate has its own row; ports are not exhausted"),
    NotCovered("10.4 rules of a RemoteSubnetRoute", "no packets are carried, so that none are lost"),
    NotCovered("10.4 objects of another version", "stored objects are those of the emulator"),
    NotCovered("10.4 tools", "clients of the service"),
    NotCovered("8.1 hnsdiag", "the layout of a tool; its documents are those of 8.2 to 8.4"),
    NotCovered("10.4 hnsdiag", "the layout and the verbs of a tool; its documents are those of 10.3"),
  ]
}
