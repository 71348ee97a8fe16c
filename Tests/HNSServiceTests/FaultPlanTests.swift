import HNSEmulator
import HNSService
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Faults apply to the given calls, and have the given effect.
@Suite struct FaultPlanTests {
  private func faults(_ texts: [String], of functions: [String]) throws -> [Fault?] {
    var plan = try FaultPlan(texts)
    return functions.map { plan.fault(of: $0) }
  }

  @Test func onlyTheNthCall() throws {
    let found = try faults(
      ["HcnCreateEndpoint:nth=2:code=0x803b0013"],
      of: ["HcnCreateEndpoint", "HcnDeleteEndpoint", "HcnCreateEndpoint", "HcnCreateEndpoint"])
    #expect(found == [nil, nil, .refused(.portAlreadyExists), nil])
  }

  @Test func everyNthCall() throws {
    let found = try faults(["*:every=2:half"], of: ["HNSCall", "HcnOpenNetwork", "HNSCall", "HNSCall"])
    #expect(found == [nil, .partial(.unspecifiedFailure), nil, .partial(.unspecifiedFailure)])
  }

  @Test func theFirstOfTwoTakesEffectAndTheOtherKeepsCounting() throws {
    let found = try faults(["HNSCall:nth=1:hang", "*:nth=1:code=E_FAIL"], of: ["HNSCall", "HNSCall"])
    #expect(found == [.hanging, nil])
  }

  @Test(
    arguments: [
      ("0x80004005", 0x8000_4005), ("0X803B0001", 0x803b_0001), ("HCN_E_NETWORK_NOT_FOUND", 0x803b_0001),
      ("E_FAIL", 0x8000_4005), ("E_INVALIDARG", 0x8007_0057), ("0xffffffff", 0xffff_ffff),
    ] as [(String, UInt32)])
  func codes(_ text: String, _ code: UInt32) throws {
    let expected = HCNErrorCode(rawValue: code)
    #expect(try faults(["*:nth=1:code=\(text)"], of: ["HNSCall"]) == [.refused(expected)])
    #expect(try faults(["*:nth=1:half:code=\(text)"], of: ["HNSCall"]) == [.partial(expected)])
  }

  @Test(arguments: [
    ("", "a fault is CALL:nth=N:WHAT"), ("HNSCall", "a fault is"), ("HNSCall:nth=1", "a fault is"),
    ("Hcn:nth=1:half", "'Hcn' is not a service function"), ("*:first:half", "'first' selects no calls"),
    ("*:nth=0:half", "'nth=0' selects no calls"), ("*:nth=-1:half", "'nth=-1' selects no calls"),
    ("*:at=1:half", "'at=1' selects no calls"), ("*:nth=1:quarter", "the fault must be"),
    ("*:nth=1:half:0x80004005", "'0x80004005' is not an error code"),
    ("*:nth=1:code=NOPE", "'NOPE' is not a code"),
    ("*:nth=1:code=0x0", "0x0 is a success code"), ("*:nth=1:hang:code=E_FAIL", "the fault must be"),
    ("*:nth=1:code=0x1ffffffff", "'0x1ffffffff' is not a code"),
  ])
  func whatIsNotUnderstood(_ text: String, _ reason: String) {
    let error = #expect(throws: PlanTextError.self) { try FaultPlan([text]) }
    #expect(error?.description.hasPrefix("'\(text)': \(reason)") == true, "\(String(describing: error))")
  }

  @Test func theFirstHalfOfAList() throws {
    let list: JSON = ["ResourceType": "Policy", "Settings": ["Policies": [1, 2, 3, 4, 5]]]
    let half: JSON = ["ResourceType": "Policy", "Settings": ["Policies": [1, 2]]]
    #expect(
      ServiceCall.modify(.endpoint, .zero, settings: list).firstHalf
        == .modify(.endpoint, .zero, settings: half))
    let subnets: JSON = ["Policies": [], "Ipams": [["Type": "Static"], ["Subnets": [1, 2]]]]
    #expect(
      ServiceCall.create(.network, id: .zero, network: nil, settings: subnets).firstHalf
        == .create(
          .network, id: .zero, network: nil,
          settings: ["Policies": [], "Ipams": [["Type": "Static"], ["Subnets": [1]]]]))
    let v1 = ServiceCall.hns(method: "POST", path: "/policylists", request: ["Policies": [1, 2]])
    #expect(v1.firstHalf == .hns(method: "POST", path: "/policylists", request: ["Policies": [1]]))
    for whole in [
      ServiceCall.delete(.network, .zero), .create(.namespace, id: .zero, network: nil, settings: [:]),
      .modify(.endpoint, .zero, settings: ["Settings": ["Policies": [1]]]),
      .hns(method: "GET", path: "/networks", request: nil),
    ] {
      #expect(whole.firstHalf == whole)
    }
  }

  @Test func halfOfACallIsPerformedAndRefused() throws {
    let shared = SharedService(HostNetworkingService(HostConfiguration(adapters: ["Ethernet"])))
    let id = GUID(1)
    let settings: JSON = [
      "Name": "podnet", "Type": "L2Bridge", "SchemaVersion": ["Major": 2, "Minor": 0],
      "Ipams": [
        [
          "Subnets": [
            [
              "IpAddressPrefix": "10.1.0.0/24",
              "Routes": [["NextHop": "10.1.0.1", "DestinationPrefix": "0.0.0.0/0"]],
            ],
            [
              "IpAddressPrefix": "10.2.0.0/24",
              "Routes": [["NextHop": "10.2.0.1", "DestinationPrefix": "0.0.0.0/0"]],
            ],
          ]
        ]
      ],
    ]
    let call = ServiceCall.create(.network, id: id, network: nil, settings: settings)
    #expect(shared.perform(call, with: .refused(.portNotFound))?.error?.code == .portNotFound)
    #expect(shared.perform(call, with: .hanging) == nil)
    #expect(shared.perform(.open(.network, id)).error?.code == .networkNotFound)
    #expect(shared.perform(call, with: .partial(.portNotFound))?.error?.code == .portNotFound)
    let query = ServiceCall.query(.network, id, query: ["SchemaVersion": ["Major": 2, "Minor": 0]])
    let document = try #require(shared.perform(query).result)
    #expect(document["Ipams"]?.array?.first?["Subnets"]?.array?.count == 1)
    #expect(shared.perform(call, with: nil)?.error?.code == .networkAlreadyExists)
  }
}
