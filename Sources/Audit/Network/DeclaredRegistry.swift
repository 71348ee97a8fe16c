import Diagnostics
import Manifests
import NetworkTypes

/// What a registry of Azure says about who reaches it.
struct DeclaredRegistry {
  var place: DeclaredPlace
  /// Whether every network may connect to it.
  var isOpen: Bool
  /// Whether it has an approved private endpoint.
  var hasPrivateLink: Bool
  /// The addresses that its rules name; nil if they do not decide, or cannot be read.
  var sources: AddressSet?
  /// Where it is written: the default action, the rules and the private endpoints.
  var actionLocation: SourceRange
  var rulesLocation: SourceRange
  var linkLocation: SourceRange

  init(_ resource: AzureResource, _ settings: RowSettings, _ place: DeclaredPlace) {
    self.place = place
    actionLocation = resource.place("networkRuleSet", "defaultAction")
    rulesLocation = resource.place("networkRuleSet", "ipRules")
    linkLocation = resource.place("privateEndpointConnections")
    isOpen = if case .fail? = try? RegistryNetworkAccess(settings).evaluate(resource) { true } else { false }
    hasPrivateLink =
      if case .pass? = try? RegistryPrivateLink(settings).evaluate(resource) { true } else { false }
    guard !isOpen, let rules = try? resource.property("networkRuleSet", "ipRules"), !rules.elements.isEmpty
    else { return }
    var ranges: [AddressRange] = []
    for rule in rules.elements {
      let text = (rule.member(ignoringCase: "value") ?? rule.member(ignoringCase: "ipAddressOrRange") ?? rule)
        .scalarText
      guard let range = text.flatMap({ AddressRange($0) }) else { return }
      ranges.append(range)
    }
    sources = AddressSet(ranges)
  }
}
