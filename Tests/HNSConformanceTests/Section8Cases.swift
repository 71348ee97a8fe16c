import HNSEmulator

/// Section 8 of `hns.md`: the members of schema 1 documents that tools show.
enum Section8Cases {
  static let all: [ConformanceCase] = [
    ConformanceCase(
      "8.2 network", "of NAT", on: ["ltsc2019", "1903", "2004"],
      [
        Section4Cases.network(),
        .hns(
          "GET", "/networks/$NET", nil,
          .has(
            #"{"Output":{"ActivityId":"<guid>","AdditionalParams":{},"CurrentEndpointCount":0,"Extensions":[{"Id":"E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A","IsEnabled":false},{"IsEnabled":false},{"IsEnabled":true}],"Flags":0,"GatewayMac":"<mac>","Health":{"LastErrorCode":0,"LastUpdateTime":"<number>"},"ID":"$NET","IPv6":false,"LayeredOn":"<guid>","MacPools":[{}],"MaxConcurrentEndpoints":0,"Name":"net","NatName":"<any>","Policies":[],"State":1,"Subnets":[{"AdditionalParams":{},"AddressPrefix":"172.30.16.0/20","Flags":0,"GatewayAddress":"172.30.16.1","Health":{},"ID":"<guid>","IpSubnets":[{"ObjectType":6}],"ObjectType":5,"Policies":[],"State":0}],"TotalEndpoints":0,"Type":"<any>","Version":"<number>"}}"#
          ), .keeps("activity", "Output.ActivityId"),
          .has(
            #"{"Output":{"Resources":{"AdditionalParams":{},"AllocationOrder":2,"Allocators":[{},{}],"CompartmentOperationTime":0,"Flags":0,"Health":{},"ID":"<guid>","PortOperationTime":0,"State":1,"SwitchOperationTime":0,"VfpOperationTime":0,"parentId":"<guid>"}}}"#
          )), .hns("GET", "/networks/$NET", nil, .at("Output.Resources.ID", #""$activity""#)),
      ]),
    ConformanceCase(
      "8.2 network", "of L2Bridge: the VFP filter is enabled", on: ["ltsc2019", "2004"],
      [
        .hns(
          "POST", "/networks", #"{"Name":"n","Type":"l2bridge","NetworkAdapterName":"Ethernet"}"#,
          .has(#"{"Output":{"DNSServerCompartment":0,"DrMacAddress":"<mac>"}}"#),
          .at(
            "Output.Extensions.1",
            #"{"Id":"E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017","IsEnabled":true,"Name":"Microsoft Azure VFP Switch Extension"}"#
          ),
          .at(
            "Output.Extensions.2",
            #"{"Id":"EA24CD6C-D17A-4348-9190-09F0D5BE83DD","IsEnabled":true,"Name":"Microsoft NDIS Capture"}"#
          ))
      ]),
    ConformanceCase(
      "8.3 endpoint", on: ["1903", "2004"],
      [
        Section4Cases.network(),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$NET","Name":"web"}"#, as: "web",
          .has(
            #"{"Output":{"ActivityId":"<guid>","AdditionalParams":{},"CreateProcessingStartTime":"<number>","DNSServerList":"","DNSSuffix":"","EnableInternalDNS":false,"EnableLowInterfaceMetric":false,"EncapOverhead":0,"GatewayAddress":"172.30.16.1","Health":{"LastErrorCode":0},"ID":"$web","IPAddress":"<address>","MacAddress":"<mac>","Name":"web","Policies":[],"PrefixLength":20,"Resources":{"State":1},"SharedContainers":[],"State":1,"Version":"<number>","VirtualNetwork":"$NET","VirtualNetworkName":"net"}}"#
          )),
      ]),
    allocators(2, "its port, its rules and its isolation", on: Releases.all.filter { !hasRouter($0) }),
    allocators(
      3, "the compartment comes after that of the distributed router", on: Releases.all.filter(hasRouter)),
    ConformanceCase(
      "8.4 namespace", on: Releases.withHCN.filter { $0 != "ltsc2022" },
      [
        .hns(
          "POST", "/namespaces", "{}", as: "pod",
          .has(
            #"{"Output":{"ActivityId":"<guid>","AdditionalParams":{},"CompartmentId":0,"Containers":[],"Flags":0,"Health":{"LastErrorCode":0},"ID":"$POD","IsDefault":false,"Policies":[],"ResourceList":[],"SchemaVersion":{"Major":0,"Minor":0},"State":1,"Version":"<number>","Resources":{"State":1}}}"#
          ), .lacks("Output.CompartmentGuid")),
        .hns("POST", "/namespaces", #"{"IsDefault":true}"#, .lacks("Output.SchemaVersion")),
      ]),
    ConformanceCase(
      "8.4 policy list", on: Releases.withHCN,
      [
        .hns(
          "POST", "/policylists",
          #"{"References":[],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":80,"VIPs":["10.96.0.1"]}]}"#,
          as: "lb",
          .has(
            #"{"Output":{"ActivityId":"<guid>","AdditionalParams":{},"Flags":0,"Health":{"LastErrorCode":0},"ID":"$LB","IsApplied":true,"Policies":[{"ExternalPort":80,"InternalPort":80,"IsDSR":false,"LocalRoutedVip":false,"Protocol":6,"SourceVIP":"","Type":"ELB","VIPs":["10.96.0.1"]}],"References":[],"State":2,"Version":"<number>","Resources":{"State":1}}}"#
          ))
      ]),
    ConformanceCase(
      "8.4 no document has a member Error", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"),
        .query("net", nil, .lacks("Error")), .query("web", nil, .lacks("Error")),
        .query("pod", nil, .lacks("Error")), .show("net", .lacks("Error")), .show("web", .lacks("Error")),
        .stats("web", .lacks("Error")),
      ]),
  ]

  /// Whether overlay networks of a release have a distributed router in compartment 2
  /// (reference: windows-firewall-and-vfp, 10.4 and 10.6).
  private static func hasRouter(_ release: String) -> Bool { ["ltsc2022", "ltsc2025"].contains(release) }

  private static func allocators(
    _ compartment: Int, _ detail: String, on releases: [String]
  ) -> ConformanceCase {
    ConformanceCase(
      "8.3 allocators of an endpoint", detail, on: releases,
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"overlay","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.1.0.0/24","Policies":[{"Type":"VSID","VSID":9999}]}]}"#,
          as: "net"), .hns("POST", "/endpoints", #"{"VirtualNetwork":"$NET","Name":"web"}"#, as: "web"),
        .hns("POST", "/endpoints/$web/attach", #"{"ContainerId":"c"}"#),
        .hns(
          "GET", "/endpoints/$web", nil,
          .has(
            #"{"Output":{"Resources":{"Allocators":[{"Tag":"Endpoint Port","AllocationOrder":0,"CompartmendId":\#(compartment),"Connected":true,"DevicelessNic":false,"EndpointNicGuid":"<guid>","EndpointPortGuid":"<guid>","Hidden":false,"ID":"<guid>","InterfaceGuid":"<guid>","IsPolicy":false,"IsolationId":9999,"MacAddress":"<mac>","ManagementPort":false,"NicFriendlyName":"web","PreferredPortFriendlyName":"$WEB","SwitchId":"<guid>"},{"Tag":"ACL Policy","IsPolicy":true,"Rules":[{"Direction":"In","Priority":65500},{"Direction":"Out","Priority":65500}]},{"Tag":"Isolation Policy","InDefaultIsolation":false,"IsolationID":9999,"IsolationType":0,"State":3}]}}}"#
          )),
      ])
  }
}
