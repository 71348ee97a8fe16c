import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// What endpoints use, each with the location of its first use.
struct EndpointUsage {
  /// An address, together with what separates its subnet from others.
  struct AddressKey: Hashable {
    var address: IPAddress
    var isolation: UInt64?
  }

  var addresses: [AddressKey: SourceRange] = [:]
  var macs: [MACAddress: SourceRange] = [:]
  var endpointIds: [GUID: SourceRange] = [:]
  var published: [Listen: SourceRange] = [:]
  /// The ports that host-process containers listen on.
  var hostListeners: [Listen: SourceRange] = [:]
  /// Pairs of ACLs that were already reported as ambiguous.
  var ambiguous: Set<[SourceRange]> = []
  /// Facts about ACL sets that endpoints use together.
  var joinedSets: [[Int]: JoinedSets] = [:]
  /// Facts about single ACL sets.
  var setFacts: [Int: ACLSetFacts] = [:]
  var warnedOfRevision = false
  var comparisons = 0
  var joinedRules = 0
}

extension ProfileDecoder {
  /// Reads one container or pod.
  mutating func readWorkload(_ node: YAMLNode, isPod: Bool) {
    let table = isPod ? WorkloadKey.podTable : WorkloadKey.containerTable
    guard let fields = record(node, table) else { return }
    let name = fields[.name].flatMap { self.name($0, of: table.noun) }
    var workload = Workload(location: name?.location ?? startLocation(of: node))
    var containers: [PodContainerDeclaration] = []
    let isHostProcess = fields[.hostProcess].flatMap { boolean($0, "hostProcess") } ?? false
    if let node = fields[.containers] {
      containers = readPodContainers(node)
      workload.containers = containers.map(\.name.value)
    }
    checkListeners(containers, isHostProcess: isHostProcess)
    if isHostProcess {
      refuseEndpointKeys(fields)
      if let name { hostProcessPods.append(HostProcessPod(name: name, containers: containers)) }
    } else {
      workload.endpoints = readEndpoints(fields, name: name, containers: isPod ? containers : nil)
    }
    guard let name else { return }
    if let first = workloads[name.value] {
      duplicateName(name, of: "a container or pod", first: first.location)
    } else if addressSetIndex[name.value] != nil {
      report(
        .duplicateName, "there is already an address set named '\(name.value)'", at: name.location,
        notes: addressSetNotes(name.value),
        help: "rename one of them: containers, pods and address sets share their names, so that an ACL can "
          + "use them")
    } else {
      workloads[name.value] = workload
    }
  }

  private mutating func refuseEndpointKeys(_ fields: Record<WorkloadKey>) {
    for entry in WorkloadKey.containerTable.entries where entry.key != .name {
      guard let value = fields[entry.key] else { continue }
      report(
        .keyNotSupported, "a host-process pod has no endpoint, so '\(entry.spelling)' is not valid",
        at: keyLocation(value),
        notes: fields[.hostProcess].map { [.init("'hostProcess' is here", keyLocation($0))] } ?? [],
        help: "remove the key; the pod uses the host's network")
    }
  }

  private mutating func readPodContainers(_ node: YAMLNode) -> [PodContainerDeclaration] {
    guard yaml.kind(node) != .sequence || yaml.count(node) > 0 else {
      emptyOrNoList(node, "the list of containers of a pod", help: "write at least one container")
      return []
    }
    var result: [PodContainerDeclaration] = []
    var seen: [String: SourceRange] = [:]
    forEach(node, "a list of containers") { decoder, element in
      guard let fields = decoder.record(element, PodContainerKey.table) else { return }
      let listens = fields[.listens].flatMap { decoder.list($0, "a list of ports") { $0.listen($1) } }
      guard let name = fields[.name].flatMap({ decoder.name($0, of: "a container") }) else { return }
      if name.value == EndpointDeclaration.infrastructureName {
        decoder.report(
          .reservedName,
          "a container of a pod cannot be named '\(name.value)', like the one that opens the pod's namespace",
          at: name.location)
      }
      if let first = seen[name.value] {
        decoder.duplicateName(name, of: "a container of this pod", first: first)
      } else {
        seen[name.value] = name.location
      }
      result.append(PodContainerDeclaration(name: name, listens: listens ?? []))
    }
    return result
  }

  /// Containers of a pod share its ports, and host-process containers those of the host.
  private mutating func checkListeners(_ containers: [PodContainerDeclaration], isHostProcess: Bool) {
    var inPod: [Listen: SourceRange] = [:]
    for listen in containers.flatMap(\.listens) {
      let title = "\(listen.value.port)/\(listen.value.protocol)"
      if let first = inPod[listen.value] {
        report(
          .duplicateListener, "another container of this pod already listens on \(title)",
          at: listen.location,
          notes: [.init("first used here", first)], help: "the containers of a pod share its ports")
        continue
      }
      inPod[listen.value] = listen.location
      guard isHostProcess,
        isFree(
          listen.value.port, listen.value.protocol, "the container cannot listen on it", at: listen.location)
      else { continue }
      if let first = usage.hostListeners[listen.value] {
        report(
          .duplicateListener, "another host-process container already listens on \(title)",
          at: listen.location,
          notes: [.init("first used here", first)],
          help: "host-process containers share the ports of the host")
      } else {
        usage.hostListeners[listen.value] = listen.location
      }
      if let first = usage.published[listen.value] {
        report(
          .duplicatePort, "host port \(title) is already published", at: listen.location,
          notes: [.init("it is published here", first)])
      }
    }
  }

  /// Reads `PORT`, optionally with `/tcp` or `/udp`.
  private mutating func listen(_ node: YAMLNode) -> Located<Listen>? {
    guard isText(node, "a port with its protocol") else { return nil }
    let text = yaml.string(node)
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let proto = transport(parts.count == 2 ? parts[1] : nil, node, "write PORT/tcp or PORT/udp"),
      let port = port(parts[0], node, "write PORT/tcp or PORT/udp")
    else { return nil }
    return located(Listen(port: port, protocol: proto), node)
  }

  /// Reads the protocol after a slash; TCP if there is none.
  func transportProtocol(_ text: Substring?) -> IPProtocol? {
    guard let text else { return .tcp }
    return switch text.lowercased() {
    case "tcp": .tcp
    case "udp": .udp
    default: nil
    }
  }

  mutating func transport(_ text: Substring?, _ node: YAMLNode, _ help: String) -> IPProtocol? {
    if let result = transportProtocol(text) { return result }
    let word = String(text ?? "")
    if let known = try? IPProtocol(word: word), known.hasPorts {
      report(
        .unknownProtocol, "the protocol is written by its name here, not as '\(word.quotable)'",
        at: yaml.location(node), help: "write \(known)")
    } else if let known = try? IPProtocol(word: word) {
      report(
        .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("\(known)"), at: yaml.location(node),
        help: help)
    } else {
      report(.unknownProtocol, "'\(word.quotable)' is not tcp or udp", at: yaml.location(node), help: help)
    }
    return nil
  }

  mutating func port(_ text: Substring, _ node: YAMLNode, _ help: String) -> UInt16? {
    do {
      if let port = try PortRange(word: text, for: .rule).single { return port }
      report(.invalidPort, "\(quoted(node)) is malformed", at: yaml.location(node), help: help)
    } catch {
      if error.reason == .portOutOfRange {
        invalidPort(error, String(text), at: node, help: "write a port from 1 to 65535")
      } else {
        report(.invalidPort, "\(quoted(node)) is malformed", at: yaml.location(node), help: help)
      }
    }
    return nil
  }
}
