import Diagnostics
import Manifests

/// Rows 1 and 2: the Defender plans of subscriptions.
struct PlanTable {
  private struct Plan {
    var tier: ManifestValue?
    var file: String
    var location: SourceRange
  }

  private struct Subscription {
    var plans: [String: Plan] = [:]
    /// Whether a list of the plans was read, so that others do not exist.
    var isComplete = false
    var file: String
    var location: SourceRange
  }

  private var subscriptions: [String: Subscription] = [:]
  /// The subscriptions in the order found.
  private var order: [String] = []

  mutating func add(_ resource: AzureResource, file: String, isListed: Bool) {
    let id = Self.subscription(of: resource) ?? "subscription of \(file)"
    if subscriptions[id] == nil {
      order.append(id)
      subscriptions[id] = Subscription(file: file, location: resource.value.location)
    }
    let tier = try? resource.property("pricingTier")
    subscriptions[id]?.plans[resource.name.lowercased()] = Plan(
      tier: tier, file: file, location: (tier ?? resource.value).location)
    if isListed { subscriptions[id]?.isComplete = true }
  }

  /// `/subscriptions/GUID` of the id of a resource.
  private static func subscription(of resource: AzureResource) -> String? {
    let parts = resource.id.split(separator: "/")
    guard parts.count >= 2, parts[0].lowercased() == "subscriptions" else { return nil }
    return "/subscriptions/\(parts[1])"
  }

  func evaluate(_ settings: RowSettings, _ record: inout AuditRecord) {
    guard let own = settings.rule.plan else { return }
    // A tenant of today can have either plan (reference: audit, 4).
    let names = settings.isExact2021 ? [own] : ["Containers", own]
    for id in order {
      guard let subscription = subscriptions[id] else { continue }
      let found = names.compactMap { subscription.plans[$0.lowercased()] }
      let subject = AuditRecord.Subject(
        resource: id, file: found.first?.file ?? subscription.file,
        location: found.first?.location ?? subscription.location)
      record.add(Self.result(found, names, isComplete: subscription.isComplete), settings, subject)
    }
  }

  private static func result(_ found: [Plan], _ names: [String], isComplete: Bool) -> CheckResult {
    if found.contains(where: { $0.tier?.equals("Standard") == true }) { return .pass }
    let title = names.joined(separator: " or ")
    if found.isEmpty, !isComplete { return .notEvaluated("the input does not contain the plan \(title)") }
    if found.contains(where: { $0.tier == nil }) { return .notEvaluated("the tier of the plan is not known") }
    return .fail([
      Violation(
        "pricings/\(names[0])", at: found.first?.location,
        found.isEmpty ? "the plan \(title) is not enabled" : "the tier of the plan \(title) is not Standard")
    ])
  }
}
