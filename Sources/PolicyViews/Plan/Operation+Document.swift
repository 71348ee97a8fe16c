import HNSEmulator
import JSONText
import NetworkTypes
import PolicyPlan

extension Operation {
  /// The operation in a saved plan.
  var document: JSON {
    let request = request
    var object = JSONObject()
    object.append("summary", .string(summary))
    object.append("kind", .string(kind.rawValue))
    object.append("id", .string(id.uppercase))
    object.append("call", .string(request.verb.rawValue))
    object.append("network", request.network.map { .string($0.uppercase) })
    object.append("settings", request.settings)
    return .object(object)
  }

  /// Reads an operation of a saved plan; nil if the document is not one.
  init?(document: JSON) {
    guard let kind = document["kind"]?.string.flatMap({ HCNObjectKind(rawValue: $0) }),
      let id = document["id"]?.string.flatMap({ GUID($0) }), let summary = document["summary"]?.string
    else { return nil }
    let call: Call
    switch (document["call"]?.string.flatMap { Request.Verb(rawValue: $0) }, document["settings"]) {
    case (.create, let settings?):
      let network = document["network"]?.string
      guard network == nil || network.flatMap({ GUID($0) }) != nil else { return nil }
      call = .create(network: network.flatMap { GUID($0) }, settings: settings)
    case (.modify, let settings?): call = .modify(settings: settings)
    case (.delete, _): call = .delete
    default: return nil
    }
    self.init(saved: call, kind, id, summary: summary)
  }
}
