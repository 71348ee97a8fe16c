import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// A container or pod while its attachments are read.
struct AttachedWorkload {
  var name: Located<String>
  /// The isolation mode; nil if it is invalid.
  var isolation: Isolation?
  /// The containers of a pod; nil for a container.
  var containers: [PodContainerDeclaration]?
  /// What applies to every entry of `networks`, after its own.
  var policy = PolicyFields()
}

/// One attachment of a container or pod: the workload with its `network`, or an entry of its `networks`.
struct Attachment {
  var fields: AttachmentFields
  /// The network by its index; nil if it is invalid.
  var network: Int?
  /// The name of the endpoint.
  var name: Located<String>
}

/// The keys of an attachment, and those of its workload that apply to it.
struct AttachmentFields {
  /// The keys of the attachment; nil for an entry of `networks` that is only a name.
  var own: Record<WorkloadKey>?
  /// The workload of an entry of `networks`.
  var workload: Record<WorkloadKey>?
  var isOneOfSeveral = false

  /// The value of a key: the attachment's own or else the workload's, unless that has several endpoints and
  /// the key belongs to one.
  subscript(key: WorkloadKey) -> YAMLNode? { own?[key] ?? inherited(key)?[key] }

  /// Whether a key is present, valid or not.
  func has(_ key: WorkloadKey) -> Bool { own?.has(key) ?? false || inherited(key)?.has(key) ?? false }

  private func inherited(_ key: WorkloadKey) -> Record<WorkloadKey>? {
    isOneOfSeveral && WorkloadKey.ofOneEndpoint.contains(key) ? nil : workload
  }
}

/// The ACLs and default actions of a workload, or of one of its networks.
struct PolicyFields {
  var acls: [ACLDeclaration] = []
  var aclSets: [Located<Int>] = []
  var defaults: DefaultsDeclaration?
}

extension ProfileDecoder {
  /// Reads the endpoints of a container or pod: one, or one for each of its `networks`.
  ///
  /// - Returns: Their indices; empty if nothing can refer to them.
  mutating func readEndpoints(
    _ fields: Record<WorkloadKey>, name: Located<String>?, containers: [PodContainerDeclaration]?
  ) -> [Int] {
    var workload = AttachedWorkload(
      name: name ?? Located("", at: startLocation(of: fields.node)),
      isolation: fields[.isolation].map { choice($0, "an isolation mode") } ?? .process,
      containers: containers)
    let attachments = attachments(fields, of: workload)
    if attachments.contains(where: { $0.fields.workload != nil }) {
      if attachments.count > 1 { refuseKeysOfOneEndpoint(fields) }
      workload.policy = policy(of: fields)
    }
    var indices: [Int] = []
    for attachment in attachments {
      guard let endpoint = endpoint(attachment, of: workload), name != nil else { continue }
      if attachments.count > 1 { endpointIndex[endpoint.name.value] = endpoints.count }
      indices.append(endpoints.count)
      endpoints.append(endpoint)
    }
    return indices
  }

  private mutating func attachments(
    _ fields: Record<WorkloadKey>, of workload: AttachedWorkload
  ) -> [Attachment] {
    func whole(_ network: Int?) -> [Attachment] {
      [Attachment(fields: AttachmentFields(own: fields), network: network, name: workload.name)]
    }
    guard let list = fields[.networks] else {
      return whole(fields.has(.networks) ? nil : onlyNetwork(fields, isPod: workload.containers != nil))
    }
    if let network = fields[.network] {
      report(
        .duplicateKey, "'network' and 'networks' cannot be combined", at: keyLocation(network),
        notes: [.init("'networks' is here", keyLocation(list))], help: "list the network under 'networks'")
    }
    guard yaml.kind(list) == .sequence, yaml.count(list) > 0 else {
      emptyOrNoList(list, "the list of networks", help: "write at least one network")
      return whole(nil)
    }
    let isOneOfSeveral = yaml.count(list) > 1
    var seen: [Int: SourceRange] = [:]
    var result: [Attachment] = []
    for element in yaml.children(list) {
      var own: Record<WorkloadKey>?
      var node: YAMLNode? = element
      if yaml.kind(element) == .mapping {
        own = record(element, WorkloadKey.attachmentTable)
        node = own?[.network]
      }
      let network = node.flatMap { networkNumber($0) }
      var name = workload.name
      if let node, isOneOfSeveral {
        name = located(EndpointName.of(name.value, on: yaml.string(node)), node)
      }
      if let network {
        if let first = seen[network] {
          report(
            .duplicateEntry, "the network '\(networks[network].name.value.quotable)' is listed twice",
            at: name.location, notes: [.init("first listed here", first)],
            help: "a container or pod can have one endpoint on a network")
          continue
        }
        seen[network] = name.location
      }
      if let own, !isOneOfSeveral { refuseKeysGivenTwice(own, fields) }
      let keys = AttachmentFields(own: own, workload: fields, isOneOfSeveral: isOneOfSeveral)
      result.append(Attachment(fields: keys, network: network, name: name))
    }
    return result
  }

  private mutating func onlyNetwork(_ fields: Record<WorkloadKey>, isPod: Bool) -> Int? {
    guard let node = fields[.network] else {
      if !fields.has(.network) {
        report(
          .missingKey, "\(isPod ? "a pod" : "a container") needs the key 'network'",
          at: startLocation(of: fields.node),
          help: isPod ? "specify a network, or write 'hostProcess: true'" : "specify a network")
      }
      return nil
    }
    return networkNumber(node)
  }

  mutating func networkNumber(_ node: YAMLNode) -> Int? {
    guard isText(node, "the name of a network") else { return nil }
    if let index = networkIndex[yaml.string(node)] { return index }
    report(
      .unknownNetwork, "there is no network \(quoted(node))", at: yaml.location(node),
      help: suggestion(for: node, among: networkIndex.keys, kind: "networks"))
    return nil
  }

  /// Refuses what cannot apply to several endpoints at once.
  private mutating func refuseKeysOfOneEndpoint(_ fields: Record<WorkloadKey>) {
    for key in WorkloadKey.ofOneEndpoint {
      guard let value = fields[key] else { continue }
      let spelling = WorkloadKey.containerTable.spelling(key)
      report(
        .keyNotSupported,
        "'\(spelling)' belongs to one endpoint, but there is one on each of several networks",
        at: keyLocation(value),
        notes: fields[.networks].map { [.init("the networks are here", keyLocation($0))] } ?? [],
        help: "write it with a network, as in 'networks: [{name: NETWORK, \(spelling): ...}]'")
    }
  }

  /// Refuses what the only entry of `networks` and its workload both specify.
  private mutating func refuseKeysGivenTwice(_ own: Record<WorkloadKey>, _ workload: Record<WorkloadKey>) {
    for key in WorkloadKey.ofOneEndpoint {
      guard let value = workload[key], let other = own[key] else { continue }
      report(
        .duplicateKey, "'\(WorkloadKey.containerTable.spelling(key))' is given twice", at: keyLocation(value),
        notes: [.init("it is also given with the network", keyLocation(other))],
        help: "remove one of the two")
    }
  }

  // MARK: Policy

  /// Reads the policy of an attachment: its own ACLs and sets, then those of its workload.
  ///
  /// - Returns: How many of the ACLs are its own.
  mutating func readPolicy(
    _ attachment: Attachment, of workload: AttachedWorkload, _ endpoint: inout EndpointDeclaration
  ) -> Int {
    let own = attachment.fields.own.map { policy(of: $0) } ?? PolicyFields()
    endpoint.acls = own.acls
    endpoint.aclSets = own.aclSets
    endpoint.defaults = own.defaults
    for acl in workload.policy.acls {
      if let first = own.acls.first(where: { $0.name.value == acl.name.value }) {
        duplicateName(acl.name, of: "an ACL of this endpoint", first: first.name.location)
      }
      endpoint.acls.append(acl)
    }
    for set in workload.policy.aclSets {
      guard let first = own.aclSets.first(where: { $0.value == set.value }) else {
        endpoint.aclSets.append(set)
        continue
      }
      listedTwice("the ACL set '\(aclSets[set.value].name.value)'", at: first.location, first: set.location)
    }
    if let common = workload.policy.defaults {
      endpoint.defaults = DefaultsDeclaration(
        inbound: own.defaults?.inbound ?? common.inbound, outbound: own.defaults?.outbound ?? common.outbound,
        location: own.defaults?.location ?? common.location)
    }
    return own.acls.count
  }

  private mutating func policy(of fields: Record<WorkloadKey>) -> PolicyFields {
    PolicyFields(
      acls: fields[.acls].map { acls($0) } ?? [], aclSets: fields[.aclSets].map { aclSetNames($0) } ?? [],
      defaults: fields[.defaults].flatMap { defaults($0) })
  }

  private mutating func defaults(_ node: YAMLNode) -> DefaultsDeclaration? {
    if yaml.kind(node) == .scalar, let action = RuleAction(rawValue: yaml.string(node)) {
      let both = "{in: \(action.rawValue), out: \(action.rawValue)}"
      wrongType(node, "defaults as a mapping", help: "write \(both), or one of the two")
      return nil
    }
    guard let fields = record(node, DefaultsKey.table) else { return nil }
    var defaults = DefaultsDeclaration(inbound: nil, outbound: nil, location: keyLocation(node))
    if let node = fields[.in] { defaults.inbound = choice(node, "an action").map { located($0, node) } }
    if let node = fields[.out] {
      defaults.outbound = choice(node, "an action").map { located($0, node) }
    }
    if yaml.count(node) == 0 {
      report(
        .emptyList, "defaults cannot be empty", at: keyLocation(node),
        help: "specify 'in', 'out' or both, or remove the key")
    }
    return defaults
  }

  private mutating func aclSetNames(_ node: YAMLNode) -> [Located<Int>] {
    var names: [Located<Int>] = []
    var seen: [Int: SourceRange] = [:]
    forEach(node, "a list of ACL sets") { decoder, element in
      guard decoder.isText(element, "the name of an ACL set") else { return }
      let location = decoder.yaml.location(element)
      guard let index = decoder.aclSetIndex[decoder.yaml.string(element)] else {
        let help = decoder.suggestion(for: element, among: decoder.aclSetIndex.keys, kind: "ACL sets")
        decoder.report(
          .unknownACLSet, "there is no ACL set \(decoder.quoted(element))", at: location, help: help)
        return
      }
      if let first = seen[index] {
        decoder.listedTwice("the ACL set \(decoder.quoted(element))", at: location, first: first)
        return
      }
      seen[index] = location
      names.append(Located(index, at: location))
    }
    return names
  }

  private mutating func listedTwice(_ what: String, at location: SourceRange, first: SourceRange) {
    report(
      .duplicateEntry, "\(what) is listed twice", at: location, notes: [.init("first listed here", first)],
      help: "list it once")
  }
}
