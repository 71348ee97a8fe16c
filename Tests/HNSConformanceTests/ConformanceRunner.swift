import HNSEmulator
import HNSService
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// The objects that the steps of a case have named.
struct Names: Sendable {
  private var ids: [String: GUID] = [:]
  private var kinds: [String: HCNObjectKind] = [:]
  private var texts: [String: String] = [:]

  /// The id of a named object; `none` is an object that never existed.
  subscript(name: String) -> GUID? {
    name == "none" ? GUID(0xdead_0000_0000_4000_8000_0000_0000_0001) : ids[name.lowercased()]
  }

  func kind(_ name: String) -> HCNObjectKind? { kinds[name.lowercased()] }

  mutating func keep(_ name: String, _ id: GUID, _ kind: HCNObjectKind?) {
    ids[name.lowercased()] = id
    kinds[name.lowercased()] = kind
  }

  mutating func keep(_ name: String, text: String) { texts[name] = text }

  /// A text with names replaced by ids.
  func filled(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "$") {
      result += rest[..<mark]
      rest = rest[rest.index(after: mark)...]
      let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      rest = rest[name.endIndex...]
      let key = String(name)
      if let kept = texts[key] {
        result += kept
      } else if let id = self[key] {
        result += key == key.uppercased() ? id.uppercase : id.lowercase
      } else {
        result += "$" + key
      }
    }
    return result + rest
  }
}

/// Performs the steps of a case and compares every answer with the expected one.
///
/// The calls go through the shared service, like those of every interface. In addition, a refused call must
/// not change anything, its record must match its code, the service must be consistent, and the final state
/// must be restorable from its snapshot.
struct ConformanceRunner {
  private let shared: SharedService
  private let notificationRecorder = NotificationRecorder()
  private var names = Names()

  /// The notifications of an observer.
  private final class NotificationRecorder: Sendable {
    let list = Mutex<[ServiceNotification]>([])
  }

  init(_ run: ConformanceRun) {
    var assumptions = Assumptions()
    for (key, value) in run.shown.assumptions { assumptions[key] = value }
    let service = HostNetworkingService(
      HostConfiguration(
        build: WindowsBuild(run.windows) ?? .standard, assumptions: assumptions, adapters: run.shown.adapters,
        addresses: ["10.240.0.5", "fd00:240::5"].compactMap { IPAddress($0) },
        dns: HostDNS(
          servers: run.shown.dns.compactMap { IPAddress($0) },
          suffixes: run.shown.dns.isEmpty ? [] : ["corp.example"]),
        listens: run.shown.listens.compactMap { HostPorts($0) }, seed: 7))
    // The clock is stopped, so networks get their management IP only by an explicit step.
    shared = SharedService(service, managementIPDelay: 1, clock: { 0 })
    _ = shared.register { [notificationRecorder] notification in
      notificationRecorder.list.withLock { $0.append(notification) }
    }
  }

  /// Runs a case.
  static func run(_ run: ConformanceRun) throws {
    var runner = ConformanceRunner(run)
    for step in run.shown.steps { try runner.carryOut(step, of: run) }
    let service = runner.shared.service
    #expect(
      try HostNetworkingService(snapshot: service.snapshot) == service, "the snapshot is different")
  }

  private mutating func carryOut(_ step: Step, of run: ConformanceRun) throws {
    let location = SourceLocation(
      fileID: "\(step.file)", filePath: "\(step.file)", line: step.line, column: 1)
    switch step.action {
    case .notified(let wanted):
      let notified = notificationRecorder.list.withLock { list in
        defer { list = [] }
        return list.map { notification in
          "\(notification.kind.rawValue)" + (notification.data.map { " " + $0.text() } ?? "")
        }
      }
      #expect(notified == wanted.map { names.filled($0) }, sourceLocation: location)
    case .check(let what, let condition):
      #expect(condition(shared.service, names), "\(what)", sourceLocation: location)
    case .call(let request, let object, let kind):
      let call = try call(request, object, kind)
      let before = shared.service
      let reply = shared.perform(call)
      if reply.status != 0 {
        #expect(shared.service == before, "a refused call changed the host", sourceLocation: location)
      }
      #expect(shared.service.invariantViolations() == [], sourceLocation: location)
      keepObject(of: reply, request, object, kind)
      try check(reply, step.answer, location, run)
    }
  }

  /// Names the object of a reply as given in a step.
  private mutating func keepObject(
    of reply: ServiceReply, _ request: Request, _ object: String?, _ kind: HCNObjectKind?
  ) {
    guard let object else { return }
    switch request {
    case .create: if let id = reply.object { names.keep(object, id, kind) }
    case .hns(_, let path, _):
      guard let id = reply.result?["Output"]?["ID"]?.string.flatMap({ GUID($0) }) else { return }
      let kinds: [String: HCNObjectKind] = [
        "networks": .network, "endpoints": .endpoint, "namespaces": .namespace, "policylists": .loadBalancer,
      ]
      names.keep(object, id, path.split(separator: "/").first.flatMap { kinds[String($0)] })
    default: break
    }
  }

  private func call(_ request: Request, _ object: String?, _ kind: HCNObjectKind?) throws -> ServiceCall {
    func document(_ text: String) throws -> JSON { try JSON(parsing: names.filled(text)) }
    func subject() throws -> (kind: HCNObjectKind, id: GUID) {
      let name = try #require(object)
      return (
        try #require(kind ?? names.kind(name), "\(name) has no kind"), try #require(names[name], "\(name)")
      )
    }
    switch request {
    case .create(let kind, let id, let network, let settings):
      return .create(
        kind, id: try id.map { try #require(GUID(names.filled($0))) } ?? .zero,
        network: try network.map { try #require(names[$0], "\($0)") }, settings: try document(settings))
    case .open: return .open(try subject().kind, try subject().id)
    case .modify(let text): return .modify(try subject().kind, try subject().id, settings: try document(text))
    case .query(let text):
      return .query(try subject().kind, try subject().id, query: try text.map { try document($0) })
    case .delete: return .delete(try subject().kind, try subject().id)
    case .enumerate(let kind, let text): return .enumerate(kind, query: try text.map { try document($0) })
    case .stats: return .endpointStats(try #require(object.flatMap { names[$0] }), query: nil)
    case .addresses: return .endpointAddresses(try #require(object.flatMap { names[$0] }), query: nil)
    case .hns(let method, let path, let text):
      return .hns(
        method: method, path: names.filled(path), request: try text.map { try document($0) })
    case .assignManagementIP: return .assignManagementIP(network: try #require(object.flatMap { names[$0] }))
    case .restart: return .restart
    }
  }

  // MARK: Answers

  private mutating func check(
    _ reply: ServiceReply, _ answers: [Answer], _ location: SourceLocation, _ run: ConformanceRun
  ) throws {
    var wanted: UInt32 = 0
    for case .fails(let code) in answers { wanted = code }
    #expect(
      HCNErrorCode(rawValue: reply.status) == HCNErrorCode(rawValue: wanted),
      "\(reply.error.map { "\($0)" } ?? "S_OK")", sourceLocation: location)
    if let error = reply.error {
      #expect(
        error.record.text()
          == #"{"Success":false,"Error":\#(JSON.string(error.text + ". ").text()),"ErrorCode":\#(reply.status)}"#,
        sourceLocation: location)
      #expect(reply.result == nil && reply.object == nil, sourceLocation: location)
    }
    for answer in answers { try check(reply.result, answer, location) }
  }

  private mutating func check(_ document: JSON?, _ answer: Answer, _ location: SourceLocation) throws {
    let text = document?.text() ?? "nothing"
    func value(_ path: String) -> JSON? { document.flatMap { JSONPattern.value(path, of: $0) } }
    switch answer {
    case .fails: break
    case .answers(let wanted): #expect(text == names.filled(wanted), sourceLocation: location)
    case .answersNothing: #expect(document == nil, "\(text)", sourceLocation: location)
    case .has(let wanted):
      let pattern = try JSON(parsing: names.filled(wanted))
      let difference = document.map { JSONPattern.difference($0, pattern) } ?? "there is no document"
      #expect(difference == nil, "\(text)", sourceLocation: location)
    case .lacks(let paths):
      for path in paths {
        #expect(value(path) == nil, "\(path) in \(text)", sourceLocation: location)
      }
    case .at(let path, let wanted):
      #expect(value(path)?.text() == names.filled(wanted), "\(path) in \(text)", sourceLocation: location)
    case .some(let path, let wanted), .none(let path, let wanted):
      let pattern = try JSON(parsing: names.filled(wanted))
      let found = value(path)?.array?.contains { JSONPattern.difference($0, pattern) == nil } ?? false
      if case .some = answer {
        #expect(found, "\(wanted) among \(path) in \(text)", sourceLocation: location)
      } else {
        #expect(!found, "\(wanted) among \(path) in \(text)", sourceLocation: location)
      }
    case .count(let path, let count):
      #expect(value(path)?.array?.count ?? 0 == count, "\(path) in \(text)", sourceLocation: location)
    case .members(let path, let keys):
      #expect(value(path)?.object?.members.map(\.key) == keys, sourceLocation: location)
    case .begins(let path, let keys):
      #expect(
        value(path)?.object?.members.prefix(keys.count).map(\.key) == keys, "\(text)",
        sourceLocation: location)
    case .ordered(let path, let keys):
      #expect(
        value(path)?.object?.members.map(\.key).filter { keys.contains($0) } == keys, "\(text)",
        sourceLocation: location)
    case .isAlphabetical:
      #expect(document.map { JSONPattern.isAlphabetical($0) } == true, "\(text)", sourceLocation: location)
    case .keeps(let name, let path):
      let kept = try #require(value(path), "\(path) in \(text)", sourceLocation: location)
      names.keep(name, text: kept.string ?? kept.text())
    }
  }
}

/// Compares a document with a part of it.
enum JSONPattern {
  /// The value at a path of names and indices, `Policies.0.Settings`.
  static func value(_ path: String, of document: JSON) -> JSON? {
    path.split(separator: ".").reduce(document as JSON?) { value, part in
      guard let index = Int(part) else { return value?[String(part)] }
      guard let array = value?.array, array.indices.contains(index) else { return nil }
      return array[index]
    }
  }

  /// Whether the members of every object are in alphabetical order.
  static func isAlphabetical(_ value: JSON) -> Bool {
    switch value {
    case .array(let elements): elements.allSatisfy { isAlphabetical($0) }
    case .object(let object):
      object.members.map(\.key) == object.members.map(\.key).sorted()
        && object.members.allSatisfy { isAlphabetical($0.value) }
    default: true
    }
  }

  /// The first difference between a document and a pattern; nil if it matches.
  static func difference(_ value: JSON, _ pattern: JSON, at path: String = "") -> String? {
    switch pattern {
    case .object(let wanted):
      guard let object = value.object else { return "\(path): \(value.text()) is not an object" }
      for member in wanted.members {
        guard let part = object[member.key] else { return "\(path).\(member.key) is absent" }
        if let found = difference(part, member.value, at: "\(path).\(member.key)") { return found }
      }
      return nil
    case .array(let wanted):
      guard let array = value.array, array.count == wanted.count else {
        return "\(path): \(value.text()) does not have \(wanted.count) elements"
      }
      for (index, pair) in zip(array, wanted).enumerated() {
        if let found = difference(pair.0, pair.1, at: "\(path).\(index)") { return found }
      }
      return nil
    case .string("<any>"): return nil
    case .string("<guid>"): return value.string.flatMap { GUID($0) } == nil ? "\(path): not a GUID" : nil
    case .string("<mac>"):
      return value.string.flatMap { MACAddress($0) } == nil ? "\(path): not a MAC address" : nil
    case .string("<address>"):
      return value.string.flatMap { IPAddress($0) } == nil ? "\(path): not an address" : nil
    case .string("<number>"): return value.integer == nil ? "\(path): not a number" : nil
    default:
      return value == pattern || isSameID(value, pattern)
        ? nil : "\(path): \(value.text()) is not \(pattern.text())"
    }
  }

  /// Whether two texts are the same id; rows about the case of ids compare them byte for byte.
  private static func isSameID(_ left: JSON, _ right: JSON) -> Bool {
    guard let id = left.string.flatMap({ GUID($0) }) else { return false }
    return id == right.string.flatMap { GUID($0) }
  }
}
