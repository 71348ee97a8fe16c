import HNSEmulator

/// Section 4 of `hns.md`: `HNSCall`, its paths, and the documents of schema 1.
enum Section4Cases {
  static let all = responses + paths + objects + Section4PolicyCases.all

  /// Releases before and after the layout changed.
  static let newest = ["ltsc2025"]

  static let success = Answer.has(#"{"Success":true}"#)

  static func network(_ name: String = "net", _ members: String = "") -> Step {
    .hns(
      "POST", "/networks/",
      #"{"Name":"\#(name)","Type":"nat",\#(members)"Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}]}"#,
      as: name, success)
  }

  static func endpoint(_ members: String = "", _ answer: Answer...) -> Step {
    Step(
      .call(
        .hns(
          "POST", "/endpoints/",
          #"{"VirtualNetwork":"$NET"\#(members.isEmpty ? "" : ",")\#(members)}"#), object: "web", kind: nil),
      [success] + answer, #line, #fileID)
  }

  static let responses: [ConformanceCase] = [
    ConformanceCase(
      "4 response", on: Releases.all,
      [.hns("GET", "/networks/", nil, .has(#"{"Success":true,"Output":[]}"#), .lacks("Error"))]),
    ConformanceCase(
      "4 failure in the response", "the call itself succeeds", on: Releases.all,
      [
        .hns(
          "GET", "/networks/$none", nil,
          .has(#"{"Success":false,"Error":"The network was not found. ","ErrorCode":2151350273}"#),
          .lacks("Output")),
        .hns("GET", "/networks/garden", nil, .has(#"{"Success":false,"ErrorCode":2151350297}"#)),
        .hns("PATCH", "/networks/", nil, .has(#"{"Success":false,"ErrorCode":2151350293}"#)),
        .hns("GET", "/weather", nil, .has(#"{"Success":false,"ErrorCode":2151350293}"#)),
        .hns("POST", "/networks", "[]", .has(#"{"Success":false,"ErrorCode":2151350299}"#)),
      ]),
    ConformanceCase(
      "4 empty output", "of a deletion", on: Releases.all,
      [network(), .hns("DELETE", "/networks/$NET", nil, .answers(#"{"Success":true}"#))]),
    ConformanceCase(
      "4 missing endpoint text", on: Releases.all,
      [
        .hns(
          "DELETE", "/endpoints/$none", nil,
          .has(#"{"Success":false,"Error":"The endpoint was not found. "}"#))
      ]),
    ConformanceCase(
      "4 missing namespace text", on: Releases.all,
      [.hns("GET", "/namespaces/$none", nil, .has(#"{"Success":false,"Error":"Element not found. "}"#))]),
    ConformanceCase(
      "4 host port in use", on: Releases.withHCN,
      [
        network(),
        endpoint(#""Policies":[{"Type":"NAT","Protocol":"tcp","InternalPort":80,"ExternalPort":8080}]"#),
        .hns(
          "POST", "/endpoints/",
          #"{"VirtualNetwork":"$NET","Policies":[{"Type":"NAT","Protocol":"tcp","InternalPort":80,"ExternalPort":8080}]}"#,
          .has(#"{"Success":false,"Error":"The specified port already exists. "}"#)),
      ]),
  ]

  static let paths: [ConformanceCase] = [
    ConformanceCase(
      "4.1 slashes", "none, leading and trailing", on: Releases.all,
      [network(), endpoint()]
        + [
          "/networks", "/networks/", "networks", "/endpoints", "/endpoints/", "/policylists", "/policylists/",
          "/namespaces", "/namespaces/", "/networks/$NET", "/networks/$NET/", "/endpoints/$web",
          "/endpoints/$web/", "/endpointstats/$web", "/endpointstats/$web/", "/endpointaddresses",
          "/endpointaddresses/", "/activities", "/activities/", "/plugins", "/plugins/", "/portpools",
          "/portpools/", "/networks/$NET/detailed", "/networks/$NET/detailed/", "/networks/detailed",
          "/endpoints/detailed/",
        ].map { .hns("GET", $0, nil, success) }
        + [
          .hns("POST", "/namespaces", "{}", success), .hns("POST", "/namespaces/", "{}", success),
          .hns("POST", "/endpoints/$web/attach/", #"{"SystemType":"Host"}"#, success),
          .hns("POST", "/endpoints/$web/detach/", nil, success),
          .hns("POST", "/endpoints", #"{"VirtualNetwork":"$NET"}"#, success),
          .hns("DELETE", "/endpoints/$web/", nil, success), .hns("DELETE", "/networks/$NET/", nil, success),
        ]),
    ConformanceCase(
      "4.1 slashes", "of globals/version", on: ["1803", "ltsc2019", "ltsc2025"],
      [.hns("GET", "/globals/version", nil, success), .hns("GET", "/globals/version/", nil, success)]),
    ConformanceCase(
      "4.1 networks", "the list and the created object", on: Releases.all,
      [
        .hns(
          "POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net",
          .has(#"{"Success":true,"Output":{"ID":"<guid>","Name":"nat","Subnets":[{}]}}"#)),
        .hns("GET", "/networks", nil, .has(#"{"Success":true,"Output":[{"ID":"$NET","Name":"nat"}]}"#)),
      ]),
    ConformanceCase(
      "4.1 one network", on: Releases.all,
      [
        network(), .hns("GET", "/networks/$net", nil, .has(#"{"Output":{"ID":"$NET"}}"#)),
        .hns("DELETE", "/networks/$NET", nil, success),
        .hns("GET", "/networks/$NET", nil, .has(#"{"Success":false}"#)),
      ]),
    ConformanceCase(
      "4.1 update of a network", "is partial", on: Releases.all.filter { $0 != "1607" },
      [
        network("net", #""DNSServerList":"10.0.0.53","#),
        .hns(
          "POST", "/networks/$NET",
          #"{"Extensions":[{"Id":"E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A","IsEnabled":true}]}"#,
          .has(#"{"Output":{"ID":"$NET","Name":"net","DNSServerList":"10.0.0.53"}}"#),
          .at("Output.Extensions.0.IsEnabled", "true")),
        .hns(
          "POST", "/networks/$NET", #"{"DNSServerList":"10.0.0.54,10.0.0.55"}"#,
          .at("Output.DNSServerList", #""10.0.0.54,10.0.0.55""#), .at("Output.Extensions.0.IsEnabled", "true")
        ),
        .hns(
          "POST", "/networks/$NET",
          #"{"Extensions":[{"Id":"00000000-0000-4000-8000-000000000001","IsEnabled":true}]}"#,
          .has(#"{"Success":false,"ErrorCode":2151350303}"#)),
      ]),
    ConformanceCase(
      "4.1 endpoints", "list, create, show and delete", on: Releases.all,
      [
        network(), endpoint(#""Name":"web1","IPAddress":"172.30.16.9""#),
        .hns(
          "GET", "/endpoints", nil,
          .has(
            #"{"Output":[{"ID":"$web","Name":"web1","IPAddress":"172.30.16.9","VirtualNetworkName":"net"}]}"#)
        ),
        .hns("GET", "/endpoints/$WEB", nil, .has(#"{"Output":{"ID":"$web"}}"#)),
        .hns("DELETE", "/endpoints/$web", nil, success), .hns("GET", "/endpoints", nil, .at("Output", "[]")),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetworkName":"net"}"#,
          .has(#"{"Output":{"VirtualNetwork":"$NET"}}"#)),
      ]),
    ConformanceCase(
      "4.1 update of an endpoint", "is partial", on: Releases.all,
      [
        network(),
        endpoint(
          #""Name":"web1","IPAddress":"172.30.16.9","DNSServerList":"10.0.0.53","Policies":[{"Type":"OutBoundNAT","ExceptionList":["10.0.0.0/8"]}]"#
        ),
        .hns(
          "POST", "/endpoints/$web",
          #"{"ID":"$web","Policies":[{"Type":"ACL","Protocol":256,"Action":"Allow","Direction":"Out"}]}"#,
          .has(
            #"{"Output":{"Name":"web1","IPAddress":"172.30.16.9","DNSServerList":"10.0.0.53","Policies":[{"Type":"OutBoundNAT"},{"Type":"ACL"}]}}"#
          )),
        .hns("POST", "/endpoints/$none", #"{"Policies":[]}"#, .has(#"{"ErrorCode":2151350274}"#)),
      ]),
    ConformanceCase(
      "4.1 attach and detach", "of a container, a virtual machine and the host", on: Releases.all,
      [network(), endpoint()]
        + [
          (#"{"ContainerId":"c","SystemType":"Container"}"#, 3),
          (#"{"ContainerId":"c"}"#, 3),
          (#"{"ContainerId":"v","SystemType":"VirtualMachine","VirtualNicName":"v--e"}"#, 2),
          (#"{"SystemType":"Host","CompartmentId":1}"#, 2), (#"{"SystemType":"host"}"#, 2),
        ].flatMap { request, state -> [Step] in
          [
            .hns("POST", "/endpoints/$web/attach", request, .answers(#"{"Success":true}"#)),
            .hns("GET", "/endpoints/$web", nil, .at("Output.State", "\(state)")),
            .hns("POST", "/endpoints/$web/detach", nil, .answers(#"{"Success":true}"#)),
            .hns("GET", "/endpoints/$web", nil, .at("Output.State", "4")),
          ]
        } + [.hns("POST", "/endpoints/$web/detach", nil, .has(#"{"Success":false,"ErrorCode":2151350324}"#))]),
    ConformanceCase(
      "4.1 endpointstats", "of an endpoint that is not attached", on: Releases.all,
      [
        network(), endpoint(),
        .hns(
          "GET", "/endpointstats/$web", nil,
          .has(
            #"{"Output":{"BytesReceived":0,"BytesSent":0,"DroppedPacketsIncoming":0,"DroppedPacketsOutgoing":0,"PacketsReceived":0,"PacketsSent":0,"EndpointId":"$web","InstanceId":"<guid>"}}"#
          )), .hns("GET", "/endpointstats/$none", nil, .has(#"{"ErrorCode":2151350274}"#)),
      ]),
    ConformanceCase(
      "4.1 policylists", "ELB and ROUTE", on: Releases.all,
      [
        network(), endpoint(),
        .hns(
          "POST", "/policylists/",
          #"{"References":["/endpoints/$web"],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":8080,"VIPs":["10.96.0.20"]}]}"#,
          as: "lb",
          .has(#"{"Output":{"ID":"<guid>","References":["/endpoints/$web"],"Policies":[{"Type":"ELB"}]}}"#)),
        .hns(
          "POST", "/policylists/",
          #"{"References":["/endpoints/$web"],"Policies":[{"Type":"ROUTE","DestinationPrefix":"10.96.0.0/12","NeedEncap":true}]}"#,
          as: "route",
          .has(
            #"{"Output":{"References":["/endpoints/$web"],"Policies":[{"Type":"ROUTE","DestinationPrefix":"10.96.0.0/12","NeedEncap":true}]}}"#
          )), .hns("GET", "/policylists", nil, .has(#"{"Output":[{"ID":"$LB"},{"ID":"$ROUTE"}]}"#)),
        .hns("GET", "/policylists/$LB", nil, .has(#"{"Output":{"ID":"$LB"}}"#)),
        .hns("GET", "/policylists/$ROUTE", nil, .has(#"{"Output":{"ID":"$ROUTE"}}"#)),
        .hns("DELETE", "/policylists/$LB", nil, success), .hns("DELETE", "/policylists/$ROUTE", nil, success),
        .hns("GET", "/policylists", nil, .at("Output", "[]")),
        .hns(
          "POST", "/policylists", #"{"References":[],"Policies":[{"Type":"ACL"}]}"#,
          .has(#"{"ErrorCode":2151350286}"#)),
      ]),
    ConformanceCase(
      "4.1 namespaces", on: Releases.all,
      [
        .hns(
          "POST", "/namespaces/", #"{"IsDefault":false}"#, as: "pod",
          .has(#"{"Output":{"ID":"<guid>","IsDefault":false,"CompartmentId":0}}"#)),
        .hns("GET", "/namespaces/$POD", nil, .has(#"{"Output":{"ID":"$POD"}}"#)),
        .hns("GET", "/namespaces", nil, .has(#"{"Output":[{"ID":"$POD"}]}"#)),
        .hns("DELETE", "/namespaces/$POD", nil, success),
        .hns("GET", "/namespaces/$POD", nil, .has(#"{"ErrorCode":2147943568}"#)),
      ]),
    ConformanceCase(
      "4.1 resources of a namespace", on: Releases.all,
      [
        network(), endpoint(), .hns("POST", "/namespaces", "{}", as: "pod"),
        .hns(
          "POST", "/namespaces/$POD/addresource", #"{"Type":"Endpoint","Data":{"Id":"$web"}}"#, success),
        .hns(
          "GET", "/namespaces/$POD", nil,
          .has(#"{"Output":{"ResourceList":[{"Data":{"Id":"$WEB"},"Type":"Endpoint"}]}}"#)),
        .hns("GET", "/endpoints/$web", nil, .has(#"{"Output":{"Namespace":{"ID":"$POD"}}}"#)),
        .hns(
          "POST", "/namespaces/$POD/removeresource", #"{"Type":"Endpoint","Data":{"Id":"$WEB"}}"#, success),
        .hns("GET", "/namespaces/$POD", nil, .at("Output.ResourceList", "[]")),
        .hns(
          "POST", "/namespaces/$POD/removeresource", #"{"Type":"Endpoint","Data":{"Id":"$WEB"}}"#,
          .has(#"{"Error":"Element not found. "}"#)),
        .hns("POST", "/namespaces/$POD/addresource", #"{"Type":"Container","Data":{"Id":"c"}}"#, success),
        .hns("GET", "/namespaces/$POD", nil, .at("Output.Containers", #"["c"]"#)),
      ]),
    ConformanceCase(
      "4.1 globals", "fails before 1803", on: ["1607", "1709"],
      [.hns("GET", "/globals/version", nil, .has(#"{"Success":false}"#))]),
    ConformanceCase(
      "4.1 globals", on: ["1803", "ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"],
      [.hns("GET", "/globals/version", nil, .has(#"{"Output":{"Major":"<number>","Minor":"<number>"}}"#))]),
    ConformanceCase(
      "4.1 accelnet", on: newest,
      [
        .hns(
          "POST", "/accelnet/", #"{"MacAddressList":[{"MacAddress":"00-15-5D-01-02-03"}]}"#, success),
        .hns(
          "GET", "/accelnet/", nil, .at("Output", #"{"MacAddressList":[{"MacAddress":"00-15-5D-01-02-03"}]}"#)
        ),
        .hns("DELETE", "/accelnet", nil, .at("Output", #"{"MacAddressList":[]}"#)),
        .hns("GET", "/accelnet", nil, .at("Output", #"{"MacAddressList":[]}"#)),
      ]),
    ConformanceCase(
      "4.1 other paths", "chosen: empty lists if nothing is documented", on: Releases.all,
      [
        .hns("GET", "/activities", nil, .at("Output", "[]")),
        .hns("GET", "/plugins", nil, .at("Output", "[]")),
        .hns("GET", "/endpointaddresses", nil, .at("Output", "[]")),
        .hns("GET", "/portpools", nil, .at("Output", #"{"PortPoolAllocations":[]}"#)), network(),
        endpoint(#""IPAddress":"172.30.16.9""#),
        .hns(
          "GET", "/endpointaddresses/$web", nil,
          .at("Output", #"[{"IpAddress":"172.30.16.9","PrefixLength":20}]"#)),
        .hns("GET", "/endpoints/$web/detailed", nil, .has(#"{"Output":{"ID":"$web"}}"#)),
      ]),
  ]

  static let objects: [ConformanceCase] = [
    ConformanceCase(
      "4.2 HNSNetwork", "every key is read and written", on: Releases.all.filter { $0 != "1607" },
      [
        .hns(
          "POST", "/networks",
          #"{"Name":"n","Type":"l2bridge","NetworkAdapterName":"Ethernet","SourceMac":"00-11-22-33-44-55","Policies":[],"MacPools":[{"StartMacAddress":"00-15-5D-52-C0-00","EndMacAddress":"00-15-5D-52-CF-FF"}],"Subnets":[{"AddressPrefix":"10.1.0.0/24","GatewayAddress":"10.1.0.1","Policies":[]}],"DNSSuffix":"a.example,b.example","DNSServerList":"10.0.0.53,10.0.0.54","DNSDomain":"corp.example","DNSServerCompartment":1,"AutomaticDNS":true,"AdditionalParams":{"ICSFlags":1},"IsolateSwitch":true,"MaxConcurrentEndpoints":9,"Flags":8}"#,
          as: "net",
          .has(
            #"{"Output":{"ID":"<guid>","Name":"n","NetworkAdapterName":"Ethernet","SourceMac":"00-11-22-33-44-55","Policies":[],"MacPools":[{"StartMacAddress":"00-15-5D-52-C0-00","EndMacAddress":"00-15-5D-52-CF-FF"}],"Subnets":[{"AddressPrefix":"10.1.0.0/24","GatewayAddress":"10.1.0.1","Policies":[],"ObjectType":5,"IpSubnets":[{"ObjectType":6}]}],"DNSSuffix":"a.example,b.example","DNSServerList":"10.0.0.53,10.0.0.54","DNSDomain":"corp.example","DNSServerCompartment":1,"ManagementIP":"","AutomaticDNS":true,"IPv6":false,"AdditionalParams":{"ICSFlags":1},"Extensions":[{},{},{}],"IsolateSwitch":true,"MaxConcurrentEndpoints":9,"Flags":40}}"#
          ))
      ]),
    ConformanceCase(
      "4.2 HNSEndpoint", "every key is read and written", on: Releases.all,
      [
        network(),
        endpoint(
          #""Name":"web1","Policies":[],"MacAddress":"00-15-5D-01-02-03","IPAddress":"172.30.16.9","PrefixLength":20,"GatewayAddress":"172.30.16.1","DNSSuffix":"a.example","DNSServerList":"10.0.0.53","DNSDomain":"corp.example","EnableInternalDNS":true,"DisableICC":true,"EnableLowMetric":true,"EncapOverhead":50,"PortFriendlyName":"port""#,
          .has(
            #"{"Output":{"ID":"$web","Name":"web1","VirtualNetwork":"$NET","VirtualNetworkName":"net","MacAddress":"00-15-5D-01-02-03","IPAddress":"172.30.16.9","PrefixLength":20,"GatewayAddress":"172.30.16.1","DNSSuffix":"a.example","DNSServerList":"10.0.0.53","DNSDomain":"corp.example","EnableInternalDNS":true,"DisableICC":true,"EnableLowInterfaceMetric":true,"EncapOverhead":50,"PortFriendlyName":"port","SharedContainers":[],"State":1}}"#
          )),
      ]),
    ConformanceCase(
      "4.2 EndpointState", "1 to 4 are emulated", on: Releases.all,
      [
        network(), endpoint("", .at("Output.State", "1")),
        .hns("POST", "/endpoints/$web/attach", #"{"SystemType":"Host"}"#),
        .hns("GET", "/endpoints/$web", nil, .at("Output.State", "2")), .hns("POST", "/endpoints/$web/detach"),
        .hns("GET", "/endpoints/$web", nil, .at("Output.State", "4")),
        .hns("POST", "/endpoints/$web/attach", #"{"ContainerId":"c"}"#),
        .hns("GET", "/endpoints/$web", nil, .at("Output.State", "3")),
      ]),
    ConformanceCase(
      "4.2 PolicyList",
      [
        .hns(
          "POST", "/policylists",
          #"{"References":[],"Policies":[{"Type":"ELB","Protocol":6,"InternalPort":80,"ExternalPort":80,"VIPs":["10.96.0.1"]}]}"#,
          .has(#"{"Output":{"ID":"<guid>","References":[],"Policies":[{}]}}"#))
      ]),
    ConformanceCase(
      "4.2 subnets", "prefix and gateway are prefix and default route, both ways", on: Releases.withHCN,
      [
        network(),
        .show(
          "net",
          .has(
            #"{"Ipams":[{"Subnets":[{"IpAddressPrefix":"172.30.16.0/20","Routes":[{"NextHop":"172.30.16.1","DestinationPrefix":"0.0.0.0/0"}]}]}]}"#
          )), .nat("other", "172.30.32.0/20"),
        .hns(
          "GET", "/networks/$OTHER", nil,
          .has(#"{"Output":{"Subnets":[{"AddressPrefix":"172.30.32.0/20","GatewayAddress":"172.30.32.1"}]}}"#)
        ),
      ]),
    ConformanceCase(
      "4.2 addresses", "IPAddress and PrefixLength are the first configuration, both ways",
      on: Releases.withHCN,
      [
        network(), endpoint(#""IPAddress":"172.30.16.9","PrefixLength":20"#),
        .show("web", .has(#"{"IpConfigurations":[{"IpAddress":"172.30.16.9","PrefixLength":20}]}"#)),
        .endpoint("two", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.16.10","PrefixLength":20}]"#),
        .hns(
          "GET", "/endpoints/$two", nil, .has(#"{"Output":{"IPAddress":"172.30.16.10","PrefixLength":20}}"#)),
      ]),
    ConformanceCase(
      "4.2 DNS", "lists are comma-separated texts, both ways", on: Releases.withHCN,
      [
        network(), endpoint(#""DNSServerList":"10.0.0.53,10.0.0.54","DNSSuffix":"a.example,b.example""#),
        .show(
          "web",
          .at("Dns", #"{"Search":["a.example","b.example"],"ServerList":["10.0.0.53","10.0.0.54"]}"#)),
        .endpoint("two", on: "net", #""Dns":{"Search":["c.example"],"ServerList":["10.0.0.1","10.0.0.2"]}"#),
        .hns(
          "GET", "/endpoints/$two", nil,
          .has(#"{"Output":{"DNSServerList":"10.0.0.1,10.0.0.2","DNSSuffix":"c.example"}}"#)),
      ]),
    ConformanceCase(
      "4.2 flags", "members of schema 1 are bits of schema 2, both ways", on: Releases.withHCN,
      [
        network(), endpoint(#""DisableICC":true,"EnableLowMetric":true"#), .show("web", .at("Flags", "10")),
        .endpoint("far", on: "net", #""Flags":1"#),
        .hns(
          "GET", "/endpoints/$far", nil,
          .has(#"{"Output":{"IsRemoteEndpoint":true}}"#), .lacks("Output.DisableICC")),
      ]),
    ConformanceCase(
      "4.2 flags", "chosen: EnableInternalDNS is stored separately from the bits", on: Releases.withHCN,
      [
        network(), endpoint(#""EnableInternalDNS":true"#), .show("web", .lacks("Flags")),
        .hns("GET", "/endpoints/$web", nil, .at("Output.EnableInternalDNS", "true")),
      ]),
    ConformanceCase(
      "4.2 namespace of an endpoint", "both ways", on: Releases.withHCN,
      [
        network(), endpoint(), .namespace("pod"), .join("pod", "web"),
        .show("web", .at("HostComputeNamespace", #""$POD""#)),
        .hns("GET", "/endpoints/$web", nil, .has(#"{"Output":{"Namespace":{"ID":"$POD"}}}"#)),
      ]),
    ConformanceCase(
      "4.2 namespace of an endpoint", "chosen: joined if its document names one", on: Releases.withHCN,
      [
        network(), .namespace("pod"), endpoint(#""Namespace":{"ID":"$POD"}"#),
        .show("web", .at("HostComputeNamespace", #""$POD""#)),
        .show("pod", .at("Resources", #"[{"Type":"Endpoint","Data":{"Id":"$WEB"}}]"#)),
      ]),
    ConformanceCase(
      "4.2 namespace of an endpoint", "all zeros in schema 2 if it is in none, as docker sees",
      on: Releases.withHCN,
      [
        network(), endpoint(),
        .show("web", .at("HostComputeNamespace", #""00000000-0000-0000-0000-000000000000""#)),
        .hns("GET", "/endpoints/$web", nil, .lacks("Output.Namespace")),
      ]),
    ConformanceCase(
      "4.2 ProviderAddress and ManagementIP", on: Releases.withHCN,
      [
        .l2bridge("net"), .assignManagementIP("net"),
        .show(
          "net", .some("Policies", #"{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.5"}}"#)
        ),
        .hns("GET", "/networks/$NET", nil, .at("Output.ManagementIP", #""10.240.0.5""#)),
      ]),
  ]
}
