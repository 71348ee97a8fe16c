import NetworkTypes

/// An address of a firewall rule as the tools spell it (reference: windows-firewall-and-vfp, 2.2, 2.5 and 2.8).
enum AddressWord {
  case any
  case range(AddressRange)
  /// A keyword whose addresses are those of an endpoint's network.
  case keyword(AddressKeyword)
  /// A keyword for some of these addresses.
  case vagueKeyword(AddressSet)
  case unreadable

  var isKeyword: Bool {
    switch self {
    case .keyword, .vagueKeyword: true
    case .any, .range, .unreadable: false
    }
  }

  /// Keywords for which no source states the addresses.
  private static let vagueKeywords: Set = [
    "dhcp", "wins", "internet", "intranet", "intranetremoteaccess", "rmtintranet", "remoteintranet",
    "playtodevice", "playtotargets", "ply2renders", "playtorenderers", "captiveportal", "localsubnet", "dns",
    "defaultgateway",
  ]

  init(_ text: String) {
    let bytes = Array(text.utf8)
    if let range = AddressText(parsing: bytes.span).range ?? Self.masked(text) {
      self = .range(range)
      return
    }
    var word = text.lowercased()
    switch word {
    case "any", "*", "": self = .any
    case "localsubnet": self = .keyword(.localSubnet)
    case "dns": self = .keyword(.dns)
    case "defaultgateway": self = .keyword(.defaultGateway)
    default:
      var addresses = AddressSet.all
      if word.hasSuffix("4") || word.hasSuffix("6") {
        addresses = .all(word.removeLast() == "4" ? .ipv4 : .ipv6)
      }
      self = Self.vagueKeywords.contains(word) ? .vagueKeyword(addresses) : .unreadable
    }
  }

  /// A subnet with a mask: `10.0.0.0/255.255.255.0`.
  private static func masked(_ text: String) -> AddressRange? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]), address.family == .ipv4,
      let mask = IPAddress(parts[1]), mask.family == .ipv4
    else { return nil }
    let bits = UInt32(truncatingIfNeeded: mask.value)
    let length = (~bits).leadingZeroBitCount
    let prefix = IPPrefix(containing: address, length: length)
    guard bits == (length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)),
      prefix.range.lower == address.value
    else { return nil }
    return prefix.range
  }
}

/// A port of a firewall rule as the tools spell it (reference: windows-firewall-and-vfp, 2.2 and 2.5).
enum PortWord {
  case any
  case range(PortRange)
  case rpc
  case rpcEndpointMapper
  case teredo
  /// Another keyword, whose ports no source states.
  case keyword
  case unreadable

  var isAny: Bool { if case .any = self { true } else { false } }

  var isKeyword: Bool {
    switch self {
    case .rpc, .rpcEndpointMapper, .teredo, .keyword: true
    case .any, .range, .unreadable: false
    }
  }

  private static let keywords: Set = [
    "iphttpsin", "iphttpsout", "iptlsin", "iptlsout", "iphttps", "iptls", "dhcp", "playtodiscovery",
    "ply2disc", "mdns", "cortana", "cortanaout", "tcpcdp",
  ]

  init(_ text: String) {
    let bytes = Array(text.utf8)
    if case .range(let range) = PortText(parsing: bytes.span) {
      self = .range(range)
      return
    }
    switch text.lowercased() {
    case "any", "*", "": self = .any
    case "rpc": self = .rpc
    case "rpcepmap", "rpc-epmap": self = .rpcEndpointMapper
    case "teredo": self = .teredo
    case let word: self = Self.keywords.contains(word) ? .keyword : .unreadable
    }
  }
}
