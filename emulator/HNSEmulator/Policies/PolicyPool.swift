import HostModel
import JSONText

/// Policies that were read before, by what is written of them.
///
/// A host has very many endpoints and few kinds of them. While a snapshot is restored a policy that is
/// written as a former one is that one: it is not read again, and both share their memory.
final class PolicyPool {
  private struct Key: Hashable {
    var driver: NetworkDriver
    var element: JSON
  }

  private var known: [Key: Policy] = [:]

  /// The policy of an element, read at most once.
  ///
  /// - Parameters:
  ///   - element: The element of the document's list.
  ///   - driver: The driver of the network, on which the reading depends.
  ///   - read: Reads it.
  func policy(
    _ element: JSON, _ driver: NetworkDriver, read: () throws(HCNError) -> Policy
  ) throws(HCNError) -> Policy {
    let key = Key(driver: driver, element: element)
    if let policy = known[key] { return policy }
    let policy = try read()
    known[key] = policy
    return policy
  }
}
