import HNSEmulator
@testable import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// The text of a state: one line per object or rule, and members in any order.
@Suite struct StateTextTests {
  /// A state with objects of every kind, after some random calls.
  private static func state(_ seed: UInt64, calls count: Int = 400) throws -> HostState {
    var service = host(seed: seed)
    var calls = RandomCalls(seed: seed)
    for _ in 0..<count { _ = service.perform(calls.next(service)) }
    _ = service.takeNotifications()
    let network = try service.makeNetwork(
      "pods", prefix: "10.77.0.0/16", gateway: "10.77.0.1", adapter: "own")
    let acls = (1...5).map { number in
      #"{"Type":"ACL","Settings":{"Action":"Block","Direction":"Out","RemoteAddresses":"10.0.0.\#(number)"}}"#
    }
    for number in 0..<20 {
      let own =
        #"{"Type":"ACL","Settings":{"Direction":"In","Action":"Allow","Protocols":"6","LocalPorts":"\#(number + 1)","Own":[{"b":1,"a":2}]}}"#
      let list = number % 3 == 0 ? acls + [own] : acls
      let endpoint = try service.makeEndpoint(
        network, #""Name":"e\#(number)","Policies":[\#(list.joined(separator: ","))]"#)
      if number % 4 == 0 {
        let namespace = try service.makeNamespace()
        try service.join(namespace, endpoint)
        try service.start(namespace, "c\(number)")
      }
    }
    let notes: JSONObject = [
      "note": "kept", "ownership": ["x": [["Id": "a", "Action": "Allow"], ["Id": "b"]], "y": [[:]]],
    ]
    return HostState(serial: seed, service: service, annotations: notes)
  }

  private static func text(of state: HostState) throws -> [UInt8] {
    let files = ModelFileSystem()
    let file = StateFile(path: "/host/state.json", files: files)
    try file.save(state)
    return try #require(files.bytes(of: "/host/state.json"))
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>) func theTextSaysWhatTheDocumentSays(_ seed: UInt64) throws {
    let state = try Self.state(seed)
    let text = try Self.text(of: state)
    #expect(try JSON(parsing: text).sorted == state.document.sorted)
    #expect(try StateFile.state(in: text, path: "x") == state)
    #expect(state.digest == StateDigest(of: text))
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    #expect(lines.count(where: { $0.contains(#""Type":"ACL""#) }) >= 100)
    #expect(lines.allSatisfy { $0.components(of: #""Type":"ACL""#) <= 1 }, "one rule per line")
    #expect(lines.allSatisfy { $0.components(of: #""ordinal":"#) <= 1 }, "one object per line")
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func memberOrderIsIgnored(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let state = try Self.state(seed, calls: seed % 2 == 0 ? 0 : 300)
    for round in 0..<8 {
      let shuffled = round == 0 ? state.document.sorted : state.document.shuffled(&random)
      let text = shuffled.bytes(round % 2 == 0 ? .compact : .pretty)
      let read = try StateFile.state(in: text, path: "x")
      // Echoed members keep their order.
      #expect(read.document.sorted == state.document.sorted, "seed \(seed), round \(round)")
      #expect(read.serial == state.serial)
      #expect(read.service.invariantViolations() == [])
    }
  }

  /// In any order of members, damage is refused with its path, or the result is equivalent.
  @Test func damageIsFoundInAnyOrder() throws {
    let seed: UInt64 = 31
    var random = SeededGenerator(seed: seed)
    let document = try Self.state(3, calls: 60).document
    let paths = document.paths(depthLimit: 7)
    for _ in 0..<600 {
      let path = try #require(paths.randomElement(using: &random))
      let value = [JSON.null, 0, -1, "x", [], [[]], [:], .number("1e9")].randomElement(using: &random) ?? 0
      let damaged = document.replacing(path[...], with: value)
      func read(_ document: JSON) -> Result<JSON, SnapshotError> {
        do throws(SnapshotError) { return .success(try HostState(document: document).document.sorted) } catch
        {
          return .failure(error)
        }
      }
      let straight = read(damaged)
      let shuffled = read(damaged.shuffled(&random))
      switch (straight, shuffled) {
      case (.success(let first), .success(let second)): #expect(first == second, "seed \(seed), \(path)")
      case (.failure, .failure): break
      default: Issue.record("seed \(seed), \(path): \(straight) and \(shuffled)")
      }
    }
  }

  @Test func statesOfEarlierFormatsAreRead() throws {
    let state = try Self.state(5)
    for format in [1, 2] as [Int64] {
      var object = try #require(state.document.object)
      object["kind"] = nil
      object["formatVersion"] = .integer(format)
      let bytes = JSON.object(object).bytes(.pretty)
      #expect(try StateFile.state(in: bytes, path: "x") == state)
      object["kind"] = "HostState"
      #expect(
        throws: StateFileError.damagedMember(path: "x", member: "kind", reason: "is an unknown member")
      ) { try StateFile.state(in: JSON.object(object).bytes(), path: "x") }
    }
    var object = try #require(state.document.object)
    object["kind"] = "HostPlan"
    #expect(
      throws: StateFileError.damagedMember(path: "x", member: "kind", reason: "must be \"HostState\"")
    ) { try StateFile.state(in: JSON.object(object).bytes(), path: "x") }
  }

  /// A later version may have unknown members before the member with its version.
  @Test func aLaterFormatIsDistinguishedFromDamage() throws {
    let document = try Self.state(2).document
    for path in [["formatVersion"], ["host", "formatVersion"]] {
      let later = document.replacing(path[...], with: 9)
      let changes: [([String], JSON)] = [
        (["aLaterMember"], 1), (["host", "aLaterMember"], [:]), (["host", "networks", "0", "zone"], 1),
        (["host", "configuration", "arch"], "arm64"), (["annotations"], 7),
      ]
      for (member, value) in changes {
        // A problem outside of the host is reported before one in the host.
        guard path.count == 1 || member.first == "host" else { continue }
        let text = later.replacing(member[...], with: value).sorted.bytes()
        let error = #expect(throws: StateFileError.self) { try StateFile.state(in: text, path: "x") }
        guard case .newerFormat(_, 9, _)? = error else {
          Issue.record("\(path) \(member): \(error.map { "\($0)" } ?? "")")
          continue
        }
      }
    }
  }

  @Test(arguments: [1, 3, 4000]) func partsOfAFileMakeNoDifference(_ chunk: Int) throws {
    let seed = UInt64(chunk)
    var random = SeededGenerator(seed: seed)
    let good = try Self.text(of: Self.state(4, calls: 30))
    for round in 0..<40 {
      var text = good
      if round > 0 {
        let index = Int.random(in: 0..<text.count, using: &random)
        if round % 3 == 0 {
          text = Array(text[..<index])
        } else {
          text[index] = UInt8.random(in: 32...126, using: &random)
        }
      }
      let files = ModelFileSystem()
      files.put(text, at: "/host/state.json")
      files.storage.withLock { $0.chunk = chunk }
      func outcome(_ read: () throws(StateFileError) -> HostState?) -> Result<HostState?, StateFileError> {
        do throws(StateFileError) { return .success(try read()) } catch { return .failure(error) }
      }
      let path = "/host/state.json"
      let inParts = outcome { () throws(StateFileError) in try StateFile(path: path, files: files).load() }
      let whole = outcome { () throws(StateFileError) in try StateFile.state(in: text, path: path) }
      #expect(inParts == whole, "seed \(seed), round \(round)")
    }
  }

  @Test func digestsDoNotDependOnParts() throws {
    var random = SeededGenerator(seed: 9)
    for length in 0..<200 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      var hasher = StateHasher()
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 0...20, using: &random))
        hasher.combine(Array(part))
        rest = rest.dropFirst(part.count)
      }
      var whole = SeededDigest(0, "state")
      whole.combine(bytes[...])
      #expect(hasher.digest.description == StateDigest(of: bytes).description)
      #expect(UInt128(hasher.digest.description, radix: 16) == whole.bits)
    }
  }
}

extension JSON {
  /// The same value with the members of every object in a random order.
  fileprivate func shuffled(_ random: inout SeededGenerator) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.shuffled(&random) })
    case .object(let object):
      let members = object.members.map { JSONObject.Member($0.key, $0.value.shuffled(&random)) }
      return .object(JSONObject(members.shuffled(using: &random)))
    default: return self
    }
  }
}

extension Substring {
  /// The number of occurrences of a text in this one.
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
