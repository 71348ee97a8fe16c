import HNSEmulator
package import HostImport
import HostModel
package import JSONText
import NetworkTypes

/// What was found in the sources of a real host, what is not known, and what was not understood.
package struct ImportView {
  private let style: Style
  /// The most lines of one part that was not understood.
  private static let shownLines = 6
  /// The most parts that are shown of those with one reason.
  private static let shownParts = 3
  /// How many characters of such a line are shown.
  private static let shownWidth = 76
  /// The most entries of one list.
  private static let shown = 20

  /// A state file that was written.
  package struct SavedState: Sendable {
    private let file: String
    private let serial: UInt64
    /// The serial number of the state that it replaced; nil if there was none.
    private let replacedSerial: UInt64?

    /// Describes a state file.
    ///
    /// - Parameters:
    ///   - file: The file as the user named it.
    ///   - serial: Its serial number.
    ///   - replacedSerial: The serial number of the state that it replaced; nil if there was none.
    package init(file: String, serial: UInt64, replacedSerial: UInt64?) {
      (self.file, self.serial, self.replacedSerial) = (file, serial, replacedSerial)
    }

    fileprivate var sentence: String {
      let file = printable(file)
      return replacedSerial.map { "Replaced the state in \(file), which had serial \($0)." }
        ?? "Wrote \(file)."
    }

    fileprivate var document: JSON {
      [
        "file": .string(file), "serial": .number(serial),
        "replacedSerial": replacedSerial.map { .number($0) } ?? .null,
      ]
    }
  }

  /// Makes a view.
  ///
  /// - Parameter style: How text is colored.
  package init(style: Style) { self.style = style }

  // MARK: Text

  /// The result as text.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - saved: The state file that was written; nil for none.
  package func lines(_ host: ImportedHost, saved: SavedState?) -> [String] {
    let configuration = host.service.configuration
    let build = configuration.build
    var lines = [
      style(.bold, "Host: Windows \(build), HNS \(build.hnsVersion)") + " (\(Self.text(host.buildSource)))"
    ]
    if !configuration.addresses.isEmpty {
      lines += entry("addresses: \(configuration.addresses.map(\.description).joined(separator: ", "))")
    }
    for (title, count) in Self.counts(host.service) { lines.append("  \(title)s: \(count)") }
    let forms = host.forms.sorted { $0.key < $1.key }
    lines += entry("read: " + forms.map { "\($0.key) (\($0.value))" }.joined(separator: ", "))
    lines += unknown(host)
    if !host.madeUp.isEmpty {
      lines += ["", style(.bold, "Not in the sources, and made up; no verdict depends on it:")]
      lines += listed(host.madeUp.flatMap { entry(printable($0)) })
    }
    let unread = Dictionary(grouping: configuration.gaps.unread) { $0.text != nil }
    if let missing = unread[false] {
      lines += ["", style(.bold, "Missing from the capture:")] + listed(missing.flatMap { title(of: $0) })
    }
    if let parts = unread[true] {
      lines += ["", style(.bold, "Not understood; kept in the state, but not evaluated:")]
      lines += listed(Self.grouped(parts).flatMap { group(of: $0) })
    }
    if let saved { lines += ["", style(.bold, saved.sentence)] }
    return lines
  }

  private func unknown(_ host: ImportedHost) -> [String] {
    let gaps = host.service.gaps
    var lines: [String] = []
    if let firewall = Self.firewallGap(host.service) {
      lines += entry("Windows Firewall: \(firewall.description); \(firewall.help)")
    }
    for (gap, endpoints) in gaps.summary {
      let names = endpoints.map { id in host.service.endpointName(id) }
      let shown = Listing.text(names.map { printable($0) }, limit: Self.shown)
      lines += entry(printable("\(gap.description(shown)); \(gap.help)"))
    }
    lines += listed(gaps.missing.flatMap { entry(printable("\($0.description); \($0.help)")) })
    guard !lines.isEmpty else { return [] }
    return ["", style(.bold, "Unknown, and so is every verdict that depends on it:")] + lines
  }

  /// Parts of one reason, in the order of the first ones.
  private static func grouped(_ unread: [UnreadPart]) -> [[UnreadPart]] {
    var groups: [[UnreadPart]] = []
    var positions: [String: Int] = [:]
    for part in unread {
      let position = positions[part.reason] ?? groups.count
      positions[part.reason] = position
      if position == groups.count { groups.append([]) }
      groups[position].append(part)
    }
    return groups
  }

  /// The parts of one reason: a few of them, or their number and the first ones.
  private func group(of parts: [UnreadPart]) -> [String] {
    guard let first = parts.first, parts.count > Self.shownParts else {
      return parts.flatMap { part in title(of: part) + text(of: part) }
    }
    return title(of: first, more: parts.count - 1) + parts.prefix(Self.shownParts).flatMap { text(of: $0) }
      + ["    and \(parts.count - Self.shownParts) more parts; --json lists everything"]
  }

  private func title(of part: UnreadPart, more: Int = 0) -> [String] {
    let others = more > 0 ? " and \(Listing.number(more, "more part"))" : ""
    return entry("\(printable(part.place))\(others): \(printable(part.reason))")
  }

  private func text(of unread: UnreadPart) -> [String] {
    let text = (unread.text ?? "").split(whereSeparator: \.isNewline)
    var lines = text.prefix(Self.shownLines).map { line -> String in
      let room = Self.shownWidth
      let shown = printable(String(line.prefix(room)))
      return "    " + (shown.count > room || line.count > room ? "\(shown.prefix(room - 3))..." : shown)
    }
    if text.count > Self.shownLines { lines.append("    and \(text.count - Self.shownLines) more lines") }
    return lines
  }

  /// An entry of a list, wrapped.
  private func entry(_ text: String) -> [String] {
    wrapped(text, width: style.proseWidth, indent: "  ", hanging: "    ")
  }

  /// What is not known of Windows Firewall and not assumed either.
  private static func firewallGap(_ service: HostNetworkingService) -> FirewallGap? {
    service.gaps.firewall(of: .host, under: service.assumptions)
  }

  private func listed(_ lines: [String]) -> [String] {
    let limit = Self.shown * Self.shownLines
    guard lines.count > limit else { return lines }
    return lines.prefix(limit) + ["  and \(lines.count - limit) more lines; --json lists everything"]
  }

  private static func text(_ source: ImportedHost.BuildSource) -> String {
    switch source {
    case .option: "specified"
    case .source(let place): "from \(printable("\(place)"))"
    case .inferred(let version): "inferred from HNS \(version)"
    }
  }

  private static func counts(_ service: HostNetworkingService) -> [(title: String, count: Int)] {
    [
      ("network", service.count(of: .network)), ("endpoint", service.count(of: .endpoint)),
      ("namespace", service.count(of: .namespace)), ("load balancer", service.count(of: .loadBalancer)),
      ("route", service.count(of: .route)),
      ("firewall rule", service.configuration.firewall?.rules.count ?? 0),
    ].filter { $0.count > 0 }
  }

  // MARK: JSON

  /// The member of a count: `loadBalancers`.
  private static func member(_ title: String) -> String {
    let words = title.split(separator: " ")
    return words[0] + words.dropFirst().map(\.capitalizedWord).joined() + "s"
  }

  /// The result as a document.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - saved: The state file that was written; nil for none.
  package func document(_ host: ImportedHost, saved: SavedState?) -> JSON {
    let configuration = host.service.configuration
    let build = configuration.build
    let gaps = configuration.gaps
    var document: JSONObject = [
      "formatVersion": 1,
      "host": [
        "windows": .string("\(build)"), "build": .number(build.build),
        "hnsVersion": .string("\(build.hnsVersion)"),
        "source": .string(Self.text(host.buildSource)),
        "addresses": .strings(configuration.addresses.map(\.description)),
      ],
      "found": .object(
        JSONObject(
          Self.counts(host.service).map {
            .init(Self.member($0.title), .number($0.count))
          })),
      "forms": .object(
        JSONObject(host.forms.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })),
      "unknown": .array(
        (Self.firewallGap(host.service).map { gap -> [JSON] in
          [["part": "windowsFirewall", "reason": .string(gap.description), "help": .string(gap.help)]]
        } ?? [])
          + gaps.summary.flatMap { gap, endpoints in
            endpoints.map { id -> JSON in
              let name = host.service.endpointName(id)
              return [
                "part": "endpoint", "endpoint": .string(name), "id": .string(id.lowercase),
                "kind": .string(gap.kind.rawValue), "subject": .string(gap.subject),
                "reason": .string(gap.description(name)), "help": .string(gap.help),
              ]
            }
          }
          + gaps.missing.map { object -> JSON in
            [
              "part": .string(object.kind.rawValue), "endpoint": .string(object.name),
              "id": .string(object.id.lowercase), "kind": "missing", "subject": "",
              "addresses": .strings(object.addresses.map(\.description)),
              "reason": .string(object.description), "help": .string(object.help),
            ]
          }),
      "madeUp": .strings(host.madeUp),
      "unread": .array(
        gaps.unread.map {
          [
            "place": .string($0.place), "reason": .string($0.reason),
            "text": $0.text.map { .string($0) } ?? .null,
          ]
        }),
    ]
    if let saved { document.append("state", saved.document) }
    return .object(document)
  }
}

extension HostNetworkingService {
  fileprivate func endpointName(_ id: GUID) -> String {
    guard let name = (try? document(.endpoint, id))?["Name"]?.string, !name.isEmpty else {
      return id.lowercase
    }
    return name
  }
}

extension Substring {
  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}
