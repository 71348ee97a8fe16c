import HostModel
package import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Writes the snapshot as text, one object after the other, with one line per object or policy of an
  /// endpoint.
  ///
  /// - Parameters:
  ///   - writer: Receives the text.
  ///   - indent: The indentation level of the line in which the snapshot starts.
  /// - Throws: The errors of the writer.
  package func writeSnapshot<Failure: Error>(
    to writer: inout JSONWriter<Failure>, indent: Int
  ) throws(Failure) {
    var texts = PolicyTextCache()
    writer.write("{")
    try member("formatVersion", .integer(Self.snapshotFormat), indent, &writer, isFirst: true)
    try member("configuration", configuration.snapshot, indent, &writer)
    try member("nextOrdinal", .integer(nextOrdinal), indent, &writer)
    try member("nextCompartment", .integer(Int64(nextCompartment)), indent, &writer)
    if let routerCompartment {
      try member("routerCompartment", .integer(Int64(routerCompartment)), indent, &writer)
    }
    let networks = networks.values.sorted { $0.ordinal < $1.ordinal }
    try list("networks", networks, indent, &writer) { writer, network throws(Failure) in
      writer.write(entry(of: network))
    }
    let endpoints = endpoints.values.sorted { $0.ordinal < $1.ordinal }
    try list("endpoints", endpoints, indent, &writer) { writer, endpoint throws(Failure) in
      try write(endpoint, to: &writer, indent: indent + 2, &texts)
    }
    let namespaces = namespaces.values.sorted { $0.ordinal < $1.ordinal }
    try list("namespaces", namespaces, indent, &writer) { writer, namespace throws(Failure) in
      writer.write(entry(of: namespace))
    }
    let others: [(name: String, entries: [JSON])] = [
      ("loadBalancers", loadBalancers.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      ("routes", routes.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      (
        "guestNetworkServices",
        guestNetworkServices.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }
      ),
    ]
    for (name, entries) in others where !entries.isEmpty {
      try list(name, entries, indent, &writer) { writer, entry throws(Failure) in writer.write(entry) }
    }
    if !acceleratedMACs.isEmpty {
      try member("acceleratedMACs", .strings(acceleratedMACs.map(\.description)), indent, &writer)
    }
    try writer.newLine(indent)
    writer.write("}")
  }

  private func member<Failure: Error>(
    _ name: String, _ value: JSON, _ indent: Int, _ writer: inout JSONWriter<Failure>, isFirst: Bool = false
  ) throws(Failure) {
    if !isFirst { writer.write(",") }
    try writer.newLine(indent + 1)
    writer.write("\"\(name)\": ")
    writer.write(value)
  }

  private func list<Element, Failure: Error>(
    _ name: String, _ elements: [Element], _ indent: Int, _ writer: inout JSONWriter<Failure>,
    _ write: (inout JSONWriter<Failure>, Element) throws(Failure) -> Void
  ) throws(Failure) {
    writer.write(",")
    try writer.newLine(indent + 1)
    writer.write("\"\(name)\": ")
    try writer.list("[", elements.count, "]", indent + 1) { index, writer throws(Failure) in
      try write(&writer, elements[index])
    }
  }

  /// Writes an endpoint: one line, and one for each policy.
  private func write<Failure: Error>(
    _ endpoint: EndpointObject, to writer: inout JSONWriter<Failure>, indent: Int,
    _ texts: inout PolicyTextCache
  ) throws(Failure) {
    guard !endpoint.policies.isEmpty else { return writer.write(entry(of: endpoint)) }
    var bare = endpoint
    bare.policies = []
    let entry = entry(of: bare).object ?? JSONObject()
    writer.write("{")
    for member in entry.members where member.key != "document" {
      writer.write(.string(member.key))
      writer.write(":")
      writer.write(member.value)
      writer.write(",")
    }
    writer.write("\"document\":{")
    for member in entry["document"]?.object?.members ?? [] {
      writer.write(.string(member.key))
      writer.write(":")
      writer.write(member.value)
      writer.write(",")
    }
    writer.write("\"Policies\":[")
    writer.write(texts.lines(of: endpoint.policies, indent: indent))
    try writer.newLine(indent)
    writer.write("]}}")
  }
}

/// The texts of recently written lists of policies, because many endpoints share one list.
private struct PolicyTextCache {
  /// How many bytes are cached.
  private static let limit = 4 << 20

  /// By the address of the list, which is stable while the service is being written.
  private var known: [UnsafePointer<Policy>: (count: Int, lines: [UInt8])] = [:]
  private var size = 0

  /// One line per policy.
  mutating func lines(of policies: [Policy], indent: Int) -> [UInt8] {
    let address = policies.withUnsafeBufferPointer { $0.baseAddress }
    if let address, let text = known[address], text.count == policies.count { return text.lines }
    var lines: [UInt8] = []
    for (index, policy) in policies.enumerated() {
      if index > 0 { lines.append(UInt8(ascii: ",")) }
      lines.append(0x0a)
      lines += repeatElement(0x20, count: 2 * (indent + 1))
      policy.document.write(compactInto: &lines)
    }
    guard let address else { return lines }
    if size + lines.count > Self.limit {
      known.removeAll()
      size = 0
    }
    size += lines.count
    known[address] = (policies.count, lines)
    return lines
  }
}
