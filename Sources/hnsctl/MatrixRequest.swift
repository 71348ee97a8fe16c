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

  /// Reads the services and the address sets.
  func read() throws(Diagnostic) -> Read {
    var found: [MatrixService] = []
    for text in services.flatMap({
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }) {
      let service = try Self.service(text)
      if !found.contains(service) { found.append(service) }
    }
    var sets: [(String, AddressSet)] = []
    for text in addressSets {
      let (name, addresses) = try Self.addressSet(text)
      guard !sets.contains(where: { $0.0 == name }) else {
        throw Self.failure(
          .duplicateName, "two address sets are named '\(printable(name))'", "rename one of them")
      }
      sets.append((name, addresses))
    }
    return Read(services: found.sorted(), sets: sets)
  }

  private static func failure(_ code: DiagnosticCode, _ message: String, _ help: String?) -> Diagnostic {
    Diagnostic(code, message, help: help)
  }

  private static let serviceHelp = "write a service such as tcp/443, udp/53 or icmp"

  private static func service(_ text: String) throws(Diagnostic) -> MatrixService {
    do { return try MatrixService(parsing: text) } catch {
      switch error {
      case .word(let problem, let word):
        throw PacketProblemView.diagnostic(
          problem, word, file: nil, help: problem.reason == .notAProtocol ? serviceHelp : nil)
      case .portsWithoutPorts(let proto):
        throw failure(
          .protocolWithoutPorts, "protocol \(proto) has no ports", "write \(proto) alone")
      }
    }
  }

  /// Reads `NAME=ADDRESS,ADDRESS`.
  private static func addressSet(_ text: String) throws(Diagnostic) -> (String, AddressSet) {
    guard let cut = text.firstIndex(of: "="), cut > text.startIndex else {
      throw failure(
        .invalidName, "'\(printable(text))' is not an address set",
        "write NAME=ADDRESS,ADDRESS, such as corp=10.0.0.0/8")
    }
    let name = String(text[..<cut])
    var ranges: [AddressRange] = []
    for word in text[text.index(after: cut)...].split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = AddressText(parsing: Array(word.utf8).span).range else {
        throw failure(
          .invalidAddress, "'\(printable(String(word)))' is not an address, a prefix or a range", nil)
      }
      ranges.append(range)
    }
    return (name, AddressSet(ranges))
  }

  /// The peers of a source that the matrix covers, and the addresses that the source contains.
  ///
  /// - Parameters:
  ///   - source: What packets are evaluated against.
  ///   - sets: Address sets in addition to those of the profile; one with the same name replaces it.
  ///   - others: Peers of the other source, which this one may lack.
  func peers(
    of source: QuerySource, _ sets: [(name: String, addresses: AddressSet)], others: Set<String> = []
  ) throws(Diagnostic) -> (peers: [MatrixPeer], onHostAddresses: AddressSet) {
    let own = (source.profile?.addressSets ?? []).map { ($0.name.value, $0.addresses) }
      .filter { set in !sets.contains { $0.name == set.0 } }
    var list = MatrixPeerList(source.evaluator.topology, sets: own + sets)
    let senders = try Self.resolve(from, &list, source, others)
    let receivers = try Self.resolve(to, &list, source, others)
    var peers: [MatrixPeer] = []
    for (index, peer) in list.peers.enumerated() {
      var asked = peer
      asked.sends = senders.map { $0.contains(index) } ?? true
      asked.receives = receivers.map { $0.contains(index) } ?? true
      if asked.sends || asked.receives { peers.append(asked) }
    }
    return (peers, list.onHostAddresses)
  }

  /// The indices of the peers with the given names; nil when none are given, which means everyone.
  private static func resolve(
    _ texts: [String], _ list: inout MatrixPeerList, _ source: QuerySource, _ others: Set<String>
  ) throws(Diagnostic) -> Set<Int>? {
    guard !texts.isEmpty else { return nil }
    var found: Set<Int> = []
    for text in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) })
    {
      var peer: Peer?
      if case .peer(let known) = source.directory.find(text) { peer = known }
      let indices = list.resolve(text, peer: peer)
      found.formUnion(indices)
      // The directory reports what is wrong with an unknown name.
      if indices.isEmpty, !others.contains(text) { _ = try source.peer(text) }
    }
    return found
  }
}
