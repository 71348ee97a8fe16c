import HostModel
import JSONText

/// The service's record of a policy.
typealias Policy = HCNPolicy

extension JSON {
  /// Whether arrays and objects nest deeper than a limit.
  func isDeeper(than limit: Int) -> Bool {
    switch self {
    case .array(let elements): limit == 0 || elements.contains { $0.isDeeper(than: limit - 1) }
    case .object(let object): limit == 0 || object.members.contains { $0.value.isDeeper(than: limit - 1) }
    default: false
    }
  }
}
