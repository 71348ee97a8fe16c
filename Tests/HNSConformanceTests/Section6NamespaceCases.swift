import HNSEmulator
import HostModel
import NetworkTypes

/// Section 6 of `hns.md`: namespaces, compartments and the states of endpoints.
enum Section6NamespaceCases {
  static let all: [ConformanceCase] = [
    ConformanceCase(
      "6.4 separate or default compartment",
      [
        .nat("net"), .endpoint("a", on: "net"), .endpoint("b", on: "net"), .namespace("pod"),
        .namespace("host", "HostDefault"), .join("pod", "a"), .join("host", "b"), .run("c", in: "pod"),
        .show("pod", .at("NamespaceId", "2")), .show("host", .at("NamespaceId", "1")),
        .show("a", .at("State", "3")),
        .check("the endpoints use the firewalls of their compartments") { service, names in
          names["a"].flatMap { service.firewall(of: $0)?.compartment } == 2
            && names["b"].flatMap { service.firewall(of: $0)?.compartment } == 1
        },
      ]),
    ConformanceCase(
      "6.4 separate or default compartment", "Guest and GuestDefault: in a utility VM",
      [
        .nat("net"), .endpoint("a", on: "net"), .namespace("vm", "Guest"), .join("vm", "a"),
        .run("c", in: "vm"), .show("a", .at("State", "2")), .show("vm", .at("Type", #""Guest""#)),
        .namespace("other", "GuestDefault"), .run("d", in: "other"),
        .check("both compartments are in utility VMs") { service, _ in
          service.utilityVMCompartments.map(\.id) == [1, 2, 1, 2] && service.compartments.map(\.id) == [1]
        },
      ]),
    ConformanceCase(
      "6.4 a compartment opens with the first container", on: Releases.withHCN,
      [
        .namespace("pod"), .show("pod", .lacks("NamespaceId", "NamespaceGuid")),
        .query("pod", nil, .at("CompartmentId", "0"), .lacks("CompartmentGuid")), .run("c", in: "pod"),
        .show("pod", .has(#"{"NamespaceId":2,"NamespaceGuid":"<guid>"}"#)),
        .query("pod", nil, .has(#"{"CompartmentId":2,"CompartmentGuid":"<guid>","Containers":["c"]}"#)),
        .run("c", in: "pod", "Remove"), .show("pod", .lacks("NamespaceId")),
      ]),
    ConformanceCase(
      "6.4 a compartment opens with the first container", "or with CreateWithCompartment",
      [
        .create("pod", .namespace, #"{"CreateWithCompartment":true}"#),
        .show("pod", .has(#"{"NamespaceId":2,"NamespaceGuid":"<guid>"}"#)),
      ]),
    ConformanceCase(
      "6.4 numbers of compartments", "chosen: from 2 upward, never reused",
      [
        .namespace("a"), .namespace("b"), .run("c", in: "a"), .show("a", .at("NamespaceId", "2")),
        .run("c", in: "a", "Remove"), .run("d", in: "b"), .show("b", .at("NamespaceId", "3")),
      ]),
    ConformanceCase(
      "6.4 numbers of compartments", "the assumption compartmentIds",
      assumptions: [.compartmentIds: "lowestFree"],
      [
        .namespace("a"), .namespace("b"), .run("c", in: "a"), .run("c", in: "a", "Remove"),
        .run("d", in: "b"), .show("b", .at("NamespaceId", "2")),
      ]),
    ConformanceCase(
      "6.4 the default namespace", on: Releases.all,
      [
        .hns("POST", "/namespaces", #"{"IsDefault":true}"#, as: "host"),
        .hns(
          "GET", "/namespaces/$HOST", nil,
          .has(#"{"Output":{"ID":"$HOST","IsDefault":true,"CompartmentId":1,"CompartmentGuid":"<guid>"}}"#)),
      ]),
    ConformanceCase(
      "6.4 a given NamespaceId and several default ones",
      ["Host", "HostDefault", "Guest", "GuestDefault", "HostDefault"].enumerated().map { index, type in
        .create("ns\(index)", .namespace, #"{"NamespaceId":5,"Type":"\#(type)"}"#)
      } + [.find(.namespace, "{}", .count("", 5))]),
    ConformanceCase(
      "6.4 containers join by id",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .join("pod", "web"),
        .run("one", in: "pod"), .run("two", in: "pod"), .run("one", in: "pod"),
        .query("pod", nil, .at("Containers", #"["one","two","one"]"#)),
        .query("web", nil, .at("SharedContainers", #"["one","two","one"]"#)),
        .run("one", in: "pod", "Remove"), .run("two", in: "pod", "Remove"),
        .show("pod", .has(#"{"NamespaceId":2}"#)), .run("one", in: "pod", "Remove"),
        .show("pod", .lacks("NamespaceId")),
      ]),
    ConformanceCase(
      "6.4 containers without a namespace object", on: Releases.all,
      [
        .hns(
          "POST", "/networks", #"{"Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20"}]}"#,
          as: "net"), .hns("POST", "/endpoints", #"{"VirtualNetwork":"$NET"}"#, as: "web"),
        .hns(
          "POST", "/endpoints/$web/attach",
          #"{"ContainerId":"c","SystemType":"Container","CompartmentId":1}"#,
          .has(#"{"Success":true}"#)),
        .hns(
          "GET", "/endpoints/$web", nil, .has(#"{"Output":{"State":3,"SharedContainers":["c"]}}"#),
          .lacks("Output.Namespace")), .hns("GET", "/namespaces", nil, .at("Output", "[]")),
      ]),
    ConformanceCase(
      "6.4 endpoints added and removed while containers run",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .run("c", in: "pod"),
        .join("pod", "web"), .show("web", .at("State", "3")), .join("pod", "web", "Remove"),
        .show("web", .at("State", "1"), .lacks("HostComputeNamespace")),
      ]),
    ConformanceCase(
      "6.4 endpoint already in a namespace", on: Releases.withHCN,
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"), .namespace("other"),
        .join("pod", "web"), .join("pod", "web", "Add", .fails(0x803b_002b)),
        .join("other", "web", "Add", .fails(0x803b_002b)),
      ]),
    ConformanceCase(
      "6.4 endpoint already attached", on: Releases.all,
      [
        .hns("POST", "/networks", #"{"Name":"nat","Type":"nat"}"#, as: "net"),
        .hns("POST", "/endpoints", #"{"VirtualNetwork":"$NET"}"#, as: "web"),
        .hns("POST", "/endpoints/$web/attach", #"{"SystemType":"Host","CompartmentId":1}"#),
        .hns(
          "POST", "/endpoints/$web/attach", #"{"SystemType":"Host","CompartmentId":1}"#,
          .has(
            #"{"Success":false,"Error":"This endpoint is already attached to the switch. ","ErrorCode":2151350292}"#
          )),
      ]),
    ConformanceCase(
      "6.4 states of an endpoint",
      [
        .nat("net"), .endpoint("web", on: "net"), .show("web", .at("State", "1")),
        .hns("POST", "/endpoints/$web/attach", #"{"SystemType":"Host"}"#), .show("web", .at("State", "2")),
        .hns("POST", "/endpoints/$web/detach"), .show("web", .at("State", "4")),
        .hns("POST", "/endpoints/$web/attach", #"{"ContainerId":"c","SystemType":"Container"}"#),
        .show("web", .at("State", "3")), .hns("POST", "/endpoints/$web/detach"),
        .hns("POST", "/endpoints/$web/attach", #"{"ContainerId":"v","SystemType":"VirtualMachine"}"#),
        .show("web", .at("State", "2")), .find(.endpoint, #"{"State":2}"#, .answers(#"["$web"]"#)),
      ]),
    ConformanceCase(
      "6.4 endpoint of the host",
      [
        .nat("net"), .endpoint("web", on: "net"),
        .hns("POST", "/endpoints/$web/attach", #"{"SystemType":"Host","CompartmentId":1}"#),
        .hns("GET", "/endpoints/$web", nil, .has(#"{"Output":{"State":2,"GatewayAddress":"0.0.0.0"}}"#)),
        .check("it is in compartment 1") { service, names in
          names["web"].flatMap { service.firewall(of: $0)?.compartment } == 1
        },
      ]),
    ConformanceCase(
      "6.4 removing an absent endpoint",
      [
        .nat("net"), .endpoint("web", on: "net"), .namespace("pod"),
        .join("pod", "web", "Remove", .fails(0x8007_0490)),
      ]),
  ]
}
