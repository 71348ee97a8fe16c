import NIOHTTP1
import NetworkTypes

/// Decides who may use the server: programs that address this host, with the token if there is one.
///
/// A page in a browser can send requests to the loopback, and with DNS rebinding it can even read the
/// answers. Such requests carry the page's origin, or the page's host name as `Host`; both are refused. IP
/// addresses are accepted, because an attacker controls only names.
struct RequestAuthorizer: Sendable {
  private let address: IPAddress
  private let token: [UInt8]?

  /// Creates the authorizer of a server.
  ///
  /// - Parameters:
  ///   - address: The address the server listens on.
  ///   - token: The token clients must present; nil if none is required.
  init(address: IPAddress, token: String?) {
    self.address = address
    self.token = token.map { Array($0.utf8) }
  }

  /// Why a request is refused, whatever it asks for; nil if it is accepted.
  ///
  /// - Parameters:
  ///   - head: The head of the request.
  ///   - target: The target of the request.
  func refusal(_ head: HTTPRequestHead, _ target: RequestTarget) -> ServerResponse? {
    let hosts = head.headers["host"]
    guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else {
      return .problem(.badRequest, "a request must have exactly one Host header")
    }
    let authority = target.authority ?? hosts.first
    if let authority, !isOwn(authority) {
      return .problem(
        .misdirectedRequest,
        "'\(authority)' is not a name of this server; use \(address.isLoopback ? "127.0.0.1 or localhost" : "an IP address or localhost")"
      )
    }
    for origin in head.headers["origin"]
    where origin.lowercased() != "http://\(authority?.lowercased() ?? "")" {
      return .problem(.forbidden, "pages of '\(origin)' may not use this service")
    }
    for site in head.headers["sec-fetch-site"] where site != "same-origin" && site != "none" {
      return .problem(.forbidden, "pages of other sites may not use this service")
    }
    return nil
  }

  /// Whether a request presents the token, if one is required.
  ///
  /// - Parameter head: The head of the request.
  func isAuthorized(_ head: HTTPRequestHead) -> Bool {
    guard let token else { return true }
    guard let header = head.headers.first(name: "authorization"), header.count >= 7,
      header.prefix(7).lowercased() == "bearer "
    else { return false }
    let presented = Array(header.utf8.dropFirst(7).drop { $0 == 0x20 })
    // Compares in constant time.
    var difference = presented.count ^ token.count
    for index in token.indices {
      difference |= Int(token[index] ^ (index < presented.count ? presented[index] : ~token[index]))
    }
    return difference == 0
  }

  /// Whether a Host header identifies this host: a loopback address or `localhost`, and any address if the
  /// server is reachable from other hosts.
  private func isOwn(_ authority: String) -> Bool {
    var name = authority[...]
    if name.hasPrefix("[") {
      guard let end = name.firstIndex(of: "]") else { return false }
      guard Self.isPort(name[name.index(after: end)...]) else { return false }
      name = name[name.index(after: name.startIndex)..<end]
      guard name.contains(":") else { return false }
    } else {
      let colon = name.firstIndex(of: ":") ?? name.endIndex
      guard Self.isPort(name[colon...]) else { return false }
      name = name[..<colon]
      if name.lowercased() == "localhost" { return true }
    }
    guard let named = IPAddress(name) else { return false }
    return named.isLoopback || named == address || !address.isLoopback
  }

  /// Whether a text is empty or a colon and a port.
  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.first == ":" && text.count > 1 && UInt16(text.dropFirst()) != nil)
  }
}
