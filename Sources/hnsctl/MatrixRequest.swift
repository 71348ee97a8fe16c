import Diagnostics
import FilterEngine
import NetworkProfile
import NetworkTypes
import PolicyViews
import Reachability
import SourceReading

/// What a matrix covers, as given on the command line.
struct MatrixRequest {
  var from: [String]
  var to: [String]
  var services: [String]
  var addressSets: [String]

  /// The arguments that can be read without knowing the host.
  struct Read {
    var services: [MatrixService]
    var sets: [(name: String, addresses: AddressSet)]
  }

  /// The peers of a source that a matrix covers, and the addresses that the source contains.
  typealias Peers = (peers: [MatrixPeer], onHostAddresses: AddressSet)

  /// Reads the services and the address sets.
  ///
  /// - Throws: The diagnostics of all invalid values.
  func read() throws(ArgumentProblems) -> Read {
    var problems = ArgumentProblems()
    var found: [MatrixService] = []
    for text in Self.words(services) {
      let service = problems.collect("--service") { () throws(Diagnostic) in try Self.service(text) }
      if let service, !found.contains(service) { found.append(service) }
    }
    var sets: [(String, AddressSet)] = []
    for text in addressSets {
      let set = problems.collect("--address-set") { () throws(Diagnostic) in
        let set = try Self.addressSet(text)
        guard !sets.contains(where: { $0.0 == set.0 }) else {
          throw Diagnostic(
            .duplicateName, "two address sets are named '\(printable(set.0))'", help: "rename one of them")
        }
        return set
      }
      if let set { sets.append(set) }
    }
    guard problems.diagnostics.isEmpty else { throw problems }
    return Read(services: found.sorted(), sets: sets)
  }

  /// The words of values that are separated by commas.
  private static func words(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private static let serviceHelp = "write a service such as tcp/443, udp/53 or icmp"

  private static func service(_ text: String) throws(Diagnostic) -> MatrixService {
    do { return try MatrixService(parsing: text) } catch {
      switch error {
      case .word(let problem, let word):
        throw PacketProblemView.diagnostic(
          problem, word, file: nil, help: problem.reason == .notAProtocol ? serviceHelp : nil)
      case .portsWithoutPorts(let proto):
        throw Diagnostic(
          .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("\(proto)"),
          help: "write \(proto) alone")
      }
    }
  }

  /// Reads `NAME=ADDRESS,ADDRESS`.
  private static func addressSet(_ text: String) throws(Diagnostic) -> (String, AddressSet) {
    guard let cut = text.firstIndex(of: "="), cut > text.startIndex else {
      throw Diagnostic(
        .invalidName, "'\(printable(text))' is not an address set",
        help: "write NAME=ADDRESS,ADDRESS, such as corp=10.0.0.0/8")
    }
    let name = String(text[..<cut])
    guard ![PeerDirectory.host, MatrixPeerList.outside, "any"].contains(name) else {
      throw Diagnostic(
        .reservedName, "an address set cannot be named '\(name)'", help: "use another name")
    }
    var ranges: [AddressRange] = []
    for word in text[text.index(after: cut)...].split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(word)
      if let problem = AddressProblem(
        word, shown: printable(word), kind: "an address, a prefix or a range",
        wildcard: "write 0.0.0.0/0,::/0")
      {
        throw Diagnostic(DiagnosticCode(problem.reason), problem.message, help: problem.help)
      }
      if let range = AddressText(parsing: Array(word.utf8).span).range { ranges.append(range) }
    }
    return (name, AddressSet(ranges))
  }

  /// The peers of a source that the matrix covers, and the addresses that the source contains.
  ///
  /// - Parameters:
  ///   - source: What packets are evaluated against.
  ///   - sets: Address sets in addition to those of the profile.
  ///   - others: The source that it is compared with, whose address sets it gets, and whose peers it may lack.
  /// - Throws: The diagnostics of all invalid values.
  func peers(
    of source: QuerySource, _ sets: [(name: String, addresses: AddressSet)], others: [QuerySource] = []
  ) throws(ArgumentProblems) -> Peers {
    var problems = ArgumentProblems()
    var own: [(name: String, addresses: AddressSet)] = []
    for set in ([source] + others).flatMap({ $0.profile?.addressSets ?? [] })
    where !own.contains(where: { $0.name == set.name.value }) {
      own.append((set.name.value, set.addresses))
    }
    for set in sets {
      let holder =
        own.contains { $0.name == set.name }
        ? "the profile already has an address set"
        : source.hasPeer(set.name) ? "there is already a peer" : nil
      if let holder {
        problems.add(
          .duplicateName, "--address-set: \(holder) named '\(printable(set.name))'", "use another name")
      }
    }
    guard problems.diagnostics.isEmpty else { throw problems }
    var list = MatrixPeerList(source.evaluator.topology, sets: own + sets)
    let names = Set(others.flatMap(\.names))
    let senders = Self.resolve(from, of: "--from", &list, source, names, &problems)
    let receivers = Self.resolve(to, of: "--to", &list, source, names, &problems)
    guard problems.diagnostics.isEmpty else { throw problems }
    var peers: [MatrixPeer] = []
    for (index, peer) in list.peers.enumerated() {
      var asked = peer
      asked.sends = peer.sends && senders.map { $0.contains(index) } ?? true
      asked.receives = receivers.map { $0.contains(index) } ?? true
      if asked.sends || asked.receives { peers.append(asked) }
    }
    return (peers, list.onHostAddresses)
  }

  /// The indices of the peers with the given names; nil when none are given, or any, which means everyone.
  private static func resolve(
    _ texts: [String], of option: String, _ list: inout MatrixPeerList, _ source: QuerySource,
    _ others: Set<String>, _ problems: inout ArgumentProblems
  ) -> Set<Int>? {
    // The name of a network, and so that of an endpoint, can contain commas.
    let words = texts.flatMap { text in
      source.directory.find(text).peers != nil ? [text] : Self.words([text])
    }
    guard !words.isEmpty, !words.contains(where: { $0.lowercased() == "any" }) else { return nil }
    var found: Set<Int> = []
    for text in words {
      let indices = list.resolve(text, peers: source.directory.find(text).peers ?? [])
      found.formUnion(indices)
      // The directory reports what is wrong with an unknown name.
      if indices.isEmpty, !others.contains(text) {
        _ = problems.collect(option) { () throws(Diagnostic) in try source.peers(text) }
      }
      if option == "--from", source.directory.service(text) != nil {
        _ = problems.collect(option) { () throws(Diagnostic) in try source.senders(text) }
      }
    }
    return found
  }
}

extension QuerySource {
  /// Whether a name refers to a peer of the host.
  fileprivate func hasPeer(_ name: String) -> Bool {
    if case .unknown = directory.find(name) { false } else { true }
  }
}
