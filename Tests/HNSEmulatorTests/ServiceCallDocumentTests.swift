import HNSEmulator
import JSONText
import NetworkTypes
import Testing

@Suite struct ServiceCallDocumentTests {
  static let sent =
    #"{"b":1.50,"a":[null,-0,1e400,18446744073709551615],"é":"\u0001\n😀\"","n":{"Z":1,"A":2}}"#

  static let calls: [ServiceCall] = {
    let id = GUID(0x1234)
    let document = (try? JSON(parsing: sent)) ?? .null
    var calls: [ServiceCall] = [
      .endpointStats(id, query: nil), .endpointStats(id, query: document),
      .endpointAddresses(id, query: nil), .endpointAddresses(id, query: [:]),
      .hns(method: "GET", path: "/networks/", request: nil),
      .hns(method: "post", path: "/a b\n\u{1}\"\\/ü", request: document),
      .hns(method: "", path: "", request: .null), .assignManagementIP(network: id), .restart,
    ]
    for kind in HCNObjectKind.allCases {
      calls += [
        .enumerate(kind, query: nil), .enumerate(kind, query: document), .enumerate(kind, query: .null),
        .create(kind, id: .zero, network: nil, settings: document),
        .create(kind, id: id, network: GUID(7), settings: []), .open(kind, id),
        .modify(kind, id, settings: document), .query(kind, id, query: nil),
        .query(kind, id, query: document),
        .delete(kind, id),
      ]
    }
    return calls
  }()

  @Test func everyCallIsReadBackUnchanged() throws {
    for call in Self.calls {
      let text = call.document.text()
      #expect(!text.contains("\n"))
      #expect(try ServiceCall(document: JSON(parsing: text)) == call, "\(text)")
    }
    let sent = try JSON(parsing: Self.sent)
    let call = ServiceCall.create(.network, id: GUID(1), network: nil, settings: sent)
    #expect(
      call.document.text()
        == #"{"call":"HcnCreateNetwork","id":"00000000-0000-0000-0000-000000000001","document":\#(sent.text())}"#
    )
  }

  @Test(arguments: [
    (#"[]"#, "must be an object, not an array"), (#"{}"#, "call: must be a string"),
    (#"{"call":"HcnCloseNetwork"}"#, "call: is not a call of the service"),
    (#"{"call":"HcnOpenNetwork"}"#, "id: must be a string"),
    (#"{"call":"HcnOpenNetwork","id":"x"}"#, "id: is not an id"),
    (#"{"call":"HcnModifyNetwork","id":"00000000-0000-0000-0000-000000000001"}"#, "document: is missing"),
    (
      #"{"call":"HcnCreateEndpoint","id":"00000000-0000-0000-0000-000000000001","network":3,"document":{}}"#,
      "network: must be a string"
    ),
    (#"{"call":"HNSCall","method":"GET"}"#, "path: must be a string"),
    (#"{"call":"restart","more":1}"#, "more: is an unknown member"),
  ])
  func whatIsNotACallIsRefused(_ text: String, _ reason: String) throws {
    let document = try JSON(parsing: text)
    let error = #expect(throws: SnapshotError.self) { try ServiceCall(document: document) }
    #expect(error?.description == reason)
  }

  /// A caller's document may nest as deep as JSON may; a record contains it one level down.
  @Test func unreadableDocumentsAreDetected() {
    func nested(_ levels: Int) -> ServiceCall {
      var document = JSON.array([])
      for _ in 1..<levels { document = [document] }
      return .hns(method: "POST", path: "/", request: document)
    }
    #expect(nested(JSON.depthLimit - 1).hasReadableDocument)
    #expect(throws: Never.self) { try JSON(parsing: nested(JSON.depthLimit - 1).document.bytes()) }
    #expect(!nested(JSON.depthLimit).hasReadableDocument)
    #expect(throws: JSONError.self) { try JSON(parsing: nested(JSON.depthLimit).document.bytes()) }
  }
}
