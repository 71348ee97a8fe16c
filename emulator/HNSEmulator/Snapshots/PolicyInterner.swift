import HostModel
import JSONText
import NetworkTypes

/// A cache of parsed policies, by the text they were parsed from.
///
/// A host has very many endpoints and few kinds of them. While a snapshot is restored, a list of policies, or
/// a policy, with the same text as an earlier one is not parsed again, and both share memory.
final class PolicyInterner {
  /// How many bytes of text are cached.
  private static let limit = 8 << 20
  /// How many ids of ACLs, and sets of protocols, are cached.
  private static let wordLimit = 4_096

  private struct Key: Hashable {
    var driver: NetworkDriver
    var bytes: [UInt8]
  }

  private var lists: [Key: [Policy]] = [:]
  private var policies: [Key: Policy] = [:]
  /// How many bytes of text the cached lists, and policies, were parsed from.
  private var sizes = (lists: 0, policies: 0)
  /// Shared ids and sets of protocols of ACLs.
  private var words: Set<String> = []
  private var protocols: Set<ProtocolSet> = []
  private let configuration: HostConfiguration
  private var readers: [NetworkDriver: PolicyReader] = [:]

  init(_ configuration: HostConfiguration) { self.configuration = configuration }

  /// The policies of an endpoint.
  ///
  /// - Parameters:
  ///   - passage: The text of the list.
  ///   - driver: The driver of the network, on which parsing depends.
  ///   - path: The path of the endpoint's document.
  /// - Returns: The policies, which are written to documents exactly as in the text.
  func policies(
    _ passage: JSONPassage, _ driver: NetworkDriver, at path: String
  ) throws(SnapshotError) -> [Policy] {
    let key = Key(driver: driver, bytes: passage.bytes)
    if let known = lists[key] { return known }
    let reader = reader(driver)
    var text = JSONReader(passage)
    var result: [Policy] = []
    var fresh: [(position: Int, key: Key)] = []
    try text.openNext()
    while try text.hasElement() {
      let element = try text.deferredPassage()
      let key = Key(driver: driver, bytes: element.bytes)
      if let known = policies[key] {
        result.append(known)
      } else {
        fresh.append((result.count, key))
        result.append(try policy(element, reader, at: "\(path).Policies[\(result.count)]", in: path))
      }
    }
    guard !result.isEmpty else {
      throw SnapshotError(path: "\(path).Policies", reason: "must be omitted if empty")
    }
    do throws(HCNError) { try reader.checkParameters(result) } catch {
      throw SnapshotError(path: path, reason: "\(error)")
    }
    packACLs(of: &result, at: fresh.map(\.position))
    for (position, key) in fresh { remember(&policies, &sizes.policies, key, result[position]) }
    remember(&lists, &sizes.lists, key, result)
    return result
  }

  private func policy(
    _ passage: JSONPassage, _ reader: PolicyReader, at path: @autoclosure () -> String, in endpoint: String
  ) throws(SnapshotError) -> Policy {
    var text = JSONReader(passage)
    let document = try text.readValue()
    let policy: Policy
    do throws(HCNError) {
      guard let read = try reader.policies([document]).first else {
        throw HCNError(.invalidPolicy, detail: "a policy has no members")
      }
      policy = read
    } catch { throw SnapshotError(path: endpoint, reason: "\(error)") }
    if let difference = document.firstDifference(from: policy.document, at: path()) { throw difference }
    return policy
  }

  /// Stores ACLs as typed values in one list if their settings contain nothing more, which takes a fraction
  /// of the memory.
  private func packACLs(of policies: inout [Policy], at positions: [Int]) {
    var packed: [Int] = []
    var acls: [PortACL] = []
    for position in positions where policies[position].type == .acl {
      guard var acl = policies[position].acl, acl.settings == policies[position].settings else { continue }
      if let id = acl.id { acl.id = words.insert(id).memberAfterInsert }
      if let protocols = acl.match.protocols {
        acl.match.protocols = self.protocols.insert(protocols).memberAfterInsert
      }
      if words.count > Self.wordLimit { words.removeAll() }
      if protocols.count > Self.wordLimit { protocols.removeAll() }
      packed.append(position)
      acls.append(acl)
    }
    let list = ACLList(acls)
    for (index, position) in packed.enumerated() { policies[position] = Policy(listed: list, at: index) }
  }

  private func reader(_ driver: NetworkDriver) -> PolicyReader {
    if let reader = readers[driver] { return reader }
    let reader = PolicyReader(configuration: configuration, driver: driver, table: .endpoint)
    readers[driver] = reader
    return reader
  }

  /// Caches a value; if the cache becomes too large, earlier values are dropped.
  private func remember<Value>(
    _ known: inout [Key: Value], _ size: inout Int, _ key: Key, _ value: Value
  ) {
    if size + key.bytes.count > Self.limit {
      known.removeAll()
      size = 0
    }
    size += key.bytes.count
    known[key] = value
  }
}
