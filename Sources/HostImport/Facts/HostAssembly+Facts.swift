import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

extension HostAssembly {
  /// The host without objects, with what the sources say about it.
  func configuration(_ build: WindowsBuild, _ firewall: CapturedFirewall?) -> HostConfiguration {
    let facts = captured.facts
    var adapters = facts.adapters
    if !adapters.isEmpty {
      // A network is on its adapter whether or not a tool lists it.
      for object in objects where object.kind == .network {
        for name in (object.v1?["NetworkAdapterName"]?.string ?? "").split(separator: ",") {
          adapters.addOnce(String(name))
        }
        for policy in object.v2?["Policies"]?.array ?? [] where policy["Type"] == "NetAdapterName" {
          if let name = policy["Settings"]?["NetworkAdapterName"]?.string { adapters.addOnce(name) }
        }
      }
    }
    var addresses = managementAddresses
    let others = addressesOfObjects
    var known = Set(addresses)
    for address in facts.hostAddresses(compartments) where !others.contains(address) {
      if known.insert(address).inserted { addresses.append(address) }
    }
    return HostConfiguration(
      build: build, adapters: adapters, addresses: addresses,
      dns: HostDNS(servers: facts.dnsServers, suffixes: facts.dnsSuffixes), listens: facts.listens,
      excludedPorts: facts.excludedPorts, firewall: firewall)
  }

  /// The addresses of endpoints, and of the gateways that HNS gives to adapters of the host.
  private var addressesOfObjects: Set<IPAddress> {
    var result: Set<IPAddress> = []
    for object in objects {
      switch object.kind {
      case .network:
        for subnet in object.v1?["Subnets"]?.array ?? [] {
          if let gateway = subnet["GatewayAddress"]?.string.flatMap({ IPAddress($0) }) {
            result.insert(gateway)
          }
        }
        for ipam in object.v2?["Ipams"]?.array ?? [] {
          for subnet in ipam["Subnets"]?.array ?? [] {
            for route in subnet["Routes"]?.array ?? [] {
              if let hop = route["NextHop"]?.string.flatMap({ IPAddress($0) }) { result.insert(hop) }
            }
          }
        }
      case .endpoint: result.formUnion(object.addresses ?? [])
      case .namespace, .loadBalancer: break
      }
    }
    return result
  }

  /// Adds to a namespace what Get-NetCompartment and ipconfig say about its compartment, and names what contradicts
  /// its documents.
  mutating func addCompartment(to namespace: inout AdoptedNamespace) {
    guard namespace.type == .host else { return }
    for id in namespace.endpoints {
      guard let object = endpoint(id) else { continue }
      for found in (object.addresses ?? []).flatMap({ compartments.holding($0) }) {
        if namespace.compartment == nil { namespace.compartment = found.value }
        guard namespace.compartment == found.value else {
          contradict(
            namespace,
            "the addresses of endpoint '\(object.name)' are in compartment \(found.value), and its documents say "
              + "\(namespace.compartment ?? 0)", at: found.place)
          return
        }
      }
    }
    for listed in compartments.related(to: namespace.compartment, namespace.compartmentGUID) {
      guard let guid = listed.value.guid else { continue }
      if guid == namespace.compartmentGUID, namespace.compartment == nil {
        namespace.compartment = listed.value.id
      }
      if listed.value.id == namespace.compartment, namespace.compartmentGUID == nil {
        namespace.compartmentGUID = guid
      }
      let hasID = listed.value.id == namespace.compartment
      let hasGUID = guid == namespace.compartmentGUID
      if hasID != hasGUID {
        contradict(
          namespace,
          "compartment \(listed.value.id) has the id \(guid), and the documents of namespace "
            + "\(namespace.id.lowercase) say compartment \(namespace.compartment ?? 0) with "
            + "\(namespace.compartmentGUID.map { "\($0)" } ?? "none")", at: listed.place)
        return
      }
    }
    if let number = namespace.compartment, !compartments.isEmpty, captured.facts.listsCompartments,
      !compartments.contains(number)
    {
      contradict(
        namespace,
        "the documents of namespace \(namespace.id.lowercase) say compartment \(number), which is not listed",
        at: compartments.first?.place)
    }
  }

  private mutating func contradict(_ namespace: AdoptedNamespace, _ message: String, at place: CapturePlace?)
  {
    report(.captureContradiction, message, at: place, help: "capture all parts of the host at the same time")
    guard firewall?.hasRulesOfCompartments == true else { return }
    for id in namespace.endpoints { gaps.add(EndpointGap(.compartment), to: id) }
  }
}
