import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads published ports, and refuses them if the platform does not support port mapping.
  mutating func readPublish(_ node: YAMLNode, _ driver: NetworkDriver?, _ endpoint: inout EndpointDeclaration)
  {
    let published = list(node, "a list of published ports") { $0.published($1) }
    guard yaml.count(node) > 0 else { return }
    switch driver {
    case .transparent, .l2tunnel:
      report(
        .portMappingUnsupported, "\(driver?.rawValue ?? "") networks do not support port mapping",
        at: keyLocation(node),
        help: "reach the endpoint by its own address, or use nat, l2bridge or overlay")
    case .l2bridge, .overlay:
      requireFeature(
        .apiV2, "a published port on \(driver?.rawValue ?? "")", at: keyLocation(node))
    case .nat, nil: break
    }
    for entry in published ?? [] {
      let port = Listen(port: entry.value.external, protocol: entry.value.protocol)
      let title = "\(port.port)/\(port.protocol)"
      if let first = usage.published[port] {
        report(
          .duplicatePort, "host port \(title) is published twice", at: entry.location,
          notes: [.init("first published here", first)], help: "use another external port")
      } else if let first = usage.hostListeners[port] {
        report(
          .duplicatePort, "a host-process container listens on host port \(title)", at: entry.location,
          notes: [.init("it listens here", first)], help: "use another external port")
      } else if isFree(
        port.port, port.protocol, "HNS refuses the endpoint (ERROR_SHARING_VIOLATION, 0x20)",
        at: entry.location)
      {
        usage.published[port] = entry.location
        endpoint.publish.append(entry)
      }
    }
  }

  /// Reads `EXTERNAL:INTERNAL`, optionally with `/tcp` or `/udp`.
  private mutating func published(_ node: YAMLNode) -> Located<PublishDeclaration>? {
    let help = "write EXTERNAL:INTERNAL, as in \"8080:80/tcp\""
    guard isText(node, "a published port") else { return nil }
    let parts = yaml.string(node).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let ports = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard ports.count == 2 else {
      report(
        .invalidPort, "\(quoted(node)) is not a published port", at: yaml.location(node),
        help: ports.count == 3 ? "\(help); the host's address cannot be chosen" : help)
      return nil
    }
    guard let proto = transport(parts.count == 2 ? parts[1] : nil, node, help),
      let external = port(ports[0], node, help), let `internal` = port(ports[1], node, help)
    else { return nil }
    return located(PublishDeclaration(external: external, internal: `internal`, protocol: proto), node)
  }
}
