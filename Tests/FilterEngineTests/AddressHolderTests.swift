import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// The owner of an address, on random hosts, against a search through all endpoints.
@Suite struct AddressHolderTests {
  /// A host without filters, with everything that routes depend on.
  struct BareHost: FilteredHost {
    var topology: HostTopology
    var build: WindowsBuild { WindowsBuild(build: 20348) }
    var assumptions: Assumptions { Assumptions() }
    var hostFirewall: FirewallInstance {
      FirewallInstance(stack: .host, compartment: 1, platformUnmatched: [.in: .allow, .out: .allow])
    }
    func switchPort(of endpoint: GUID) -> SwitchPort? { nil }
    func firewall(of endpoint: GUID) -> FirewallInstance? { nil }
    func under(_ assumptions: Assumptions) -> any FilteredHost { self }
  }

  private static func address(_ random: inout SeededGenerator) -> IPAddress {
    // Few enough that addresses are shared, or equal only in their low or high bits; none is special.
    switch random.below(3) {
    case 0: IPAddress(.ipv4, 0x0a00_0000 + UInt128(random.below(30)))
    case 1: IPAddress(.ipv6, 2 + UInt128(random.below(30)))
    default: IPAddress(.ipv6, UInt128(2 + random.below(30)) << 64)
    }
  }

  private static func id(_ number: Int) -> GUID? {
    let digits = String(number, radix: 16)
    return GUID("00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits)
  }

  private static func topology(_ random: inout SeededGenerator) throws -> HostTopology {
    let namespaces = try (1...6).map { try #require(id($0)) }
    var endpoints: [HostTopology.Endpoint] = []
    for index in 0..<random.below(60) {
      endpoints.append(
        HostTopology.Endpoint(
          id: try #require(id(100 + index)), name: "endpoint-\(index)", owner: "", network: 0,
          addresses: (0..<random.below(4)).map { _ in address(&random) }, isolation: .process,
          namespace: random.one(of: namespaces), isAttached: true, isRemote: random.once(in: 5),
          dnsServers: [], mappings: [], outboundNAT: []))
    }
    return HostTopology(
      addresses: (0..<random.below(4)).map { _ in address(&random) },
      networks: [
        HostTopology.Network(id: try #require(id(99)), name: "net", driver: .l2bridge, subnets: [])
      ],
      endpoints: endpoints, namespaces: [])
  }

  @Test func addressesResolveToTheirOwners() throws {
    var random = SeededGenerator(for: "holders of addresses")
    var ambiguous = 0
    var held = 0
    // Few topologies have many addresses with several owners: they go on until there are enough.
    for number in 0..<400 {
      if number >= 40, held > 500, ambiguous > 300 { break }
      let topology = try Self.topology(&random)
      let evaluator = PacketEvaluator(BareHost(topology: topology))
      for _ in 0..<150 {
        let address = Self.address(&random)
        let local = topology.endpoints.indices.filter {
          !topology.endpoints[$0].isRemote && topology.endpoints[$0].addresses.contains(address)
        }
        let stranger = IPAddress(address.family, 0xffff_fff0)
        let query = PacketQuery(from: .address(stranger), to: .address(address), protocol: .igmp)
        do throws(PacketProblem) {
          let route = try evaluator.route(query)
          if local.count == 1 {
            #expect(route.receiver == .endpoint(local[0]))
            held += 1
          } else {
            #expect(route.receiver == .host && local.isEmpty)
            #expect(topology.addresses.contains(address))
          }
        } catch {
          switch error {
          case .ambiguousAddress(address, let endpoints):
            #expect(local.count > 1 && endpoints == local)
            ambiguous += 1
          case .noEndpoint(address):
            #expect(local.isEmpty && !topology.addresses.contains(address))
          default: Issue.record("\(error)")
          }
        }
      }
    }
    #expect(held > 500 && ambiguous > 300, "\(held) \(ambiguous)")
  }

  @Test func endpointsOfANamespaceShareACompartment() throws {
    var random = SeededGenerator(for: "compartments")
    for _ in 0..<8 {
      let topology = try Self.topology(&random)
      let evaluator = PacketEvaluator(BareHost(topology: topology))
      let local = topology.endpoints.indices.filter { !topology.endpoints[$0].isRemote }
      for from in local {
        for to in local {
          let query = PacketQuery(from: .endpoint(from), to: .endpoint(to), protocol: .igmp)
          guard let route = try? evaluator.route(query) else { continue }
          let isShared = topology.endpoints[from].namespace == topology.endpoints[to].namespace
          #expect(route.isLoopback == isShared)
        }
      }
    }
  }
}
