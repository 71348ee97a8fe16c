package import JSONText

/// The DNS settings of a network or endpoint.
package struct DNSSettings: Hashable, Sendable {
  package var domain: String
  package var search: [String]
  package var servers: [String]
  package var options: [String]

  package init(domain: String = "", search: [String] = [], servers: [String] = [], options: [String] = []) {
    self.domain = domain
    self.search = search
    self.servers = servers
    self.options = options
  }

  package var isEmpty: Bool { domain.isEmpty && search.isEmpty && servers.isEmpty && options.isEmpty }

  package var document: JSON {
    var object = JSONObject()
    if !domain.isEmpty { object.append("Domain", .string(domain)) }
    if !search.isEmpty { object.append("Search", .strings(search)) }
    if !servers.isEmpty { object.append("ServerList", .strings(servers)) }
    if !options.isEmpty { object.append("Options", .strings(options)) }
    return .object(object)
  }
}
