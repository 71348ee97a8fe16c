import HNSEmulator
import HostModel

/// Sections 4.3 and 4.4 of `hns.md`: policies of schema 1 and their schema 2 forms, examples, layout.
enum Section4PolicyCases {
  static let all =
    policiesInBothSchemas + [
      ConformanceCase(
        "4.3 ELB", "both ways", on: Releases.withHCN,
        [
          .hns(
            "POST", "/policylists",
            #"{"References":[],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":8080,"SourceVIP":"10.244.7.9","VIPs":["10.96.0.20"],"ILB":true,"IsDSR":true}]}"#,
            as: "lb"),
          .show(
            "lb",
            .has(
              #"{"SourceVIP":"10.244.7.9","FrontendVIPs":["10.96.0.20"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":8080,"Flags":1}],"Flags":1}"#
            )),
          .create(
            "other", .loadBalancer,
            #"{"FrontendVIPs":["10.96.0.21"],"PortMappings":[{"Protocol":17,"InternalPort":53,"ExternalPort":53,"Flags":2}]}"#
          ),
          .hns(
            "GET", "/policylists/$OTHER", nil,
            .has(
              #"{"Output":{"Policies":[{"Type":"ELB","Protocol":17,"InternalPort":53,"ExternalPort":53,"SourceVIP":"","VIPs":["10.96.0.21"],"ILB":false,"IsDSR":false,"LocalRoutedVip":true}]}}"#
            )),
        ])
    ] + differences + examples + layouts

  /// A policy of an endpoint created in each schema and returned in the other.
  private static func policyInBothSchemas(
    _ row: String, _ detail: String = "both ways", on windows: [String] = Releases.withHCN, v1: String,
    v2: String, shown: String? = nil
  ) -> ConformanceCase {
    ConformanceCase(
      row, detail, on: windows,
      [
        Section4Cases.network(), Section4Cases.endpoint(#""Policies":[\#(v1)]"#),
        .show("web", .at("Policies", "[\(v2)]")), .delete("web"),
        .endpoint("two", on: "net", policies: v2), .show("two", .at("Policies", "[\(v2)]")),
        .hns("GET", "/endpoints/$two", nil, .has(#"{"Output":{"Policies":[\#(shown ?? v1)]}}"#)),
      ])
  }

  static let policiesInBothSchemas: [ConformanceCase] = [
    policyInBothSchemas(
      "4.3 NAT", v1: #"{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080}"#,
      v2: #"{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}"#),
    policyInBothSchemas(
      "4.3 NAT", "udp in lower case, and a reserved port",
      v1: #"{"Type":"NAT","Protocol":"udp","InternalPort":53,"ExternalPort":53,"ExternalPortReserved":true}"#,
      v2: #"{"Type":"PortMapping","Settings":{"Protocol":17,"InternalPort":53,"ExternalPort":53,"Flags":4}}"#,
      shown:
        #"{"Type":"NAT","Protocol":"UDP","InternalPort":53,"ExternalPort":53,"ExternalPortReserved":true}"#),
    policyInBothSchemas(
      "4.3 ACL",
      v1:
        #"{"Type":"ACL","Protocols":"6","LocalAddresses":"10.0.0.4","RemoteAddresses":"10.1.0.0/16","LocalPorts":"80","Priority":1000,"Id":"a1","Action":"Allow","Direction":"In","RuleType":"Switch"}"#,
      v2:
        #"{"Type":"ACL","Settings":{"Protocols":"6","LocalAddresses":"10.0.0.4","RemoteAddresses":"10.1.0.0/16","LocalPorts":"80","Priority":1000,"Id":"a1","Action":"Allow","Direction":"In","RuleType":"Switch"}}"#
    ),
    policyInBothSchemas(
      "4.3 ACL", "single members are converted to lists",
      v1:
        #"{"Type":"ACL","Protocol":17,"LocalPort":53,"RemotePort":1053,"Priority":1000,"Action":"Block","Direction":"Out","RuleType":"Switch"}"#,
      v2:
        #"{"Type":"ACL","Settings":{"Protocols":"17","LocalPorts":"53","RemotePorts":"1053","Priority":1000,"Action":"Block","Direction":"Out","RuleType":"Switch"}}"#,
      shown: #"{"Type":"ACL","Protocols":"17","LocalPorts":"53","RemotePorts":"1053","Scope":0}"#),
    policyInBothSchemas(
      "4.3 ACL", "protocol 256 is any, InternalPort is a local port",
      v1:
        #"{"Type":"ACL","Protocol":256,"Action":"Allow","Direction":"In","RuleType":"Switch"},{"Type":"ACL","Protocol":6,"InternalPort":80,"Action":"Allow","Direction":"In","RuleType":"Switch"}"#,
      v2:
        #"{"Type":"ACL","Settings":{"Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Protocols":"6","LocalPorts":"80","Action":"Allow","Direction":"In","RuleType":"Switch"}}"#,
      shown: #"{"Type":"ACL","Action":"Allow"},{"Type":"ACL","Protocols":"6","LocalPorts":"80"}"#),
    policyInBothSchemas(
      "4.3 OutBoundNAT",
      v1:
        #"{"Type":"OutBoundNAT","VIP":"192.0.2.10","ExceptionList":["10.0.0.0/8"],"Destinations":["10.244.7.5"],"MaxPortPoolUsage":9}"#,
      v2:
        #"{"Type":"OutBoundNAT","Settings":{"VirtualIP":"192.0.2.10","Exceptions":["10.0.0.0/8"],"Destinations":["10.244.7.5"],"MaxPortPoolUsage":9}}"#
    ),
    policyInBothSchemas(
      "4.3 ROUTE",
      v1: #"{"Type":"ROUTE","DestinationPrefix":"10.96.0.0/12","NextHop":"10.244.7.1","NeedEncap":true}"#,
      v2:
        #"{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12","NextHop":"10.244.7.1","NeedEncap":true}}"#
    ),
    policyInBothSchemas(
      "4.3 PROXY", on: ["ltsc2022", "ltsc2025"],
      v1:
        #"{"Type":"PROXY","IP":"10.0.0.0/24","Port":"80","ExceptionList":["10.0.0.9"],"Destination":"10.0.0.5:15001","OutboundNat":true}"#,
      v2:
        #"{"Type":"L4Proxy","Settings":{"IP":"10.0.0.0/24","Port":"80","Exceptions":["10.0.0.9"],"Destination":"10.0.0.5:15001","OutboundNAT":true}}"#
    ),
    policyInBothSchemas(
      "4.3 PA and VNET", v1: #"{"Type":"PA","PA":"192.0.2.4"}"#,
      v2: #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"192.0.2.4"}}"#),
    policyInBothSchemas(
      "4.3 PA and VNET", "chosen: VNET is returned as PA", v1: #"{"Type":"VNET","PA":"192.0.2.4"}"#,
      v2: #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"192.0.2.4"}}"#,
      shown: #"{"Type":"PA","PA":"192.0.2.4"}"#),
    policyInBothSchemas(
      "4.3 QOS", v1: #"{"Type":"QOS","MaximumOutgoingBandwidthInBytes":1000000}"#,
      v2: #"{"Type":"QOS","Settings":{"MaximumOutgoingBandwidthInBytes":1000000}}"#),
    policyInBothSchemas(
      "4.3 L2Driver", v1: #"{"Type":"L2Driver"}"#, v2: #"{"Type":"L2Driver","Settings":{}}"#),
    ConformanceCase(
      "4.3 L2Driver", "HNS adds it on L2Bridge", on: Releases.withHCN,
      [
        .l2bridge("net"), .endpoint("web", on: "net"),
        .show("web", .at("Policies", #"[{"Type":"L2Driver","Settings":{}}]"#)),
        .query("web", nil, .at("Policies", #"[{"Type":"L2Driver"}]"#)),
      ]),
    subnetInBothSchemas(
      "VLAN", v1: #"{"Type":"VLAN","VLAN":12}"#, v2: #"{"Type":"VLAN","Settings":{"IsolationId":12}}"#),
    subnetInBothSchemas(
      "VSID", v1: #"{"Type":"VSID","VSID":9999}"#, v2: #"{"Type":"VSID","Settings":{"IsolationId":9999}}"#),
    subnetInBothSchemas(
      "Isolation with a VSID", v1: #"{"Type":"Isolation","VSID":9999}"#,
      v2: #"{"Type":"VSID","Settings":{"IsolationId":9999}}"#, shown: #"{"Type":"VSID","VSID":9999}"#),
    subnetInBothSchemas(
      "Isolation with a VLAN", v1: #"{"Type":"Isolation","VLAN":12}"#,
      v2: #"{"Type":"VLAN","Settings":{"IsolationId":12}}"#, shown: #"{"Type":"VLAN","VLAN":12}"#),
  ]

  private static func subnetInBothSchemas(
    _ detail: String, v1: String, v2: String, shown: String? = nil
  ) -> ConformanceCase {
    ConformanceCase(
      "4.3 VLAN, VSID and Isolation", detail, on: Releases.withHCN,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"l2bridge","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.1.0.0/24","Policies":[\#(v1)]}]}"#,
          as: "net"), .show("net", .at("Ipams.0.Subnets.0.Policies", "[\(v2)]")),
        .create(
          "two", .network,
          #"{"Name":"m","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet 2"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.2.0.0/24","Policies":[\#(v2)]}]}]}"#
        ), .query("two", nil, .at("Subnets.0.Policies", "[\(shown ?? v1)]")),
      ])
  }

  static let differences: [ConformanceCase] = [
    ConformanceCase(
      "4.3 ACL before 7.2", "a Host rule has number 100; numeric protocols are read", on: ["1607", "1709"],
      [
        Section4Cases.network(),
        Section4Cases.endpoint(
          #""Policies":[{"Type":"ACL","Protocol":6,"LocalPort":80,"Action":"Allow","Direction":"In","RuleType":"Host","Priority":100},{"Type":"ACL","Protocol":256,"Action":"Allow","Direction":"Out","RuleType":"Switch","Priority":200}]"#
        ),
      ])
  ]

  static let examples: [ConformanceCase] = [
    ConformanceCase(
      "4.4 network request", on: Releases.all,
      [
        .hns(
          "POST", "/networks/",
          #"{"Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}],"DNSServerList":"10.0.0.53"}"#,
          .has(
            #"{"Success":true,"Output":{"Name":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}],"DNSServerList":"10.0.0.53"}}"#
          ))
      ]),
    ConformanceCase(
      "4.4 endpoint request", on: Releases.all,
      [
        Section4Cases.network(),
        .hns(
          "POST", "/endpoints/",
          #"{"VirtualNetwork":"$NET","Name":"web1","IPAddress":"172.30.16.9","MacAddress":"00-15-5D-01-02-03","Policies":[{"Type":"NAT","Protocol":"tcp","InternalPort":80,"ExternalPort":8080,"ExternalPortReserved":true},{"Type":"QOS","MaximumOutgoingBandwidthInBytes":1000000},{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]}]}"#,
          .has(
            #"{"Success":true,"Output":{"Name":"web1","IPAddress":"172.30.16.9","MacAddress":"00-15-5D-01-02-03","Policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080,"ExternalPortReserved":true},{"Type":"QOS","MaximumOutgoingBandwidthInBytes":1000000},{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]}]}}"#
          )),
      ]),
    ConformanceCase(
      "4.4 ACL update", on: ["1803", "ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"],
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns(
          "POST", "/endpoints/$web",
          #"{"ID":"$web","Policies":[{"Type":"ACL","Id":"a1","Protocol":6,"Action":"Allow","Direction":"In","RemoteAddresses":"10.1.0.0/16","LocalPorts":"80","RuleType":"Switch","Priority":1000},{"Type":"ACL","Protocol":256,"Action":"Allow","Direction":"In","RuleType":"Host"}]}"#,
          .has(
            #"{"Success":true,"Output":{"Policies":[{"Type":"ACL","Id":"a1","RemoteAddresses":"10.1.0.0/16","Scope":"<any>"},{"Type":"ACL","RuleType":"Host"}]}}"#
          )),
      ]),
    ConformanceCase(
      "4.4 load balancer", on: Releases.all,
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns(
          "POST", "/policylists/",
          #"{"References":["/endpoints/$web"],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIPs":["10.96.0.20"],"ILB":true}]}"#,
          .has(
            #"{"Success":true,"Output":{"References":["/endpoints/$web"],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIPs":["10.96.0.20"],"ILB":true}]}}"#
          )),
      ]),
  ]

  static let layouts: [ConformanceCase] = [
    ConformanceCase(
      "4.4 alphabetical layout", on: ["1709", "1803", "ltsc2019"],
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns("GET", "/networks", nil, .isAlphabetical, .members("", ["Output", "Success"])),
        .hns("GET", "/endpoints/$web", nil, .isAlphabetical),
        .hns("POST", "/namespaces", "{}", .isAlphabetical),
      ]),
    ConformanceCase(
      "4.4 alphabetical layout", "the assumption v1Layout", on: Section4Cases.newest,
      assumptions: [.v1Layout: "alphabetical"],
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns("GET", "/networks", nil, .isAlphabetical),
        .hns("GET", "/endpoints/$web", nil, .isAlphabetical),
      ]),
    ConformanceCase(
      "4.4 zeros are written", on: ["1709", "1803", "ltsc2019", "1903", "2004"],
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns(
          "GET", "/networks/$NET", nil,
          .has(
            #"{"Output":{"Flags":0,"IPv6":false,"Policies":[],"CurrentEndpointCount":1,"AdditionalParams":{},"MaxConcurrentEndpoints":0}}"#
          )),
        .hns(
          "GET", "/endpoints/$web", nil,
          .has(
            #"{"Output":{"Policies":[],"SharedContainers":[],"DNSSuffix":"","EncapOverhead":0,"EnableInternalDNS":false,"AdditionalParams":{}}}"#
          )),
      ]),
    ConformanceCase(
      "4.4 schema order", "of endpoints", on: ["ltsc2022"] + Section4Cases.newest,
      [
        Section4Cases.network(), Section4Cases.endpoint(),
        .hns(
          "GET", "/endpoints/$web", nil,
          .ordered(
            "Output",
            [
              "ID", "Name", "Version", "AdditionalParams", "Resources", "State", "VirtualNetwork",
              "VirtualNetworkName", "MacAddress", "IPAddress", "PrefixLength", "GatewayAddress",
              "IPSubnetId", "DNSServerList", "DNSSuffix", "SharedContainers",
            ])),
      ]),
    ConformanceCase(
      "4.4 schema order", "the assumption v1Layout", on: ["ltsc2019"], assumptions: [.v1Layout: "schema"],
      [
        Section4Cases.network(),
        .hns(
          "GET", "/networks/$NET", nil,
          .begins("Output", ["ID", "Name", "Version", "AdditionalParams", "Resources", "State"])),
      ]),
    ConformanceCase(
      "4.4 order of the record", "Success, Error, ErrorCode",
      on: ["1903", "ltsc2022"] + Section4Cases.newest,
      [.hns("GET", "/networks/$none", nil, .members("", ["Success", "Error", "ErrorCode"]))]),
    ConformanceCase(
      "4.4 order of the record", "alphabetical on older releases", on: ["1709", "1803", "ltsc2019"],
      [.hns("GET", "/networks/$none", nil, .members("", ["Error", "ErrorCode", "Success"]))]),
    ConformanceCase(
      "4.4 case of Type", "as sent, which 10.3 corrects", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"n","Type":"NAT"}"#, .at("Output.Type", #""NAT""#)),
        .hns("POST", "/networks", #"{"Name":"k","Type":"nat"}"#, .at("Output.Type", #""nat""#)),
      ]),
    ConformanceCase(
      "4.4 VSID is flat", on: Releases.all,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"overlay","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.1.0.0/24","Policies":[{"Type":"VSID","VSID":9999}]}]}"#,
          .at("Output.Subnets.0.Policies", #"[{"Type":"VSID","VSID":9999}]"#))
      ]),
    ConformanceCase(
      "4.4 allocators of NAT", on: ["1709", "1803", "ltsc2019", "1903", "2004"],
      [
        Section4Cases.network(),
        .hns(
          "GET", "/networks/$NET", nil,
          .has(
            #"{"Output":{"Resources":{"AllocationOrder":2,"Allocators":[{"Tag":"Host Vnic","AdapterNetCfgInstanceId":"<any>","CompartmendId":0,"Connected":true,"DevicelessNic":false,"EndpointNicGuid":"<guid>","EndpointPortGuid":"<guid>","Hidden":false,"InterfaceGuid":"<guid>","IsPolicy":false,"IsolationId":0,"MTU":0,"MacAddress":"<mac>","ManagementPort":true,"NicFriendlyName":"net","PreferredPortFriendlyName":"<any>","State":3,"SwitchId":"<guid>","WaitForIpv6Interface":false,"nonPersistentPort":false},{"Tag":"ICS","Dhcp":false,"Dns":true,"ExternalInterfaceConstraint":0,"ICSFlags":0,"Prefix":20,"PrivateInterfaceGUID":"<guid>","SubnetIPAddress":"172.30.16.0","State":3,"Health":{"DHCPState":0,"DNSState":0,"ICSState":0}}]}}}"#
          )),
      ]),
    ConformanceCase(
      "4.4 allocators of Overlay", on: Releases.all.filter { $0 != "1607" },
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"overlay","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.1.0.0/24","Policies":[{"Type":"VSID","VSID":9999}]}]}"#,
          as: "net",
          .has(
            #"{"Output":{"Resources":{"Allocators":[{"Tag":"RDID","Isolation_0":9999,"PortId":"<guid>","RDID":"$NET","SwitchId":"<guid>","State":3}]}}}"#
          ))
      ]),
  ]
}
