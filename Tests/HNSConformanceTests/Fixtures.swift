import HNSEmulator
import JSONText

/// Steps that many cases begin with; the documents are those that clients send.
extension Step {
  /// A NAT network with a subnet.
  static func nat(_ name: String, _ prefix: String = "172.30.16.0/20", members: String = "") -> Step {
    let gateway = prefix.split(separator: "/")[0].dropLast() + "1"
    return .create(
      name, .network,
      #"{"Name":"\#(name)","Type":"NAT",\#(members)"Ipams":[{"Subnets":[{"IpAddressPrefix":"\#(prefix)","Routes":[{"NextHop":"\#(gateway)","DestinationPrefix":"0.0.0.0/0"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}"#
    )
  }

  /// A network of a type with a switch on a separate adapter.
  static func external(
    _ name: String, _ type: String, _ prefix: String = "10.244.7.0/24", policies: String = "",
    members: String = ""
  ) -> Step {
    let gateway = prefix.split(separator: "/")[0].dropLast() + "1"
    let isolation =
      type.lowercased() == "overlay" ? #""Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}],"# : ""
    return .create(
      name, .network,
      #"{"Name":"\#(name)","Type":"\#(type)",\#(members)"Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet \#(name)"}}\#(policies)],"Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"\#(prefix)",\#(isolation)"Routes":[{"NextHop":"\#(gateway)","DestinationPrefix":"0.0.0.0/0"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}"#
    )
  }

  static func l2bridge(_ name: String) -> Step { external(name, "L2Bridge") }

  static func overlay(_ name: String) -> Step { external(name, "Overlay") }

  /// An endpoint with some members.
  static func endpoint(
    _ name: String, on network: String, _ members: String = "", _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .create(
          .endpoint, id: nil, network: network,
          settings:
            #"{"Name":"\#(name)",\#(members)\#(members.isEmpty ? "" : ",")"SchemaVersion":{"Major":2,"Minor":0}}"#
        ), object: name, kind: .endpoint), answer, line, file)
  }

  /// An endpoint with policies.
  static func endpoint(
    _ name: String, on network: String, policies: String, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .create(
          .endpoint, id: nil, network: network,
          settings: #"{"Name":"\#(name)","Policies":[\#(policies)],"SchemaVersion":{"Major":2,"Minor":0}}"#),
        object: name, kind: .endpoint), answer, line, file)
  }

  /// A namespace of a type.
  static func namespace(_ name: String, _ type: String = "Host") -> Step {
    .create(name, .namespace, #"{"Type":"\#(type)","SchemaVersion":{"Major":2,"Minor":0}}"#)
  }

  /// A request that adds an endpoint to a namespace, or another endpoint request.
  static func join(
    _ namespace: String, _ endpoint: String, _ request: String = "Add", _ answer: Answer...,
    line: Int = #line, file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .modify(
          #"{"ResourceType":"Endpoint","RequestType":"\#(request)","Settings":{"EndpointId":"$\#(endpoint)"}}"#
        ),
        object: namespace, kind: nil), answer, line, file)
  }

  /// A request that adds a container to a namespace, or another container request.
  static func run(
    _ container: String, in namespace: String, _ request: String = "Add", _ answer: Answer...,
    line: Int = #line, file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .modify(
          #"{"ResourceType":"Container","RequestType":"\#(request)","Settings":{"ContainerId":"\#(container)"}}"#
        ), object: namespace, kind: nil), answer, line, file)
  }

  /// A policy request.
  static func policies(
    _ request: String, of object: String, _ policies: String, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(
        .modify(
          #"{"ResourceType":"Policy","RequestType":"\#(request)","Settings":{"Policies":[\#(policies)]}}"#),
        object: object, kind: nil), answer, line, file)
  }
}

/// Policies that many cases use.
enum Sample {
  static let allow = acl("\"Protocols\":\"6\",\"Priority\":1000,\"Action\":\"Allow\",\"Direction\":\"In\"")
  static let block = acl("\"Priority\":2000,\"Action\":\"Block\",\"Direction\":\"In\"")
  static let outboundNAT = #"{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.0.0.0/16","10.0.0.4/32"]}}"#
  static let route = #"{"Type":"SDNRoute","Settings":{"DestinationPrefix":"11.0.0.0/8","NeedEncap":true}}"#

  /// An ACL of type Switch with some members.
  static func acl(_ members: String) -> String {
    #"{"Type":"ACL","Settings":{\#(members),"RuleType":"Switch"}}"#
  }

  /// A port mapping with some members.
  static func port(_ members: String) -> String { #"{"Type":"PortMapping","Settings":{\#(members)}}"# }

  /// An IP set.
  static func set(_ id: String, _ values: String, nested: Bool = false) -> String {
    #"{"Type":"SetPolicy","Settings":{"Id":"\#(id)","Name":"\#(id)","PolicyType":"\#(nested ? "NESTEDIPSET" : "IPSET")","Values":"\#(values)"}}"#
  }
}
