/// What `netsh wfp show state` writes: the filters of the Windows Filtering Platform (reference: windows-firewall-and-vfp, 10.0).
///
/// The filters are kept and shown, not evaluated: they are the result of rules of several components, which weights
/// and sublayers order, and no source states how the firewall weighs its own.
package struct WFPState: Sendable {
  /// A filter.
  package struct Filter: Sendable, Hashable {
    /// The display name: of a filter of the firewall that of its rule.
    package var name: String
    /// The provider, such as `FWPM_PROVIDER_MPSSVC_WF`; empty if there is none.
    package var provider: String
    /// The layer, such as `FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4`.
    package var layer: String
    /// The action, such as `FWP_ACTION_PERMIT`.
    package var action: String
    /// The fields of the conditions, such as `FWPM_CONDITION_IP_PROTOCOL`.
    package var fields: [String]
    /// The compartment that a condition names.
    package var compartment: UInt32?
    /// The line, counted from 1.
    package var line: Int
  }

  /// The filters in the order of the text.
  package var filters: [Filter] = []

  /// Whether a text is such a state: XML with a root `wfpstate` or `wfpdiag`.
  ///
  /// - Parameter raw: The bytes of a file as they are on disk.
  package static func recognizes(_ raw: [UInt8]) -> Bool {
    let text = CapturedText(Array(raw.prefix(4096)), file: "").bytes
    guard text.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") else { return false }
    let head = String(decoding: text, as: UTF8.self).lowercased()
    return head.contains("<wfpstate") || head.contains("<wfpdiag")
  }

  /// Reads a state.
  ///
  /// - Parameter bytes: The text in UTF-8.
  /// - Throws: ``XMLText/Problem`` for a text that is cut off or not XML.
  package init(_ bytes: [UInt8]) throws(XMLText.Problem) {
    for root in try XMLText.roots(bytes) { add(root, layer: "") }
  }

  private mutating func add(_ element: XMLElement, layer: String) {
    var layer = layer
    if let key = element["layer"]?["layerKey"]?.text { layer = key }
    if element.name == "item", element["filterId"] != nil, element["action"] != nil {
      filters.append(Filter(element, layer: layer))
      return
    }
    for child in element.children { add(child, layer: layer) }
  }
}

extension WFPState.Filter {
  fileprivate init(_ element: XMLElement, layer: String) {
    let conditions = element["filterCondition"]?.children ?? []
    self.init(
      name: element["displayData"]?["name"]?.text ?? "", provider: element["providerKey"]?.text ?? "",
      layer: element["layerKey"]?.text ?? layer, action: element["action"]?["type"]?.text ?? "",
      fields: conditions.compactMap { $0["fieldKey"]?.text },
      compartment: conditions.first { $0["fieldKey"]?.text == "FWPM_CONDITION_COMPARTMENT_ID" }
        .flatMap { $0["conditionValue"]?["uint32"] }.flatMap { UInt32($0.text) },
      line: element.line)
  }
}
