import Audit

extension RowCase {
  private static func version(_ text: String) -> String { #"{"kubernetesVersion": "\#(text)"}"# }
  private static func connections(_ states: String...) -> String {
    let list = states.map {
      #"{"properties": {"privateLinkServiceConnectionState": {"status": "\#($0)"}}}"#
    }
    return #"{"privateEndpointConnections": [\#(list.joined(separator: ", "))]}"#
  }
  private static let old: [AuditBenchmark: AuditStatus] = [.asc2021: .fail]

  /// The statements of the reference page about clusters and registries (reference: audit, 4).
  static let azure: [RowCase] =
    [
      .pass(3, "enabled", #"{"addonProfiles": {"azurepolicy": {"enabled": true}}}"#),
      .pass(3, "another case", #"{"addonProfiles": {"azurePolicy": {"enabled": true}}}"#),
      .fail(3, "disabled", #"{"addonProfiles": {"azurepolicy": {"enabled": false}}}"#),
      .fail(3, "null", #"{"addonProfiles": null}"#),
      .fail(3, "another add-on", #"{"addonProfiles": {"omsagent": {"enabled": true}}}"#),
      .pass(6, "enabled", #"{"encryption": {"status": "enabled"}}"#),
      .pass(6, "Enabled", #"{"encryption": {"status": "Enabled"}}"#),
      .fail(6, "disabled", #"{"encryption": {"status": "disabled"}}"#),
      .fail(6, "nothing", "{}"),
      .pass(
        7, "denied",
        #"{"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]}}"#),
      .fail(7, "allowed", #"{"networkRuleSet": {"defaultAction": "Allow"}}"#),
      .fail(7, "null", #"{"networkRuleSet": null, "publicNetworkAccess": "Enabled"}"#),
      .pass(
        7, "no public access",
        #"{"networkRuleSet": {"defaultAction": "Allow"}, "publicNetworkAccess": "Disabled"}"#,
        but: old),
      .pass(8, "approved", connections("Approved")),
      .pass(8, "one of two", connections("Pending", "Approved")),
      .fail(8, "none", connections()),
      .fail(8, "others", connections("Pending", "Rejected")),
      .fail(8, "nothing", "{}"),
      .pass(14, "ranges", #"{"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]}}"#),
      .pass(14, "a private cluster", #"{"apiServerAccessProfile": {"enablePrivateCluster": true}}"#),
      .fail(14, "an empty profile", #"{"apiServerAccessProfile": {}}"#),
      .fail(14, "no private cluster", #"{"apiServerAccessProfile": {"enablePrivateCluster": false}}"#),
      .pass(
        14, "ranges without a private cluster",
        #"{"apiServerAccessProfile": {"enablePrivateCluster": false, "authorizedIPRanges": ["203.0.113.7/32"]}}"#
      ),
      .pass(14, "an empty list", #"{"apiServerAccessProfile": {"authorizedIPRanges": []}}"#),
      .fail(
        14, "an empty list, strictly", #"{"apiServerAccessProfile": {"authorizedIPRanges": []}}"#,
        "{strict: true}"),
      .fail(14, "null", #"{"apiServerAccessProfile": null}"#),
      .pass(19, "true", #"{"enableRBAC": true}"#),
      .pass(19, "the text True", #"{"enableRBAC": "True"}"#),
      .fail(19, "false", #"{"enableRBAC": false}"#),
      .pass(19, "nothing", "{}", but: old),
    ]
    + ["1.13.5", "1.12.7", "1.11.9", "1.14.0", "1.32.9", "1.32", "x"].map { .pass(15, $0, version($0)) }
    + ["1.13.4", "1.12.6", "1.11.8", "1.10.13", "1.9.4", "1.0.5"].map { .fail(15, $0, version($0)) }

  /// Plans as `NAME=TIER`.
  static let plans: [RowCase] = [
    .pass(1, "the plan", "ContainerRegistry=Standard,VirtualMachines=Free"),
    .pass(1, "another case", "ContainerRegistry=standard"),
    .fail(1, "free", "ContainerRegistry=Free"),
    .fail(1, "not in the list", "VirtualMachines=Standard"),
    .pass(1, "the plan of today", "Containers=Standard", but: old),
    .pass(2, "the plan", "KubernetesService=Standard"),
    .fail(2, "free", "KubernetesService=Free"),
    .fail(2, "not in the list", "VirtualMachines=Standard"),
    .pass(2, "the plan of today", "Containers=Standard", but: old),
  ]

  static let all = containers + podsAndServices + azure + plans
}
