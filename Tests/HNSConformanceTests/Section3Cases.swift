import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Section 3 of `hns.md`: the functions of computenetwork.dll, callbacks and error records.
enum Section3Cases {
  static let all = functions + notifications + records

  /// One object of each kind.
  private static let objects: [Step] = [
    .overlay("net"), .endpoint("web", on: "net"), .namespace("pod"),
    .create(
      "lb", .loadBalancer,
      #"{"HostComputeEndpoints":["$web"],"FrontendVIPs":["10.96.0.1"],"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":80}]}"#
    ),
    .create(
      "route", .route,
      #"{"HostComputeEndpoints":["$web"],"Setting":[{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}]}"#),
  ]

  private static let names = ["net", "web", "pod", "lb", "route"]

  static let functions: [ConformanceCase] = [
    ConformanceCase(
      "3 enumerate", "every kind", on: Releases.withHCN,
      objects + [
        .enumerate(.network, nil, .answers(#"["$NET"]"#)), .enumerate(.endpoint, nil, .answers(#"["$web"]"#)),
        .enumerate(.namespace, nil, .answers(#"["$POD"]"#)),
        .enumerate(.loadBalancer, nil, .answers(#"["$LB"]"#)),
        .enumerate(.route, nil, .answers(#"["$ROUTE"]"#)),
      ]),
    ConformanceCase(
      "3 create", "every kind", on: Releases.withHCN,
      objects + names.map { .show($0, .has(#"{"ID":"<guid>","SchemaVersion":{"Major":2}}"#)) }),
    ConformanceCase(
      "3 create", "an endpoint needs its network",
      [
        .create("a", .endpoint, "{}", .fails(0x803b_0001)),
        .create("a", .endpoint, on: "none", "{}", .fails(0x803b_0001)),
        .create("a", .endpoint, #"{"HostComputeNetwork":"$none"}"#, .fails(0x803b_0001)),
      ]),
    ConformanceCase(
      "3 create", "a document that is not an object",
      HCNObjectKind.allCases.map {
        .create("a", $0, "[]", .fails(0x803b_001b))
      }),
    ConformanceCase("3 open", "every kind", on: Releases.withHCN, objects + names.map { .open($0) }),
    ConformanceCase(
      "3 modify", "every kind", on: ["ltsc2025"],
      objects + [
        .modify("net", #"{"ResourceType":"DNS","RequestType":"Update","Settings":{}}"#),
        .policies("Add", of: "web", Sample.allow), .run("c", in: "pod"),
        .modify("lb", #"{"PortMappings":[{"Protocol":6,"InternalPort":80,"ExternalPort":81}]}"#),
        .modify(
          "route", #"{"HostComputeEndpoints":["$web"],"Setting":[{"DestinationPrefix":"10.0.0.0/8"}]}"#),
        .show("route", .at("Setting", #"[{"DestinationPrefix":"10.0.0.0/8"}]"#)),
      ]),
    ConformanceCase(
      "3 query properties", "every kind in both schemas", on: Releases.withHCN,
      objects + names.map { .query($0, Step.schema2, .has(#"{"SchemaVersion":{"Major":2}}"#)) }
        + names.map { .query($0, nil, .has(#"{"ID":"<guid>","Version":"<number>","Resources":{}}"#)) }),
    ConformanceCase(
      "3 query properties", "Setting and Routes of a route are returned as given",
      objects + [
        .show("route", .at("Setting", #"[{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}]"#)),
        .create("other", .route, #"{"Routes":[{"DestinationPrefix":"10.0.0.0/8"}]}"#),
        .show("other", .at("Routes", #"[{"DestinationPrefix":"10.0.0.0/8"}]"#), .lacks("Setting")),
      ]),
    ConformanceCase(
      "3 delete", "every kind", on: Releases.withHCN,
      objects + names.reversed().map { .delete($0) }
        + HCNObjectKind.allCases.map { .enumerate($0, nil, .answers("[]")) }),
    ConformanceCase(
      "3 endpoint stats and addresses", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net", #""IpConfigurations":[{"IpAddress":"172.30.17.9"}]"#),
        .stats("web", .has(#"{"BytesReceived":0,"PacketsSent":0,"EndpointId":"$web"}"#)),
        .addresses("web", .answers(#"[{"IpAddress":"172.30.17.9","PrefixLength":20}]"#)), .delete("web"),
        .stats("web", .fails(0x803b_0002)), .addresses("web", .fails(0x803b_0002)),
      ]),
    ConformanceCase(
      "3 ids by argument and document", "zero leaves it to the document or the service",
      [
        .create("a", .network, #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5"}"#),
        .show("a", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e5""#)),
        .create("b", .network, id: "37b9e55c-0000-4b6f-969f-8585a89dc6e6", "{}"),
        .show("b", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e6""#)), .create("c", .network, "{}"),
        .show("c", .has(#"{"ID":"<guid>"}"#)),
      ]),
    ConformanceCase(
      "3 ids by argument and document", "chosen: if both are given the argument takes effect",
      [
        .create(
          "a", .network, id: "37b9e55c-0000-4b6f-969f-8585a89dc6e6",
          #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5"}"#),
        .show("a", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e6""#)),
      ]),
    ConformanceCase(
      "3 ids by argument and document", "the assumption identityPrecedence",
      assumptions: [.identityPrecedence: "document"],
      [
        .create(
          "a", .network, id: "37b9e55c-0000-4b6f-969f-8585a89dc6e6",
          #"{"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E5"}"#),
        .show("a", .at("ID", #""37b9e55c-0000-4b6f-969f-8585a89dc6e5""#)),
      ]),
    ConformanceCase(
      "3 creating a network again", on: Releases.withHCN,
      [
        .create("wsl", .network, id: "b95d0c5e-57d4-412b-b571-18a81a16e005", #"{"Name":"WSL"}"#),
        .create(
          "again", .network, id: "b95d0c5e-57d4-412b-b571-18a81a16e005", #"{"Name":"WSL"}"#,
          .fails(0x803b_0010)), .open("wsl"),
      ]),
  ]

  static let notifications: [ConformanceCase] = [
    ConformanceCase(
      "3 registering callbacks", "an observer is notified of what happens from then on",
      [.notified(), .namespace("pod"), .notified(#"5 {"ID":"$POD","Flags":0}"#), .notified()]),
    ConformanceCase(
      "3 notification numbers",
      [
        .check("the numbers of all kinds") { _, _ in
          ServiceNotification.Kind.allCases.map(\.rawValue) == [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12, 0x0100_0000,
          ]
        }
      ]),
    ConformanceCase(
      "3 notifications of networks", on: Releases.withHCN,
      [
        .nat("net", members: #""Flags":8,"#),
        .notified(#"1 {"ID":"$NET","Flags":8}"#, #"2 {"ID":"$NET","Flags":8}"#),
        .endpoint("web", on: "net"), .notified(), .delete("net"),
        .notified(#"3 {"ID":"$NET","Flags":8}"#, #"4 {"ID":"$NET","Flags":8}"#),
      ]),
    ConformanceCase(
      "3 notifications of networks", "of HNSCall too", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat","Flags":8}"#, as: "net"),
        .notified(#"1 {"ID":"$NET","Flags":8}"#, #"2 {"ID":"$NET","Flags":8}"#),
        .hns("DELETE", "/networks/$NET"),
        .notified(#"3 {"ID":"$NET","Flags":8}"#, #"4 {"ID":"$NET","Flags":8}"#),
      ]),
    ConformanceCase(
      "3 notifications of networks", "chosen: a creation that fails later has been announced",
      [
        .create(
          "a", .network, id: "37b9e55c-0000-4b6f-969f-8585a89dc6e6",
          #"{"Type":"Overlay","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"E"}}],"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/24"}]}]}"#,
          .fails(0x803b_000a)), .notified(#"1 {"ID":"37B9E55C-0000-4B6F-969F-8585A89DC6E6","Flags":0}"#),
        .delete("none", as: .network, .fails(0x803b_0001)), .notified(),
      ]),
    ConformanceCase(
      "3 notifications of namespaces", on: Releases.withHCN,
      [
        .namespace("pod"), .notified(#"5 {"ID":"$POD","Flags":0}"#), .run("c", in: "pod"),
        .delete("pod", .fails(0x803b_0015)), .notified(), .run("c", in: "pod", "Remove"), .delete("pod"),
        .notified(#"6 {"ID":"$POD","Flags":0}"#),
      ]),
    ConformanceCase(
      "3 notifications of endpoints", "chosen: sent when the compartment opens and closes",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .notified(
          #"1 {"ID":"$NET","Flags":8}"#, #"2 {"ID":"$NET","Flags":8}"#, #"5 {"ID":"$POD","Flags":0}"#),
        .run("c", in: "pod"), .notified(#"9 {"ID":"$WEB","Flags":0}"#), .run("d", in: "pod"), .notified(),
        .join("pod", "web", "Remove"), .notified(#"16 {"ID":"$WEB","Flags":0}"#), .join("pod", "web"),
        .notified(#"9 {"ID":"$WEB","Flags":0}"#), .delete("web"), .notified(#"16 {"ID":"$WEB","Flags":0}"#),
      ]),
    ConformanceCase(
      "3 notifications of endpoints", "by attach and detach",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .notified(#"1 {"ID":"$NET","Flags":8}"#, #"2 {"ID":"$NET","Flags":8}"#),
        .hns("POST", "/endpoints/$web/attach", #"{"SystemType":"Host"}"#),
        .notified(#"9 {"ID":"$WEB","Flags":0}"#), .hns("POST", "/endpoints/$web/detach"),
        .notified(#"16 {"ID":"$WEB","Flags":0}"#),
      ]),
    ConformanceCase(
      "3 notifications of guest network services", on: Releases.withHCN,
      [
        .create("gns", .guestNetworkService, #"{"Flags":1}"#), .notified(#"7 {"ID":"$GNS","Flags":1}"#),
        .modify(
          "gns", #"{"RequestType":"Update","ResourceType":"State","Settings":{"State":"Synchronized"}}"#),
        .notified(#"17 {"ID":"$GNS","Flags":1}"#), .open("gns"), .notified(), .delete("gns"),
        .notified(#"8 {"ID":"$GNS","Flags":1}"#), .enumerate(.guestNetworkService, nil, .answers("[]")),
      ]),
    ConformanceCase(
      "3 service disconnect", "has no data", on: Releases.withHCN,
      [
        .external("net", "L2Bridge"), .notified(#"1 {"ID":"$NET","Flags":0}"#, #"2 {"ID":"$NET","Flags":0}"#),
        .restart(), .notified("16777216"),
      ]),
    ConformanceCase(
      "3 service disconnect", "chosen: nothing is sent for what a restart deletes",
      [
        .nat("net", members: #""Flags":8,"#),
        .notified(#"1 {"ID":"$NET","Flags":8}"#, #"2 {"ID":"$NET","Flags":8}"#), .restart(),
        .notified("16777216"),
        .enumerate(.network, nil, .answers("[]")),
      ]),
    ConformanceCase(
      "3 notification data", "is an id and flags",
      [
        .namespace("pod"),
        .check("the names and values") { _, names in
          guard let id = names["pod"] else { return false }
          return ServiceNotification(.namespaceCreate, object: id, flags: 7).data?.text()
            == #"{"ID":"\#(id.uppercase)","Flags":7}"# && ServiceNotification(.serviceDisconnect).data == nil
        },
      ]),
    ConformanceCase(
      "3 network flags in the data", "bit 64 among them",
      [
        .nat("net", members: #""Flags":72,"#),
        .notified(#"1 {"ID":"$NET","Flags":72}"#, #"2 {"ID":"$NET","Flags":72}"#),
      ]),
  ]

  static let records: [ConformanceCase] = [
    ConformanceCase(
      "3.1 record", "text and space, code in decimal", on: ["ltsc2025"],
      [
        .hns(
          "GET", "/networks/$none", nil,
          .answers(#"{"Success":false,"Error":"The network was not found. ","ErrorCode":2151350273}"#))
      ]),
    ConformanceCase(
      "3.1 observed records", "0x803b002f, 0x80070490, 0x80070057", on: ["ltsc2025"],
      [
        .nat("net"),
        .hns(
          "POST", "/endpoints", #"{"VirtualNetwork":"$NET","IPAddress":"172.30.16.1"}"#,
          .answers(
            #"{"Success":false,"Error":"An address provided is invalid or reserved. ","ErrorCode":2151350319}"#
          )),
        .hns(
          "GET", "/namespaces/$none", nil,
          .answers(#"{"Success":false,"Error":"Element not found. ","ErrorCode":2147943568}"#)),
        .endpoint("web", on: "net"),
        .hns(
          "POST", "/endpoints/$web/attach", "{}",
          .answers(#"{"Success":false,"Error":"The parameter is incorrect. ","ErrorCode":2147942487}"#)),
      ]),
    ConformanceCase(
      "3.1 code and record agree", "for a call of either interface", on: ["ltsc2025"],
      [
        .delete("none", as: .endpoint, .fails(0x803b_0002)),
        .hns(
          "DELETE", "/endpoints/$none", nil,
          .answers(#"{"Success":false,"Error":"The endpoint was not found. ","ErrorCode":2151350274}"#)),
      ]),
  ]
}

/// The codes of section 3.2, each with its name, its text and its record.
@Suite struct ErrorCodeTests {
  struct Code: Sendable, CustomTestStringConvertible {
    let number: UInt32
    let name: String
    let text: String

    init(_ number: UInt32, _ name: String, _ text: String) {
      self.number = number
      self.name = name
      self.text = text
    }

    var testDescription: String { "3.2 \(HCNErrorCode(rawValue: number)) \(name)" }
  }

  /// The texts of 0x17, 0x21, 0x2b and 0x33 are abbreviated in `hns.md`, and chosen here.
  static let own: [Code] = [
    Code(0x01, "HCN_E_NETWORK_NOT_FOUND", "The network was not found"),
    Code(0x02, "HCN_E_ENDPOINT_NOT_FOUND", "The endpoint was not found"),
    Code(0x03, "HCN_E_LAYER_NOT_FOUND", "The network's underlying layer was not found"),
    Code(0x04, "HCN_E_SWITCH_NOT_FOUND", "The virtual switch was not found"),
    Code(0x05, "HCN_E_SUBNET_NOT_FOUND", "The network does not have a subnet for this endpoint"),
    Code(0x06, "HCN_E_ADAPTER_NOT_FOUND", "An adapter was not found"),
    Code(0x07, "HCN_E_PORT_NOT_FOUND", "The switch-port was not found"),
    Code(0x08, "HCN_E_POLICY_NOT_FOUND", "An expected policy was not found"),
    Code(0x09, "HCN_E_VFP_PORTSETTING_NOT_FOUND", "A required VFP port setting was not found"),
    Code(
      0x0a, "HCN_E_INVALID_NETWORK", "The provided network configuration is invalid or missing parameters"),
    Code(0x0b, "HCN_E_INVALID_NETWORK_TYPE", "Invalid network type"),
    Code(
      0x0c, "HCN_E_INVALID_ENDPOINT", "The provided endpoint configuration is invalid or missing parameters"),
    Code(0x0d, "HCN_E_INVALID_POLICY", "The provided policy configuration is invalid or missing parameters"),
    Code(0x0e, "HCN_E_INVALID_POLICY_TYPE", "Invalid policy type"),
    Code(
      0x0f, "HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION",
      "This requested operation is invalid for a remote endpoint"),
    Code(0x10, "HCN_E_NETWORK_ALREADY_EXISTS", "A network with this name already exists"),
    Code(0x11, "HCN_E_LAYER_ALREADY_EXISTS", "A network with this name already exists"),
    Code(0x12, "HCN_E_POLICY_ALREADY_EXISTS", "Policy information already exists on this object"),
    Code(0x13, "HCN_E_PORT_ALREADY_EXISTS", "The specified port already exists"),
    Code(0x14, "HCN_E_ENDPOINT_ALREADY_ATTACHED", "This endpoint is already attached to the switch"),
    Code(0x15, "HCN_E_REQUEST_UNSUPPORTED", "The specified request is unsupported"),
    Code(0x16, "HCN_E_MAPPING_NOT_SUPPORTED", "Port mapping is not supported on the given network"),
    Code(
      0x17, "HCN_E_DEGRADED_OPERATION",
      "This requested operation is invalid as it was attempted on a degraded object"),
    Code(0x18, "HCN_E_SHARED_SWITCH_MODIFICATION", "Cannot modify a switch shared by multiple networks"),
    Code(0x19, "HCN_E_GUID_CONVERSION_FAILURE", "Failed to interpret a parameter as a GUID"),
    Code(0x1a, "HCN_E_REGKEY_FAILURE", "Failed to process registry key"),
    Code(0x1b, "HCN_E_INVALID_JSON", "Invalid JSON document string"),
    Code(0x1c, "HCN_E_INVALID_JSON_REFERENCE", "The reference is invalid in the JSON document"),
    Code(0x1d, "HCN_E_ENDPOINT_SHARING_DISABLED", "Endpoint sharing is disabled"),
    Code(0x1e, "HCN_E_INVALID_IP", "IP address is either invalid or not part of any configured subnet(s)"),
    Code(
      0x1f, "HCN_E_SWITCH_EXTENSION_NOT_FOUND",
      "The specified switch extension does not exist on this switch"),
    Code(0x20, "HCN_E_MANAGER_STOPPED", "Operation cannot be performed while service is stopping"),
    Code(0x21, "GCN_E_MODULE_NOT_FOUND", "The specified service module was not found"),
    Code(0x22, "GCN_E_NO_REQUEST_HANDLERS", "Request Handlers not present to handle the JSON request"),
    Code(0x23, "GCN_E_REQUEST_UNSUPPORTED", "The specified request is unsupported"),
    Code(0x24, "GCN_E_RUNTIMEKEYS_FAILED", "Add runtime keys to container failed"),
    Code(0x25, "GCN_E_NETADAPTER_TIMEOUT", "Timeout waiting for adapter with given instance id"),
    Code(0x26, "GCN_E_NETADAPTER_NOT_FOUND", "Network adapter not found for the given instance id"),
    Code(0x27, "GCN_E_NETCOMPARTMENT_NOT_FOUND", "Network compartment not found for the given id"),
    Code(0x28, "GCN_E_NETINTERFACE_NOT_FOUND", "Network interface not found for the given id"),
    Code(0x29, "GCN_E_DEFAULTNAMESPACE_EXISTS", "Default Namespace already exists"),
    Code(
      0x2a, "HCN_E_ICS_DISABLED",
      "Internet Connection Sharing service (SharedAccess) is disabled and cannot be started"),
    Code(
      0x2b, "HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS",
      "This requested operation is invalid as endpoint is already part of a network namespace"),
    Code(
      0x2c, "HCN_E_ENTITY_HAS_REFERENCES",
      "The specified entity cannot be removed while it still has references"),
    Code(0x2d, "HCN_E_INVALID_INTERNAL_PORT", "The internal port must exist and cannot be zero"),
    Code(0x2e, "HCN_E_NAMESPACE_ATTACH_FAILED", "The requested operation for attach namespace failed"),
    Code(0x2f, "HCN_E_ADDR_INVALID_OR_RESERVED", "An address provided is invalid or reserved"),
    Code(0x30, "HCN_E_INVALID_PREFIX", "The prefix provided is invalid"),
    Code(
      0x31, "HCN_E_OBJECT_USED_AFTER_UNLOAD", "A call was performed against an object that was torn down"),
    Code(0x32, "HCN_E_INVALID_SUBNET", "The provided subnet configuration is invalid or missing parameters"),
    Code(
      0x33, "HCN_E_INVALID_IP_SUBNET",
      "The provided IP subnet configuration is invalid or missing parameters"),
    Code(0x34, "HCN_E_ENDPOINT_NOT_ATTACHED", "The endpoint must be attached to complete the operation"),
    Code(0x35, "HCN_E_ENDPOINT_NOT_LOCAL", "The endpoint must be local to complete the operation"),
    Code(
      0x36, "HCN_INTERFACEPARAMETERS_ALREADY_APPLIED",
      "Cannot apply more than one InterfaceParameters policy"),
    Code(
      0x37, "HCN_E_VFP_NOT_ALLOWED",
      "A network of this type can not be created because VFP is not available"),
  ].map { Code(0x803b_0000 + $0.number, $0.name, $0.text) }

  /// Codes of Win32 and COM; `hns.md` has them as numbers, and their texts are the system's.
  static let others: [Code] = [
    Code(0x8007_0490, "ERROR_NOT_FOUND", "Element not found"),
    Code(0x8007_0057, "E_INVALIDARG", "The parameter is incorrect"),
    Code(
      0x8007_0034, "ERROR_DUP_NAME", "You were not connected because a duplicate name exists on the network"),
    Code(
      0x8007_0020, "ERROR_SHARING_VIOLATION",
      "The process cannot access the file because it is being used by another process"),
    Code(0x8007_1392, "ERROR_OBJECT_ALREADY_EXISTS", "The object already exists"),
    Code(0x8000_4001, "E_NOTIMPL", "Not implemented"),
  ]

  @Test(arguments: own + others) func nameTextAndRecord(_ code: Code) {
    let known = HCNErrorCode(rawValue: code.number)
    #expect(known.name == code.name)
    #expect(known.text == code.text)
    #expect(
      HCNError(known, detail: "not part of it").record.text()
        == #"{"Success":false,"Error":"\#(code.text). ","ErrorCode":\#(code.number)}"#)
  }

  @Test func serviceCodesAreConsecutive() {
    for (index, code) in Self.own.enumerated() {
      #expect(Int64(code.number) == 2_151_350_272 + Int64(index) + 1)
    }
  }
}
