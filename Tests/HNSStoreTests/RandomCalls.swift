import HNSEmulator
import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes

/// Random calls of every kind, most of them valid.
struct RandomCalls {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The next call for the current state of a service.
  mutating func next(_ service: HostNetworkingService) -> ServiceCall {
    let number = Int.random(in: 0..<8, using: &random)
    func parsed(_ text: String) -> JSON { (try? JSON(parsing: text)) ?? .null }
    func request(_ resource: String, _ type: String, _ settings: String) -> JSON {
      parsed(#"{"ResourceType":"\#(resource)","RequestType":"\#(type)","Settings":\#(settings)}"#)
    }
    let id = Int.random(in: 0..<3, using: &random) == 0 ? GUID(UInt128(1000 + number)) : .zero
    switch Int.random(in: 0..<26, using: &random) {
    case 0, 1:
      let driver = ["NAT", "L2Bridge", "Overlay", "Transparent", "Private"][number % 5]
      let document = try? networkDocument(
        "n\(number)", driver, prefix: "10.\(number).0.0/29", gateway: "10.\(number).0.1",
        adapter: "E\(number % 4)", extra: number % 3 == 0 ? #""Flags":1,"# : "")
      return .create(.network, id: id, network: nil, settings: document ?? .null)
    case 2...6:
      var members = [#""Name":"e\#(number)""#]
      if Bool.random(using: &random) {
        members.append(#""IpConfigurations":[{"IpAddress":"10.\#(number).0.\#(number)"}]"#)
      }
      if number == 7 {
        members.append(
          #""Policies":[{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}]"#
        )
      }
      let settings = parsed("{\(members.joined(separator: ","))}")
      return .create(.endpoint, id: id, network: any(.network, service), settings: settings)
    case 7:
      let type = ["Host", "HostDefault", "Guest", "Nonsense"][number % 4]
      return .create(.namespace, id: id, network: nil, settings: ["Type": .string(type)])
    case 8, 9:
      let settings = #"{"EndpointId":"\#(any(.endpoint, service))"}"#
      return .modify(
        .namespace, any(.namespace, service),
        settings: request("Endpoint", number == 0 ? "Remove" : "Add", settings))
    case 10, 11:
      return .modify(
        .namespace, any(.namespace, service),
        settings: request("Container", number < 4 ? "Remove" : "Add", #"{"ContainerId":"c\#(number % 3)"}"#))
    case 12, 13:
      let acl =
        #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"Out","RemoteAddresses":"10.0.0.\#(number)"}}"#
      return .modify(
        .endpoint, any(.endpoint, service),
        settings: request("Policy", ["Add", "Update", "Remove"][number % 3], #"{"Policies":[\#(acl)]}"#))
    case 14: return .delete(.endpoint, any(.endpoint, service))
    case 15:
      return .delete([.network, .namespace, .loadBalancer, .route][number % 4], any(.network, service))
    case 16: return .delete(.namespace, any(.namespace, service))
    case 17:
      let settings = parsed(
        """
        {"HostComputeEndpoints":["\(any(.endpoint, service))"],"FrontendVIPs":["11.0.0.\(number)"],
         "PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":\(80 + number)}],
         "SchemaVersion":{"Major":2,"Minor":0}}
        """)
      return .create(.loadBalancer, id: id, network: nil, settings: settings)
    case 18: return .delete(.loadBalancer, any(.loadBalancer, service))
    case 19:
      let text =
        #"{"Name":"v\#(number)","Type":"L2Bridge","NetworkAdapterName":"F\#(number)","Subnets":[{"AddressPrefix":"10.9\#(number).0.0/24"}]}"#
      return .hns(method: "POST", path: "/networks/", request: parsed(text))
    case 20:
      let text = #"{"Name":"w\#(number)","VirtualNetwork":"\#(any(.network, service))"}"#
      return .hns(method: "POST", path: "/endpoints/", request: parsed(text))
    case 21:
      let kind = ["endpoints", "networks", "nonsense"][number % 3]
      return .hns(method: "DELETE", path: "/\(kind)/\(any(.endpoint, service))", request: nil)
    case 22: return .enumerate(.endpoint, query: nil)
    case 23: return .assignManagementIP(network: any(.network, service))
    case 24: return number == 0 ? .restart : .query(.network, any(.network, service), query: nil)
    default: return .endpointStats(any(.endpoint, service), query: nil)
    }
  }

  private mutating func any(_ kind: HCNObjectKind, _ service: HostNetworkingService) -> GUID {
    ((try? service.enumerate(kind)) ?? []).randomElement(using: &random) ?? GUID(1)
  }
}
