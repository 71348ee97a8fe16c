import Foundation
import JSONText
import Testing

/// What changes packets between the filters, in the traces of the built binary.
@Suite struct RouteChangeTraceTests {
  /// A pod with outbound NAT on overlay, a pod with a published port, and a service on another host.
  private static let profile = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: shop
    host: {windows: ltsc2022, addresses: [10.240.0.5]}
    networks:
      - {name: podnet, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096}]}
    containers:
      - {name: web, network: podnet, addresses: [10.244.7.10], publish: ["8080:80"]}
    pods:
      - name: client
        network: podnet
        addresses: [10.244.7.30]
        outboundNat: {exceptions: [10.244.0.0/16]}
        containers: [{name: app}]
    services:
      - name: front
        address: 10.96.7.7
        ports: [{port: 80, targetPort: 8080, protocol: tcp}]
        backends: [{address: 10.244.9.7, network: podnet, mac: 00-15-5D-01-02-03, providerAddress: 10.240.0.9}]
        dsr: true

    """

  private func trace(_ from: String, _ to: String, _ rest: String...) throws -> Run {
    let workspace = try Workspace()
    try workspace.write(Self.profile, to: "shop.yaml")
    return try workspace.start(
      ["trace", "shop.yaml", "--from", from, "--to", to, "--protocol", "tcp"] + rest
    ).finish().exits(0)
  }

  @Test func outboundNATIsAStepOfItsPort() throws {
    let steps = try #require(
      try trace("client", "198.51.100.9", "--port", "80", "--json").json()["steps"]?.array)
    #expect(steps.map { $0["kind"]?.string } == ["filter", "filter", "rewrite"])
    let step = steps[2]
    #expect(step["mechanism"]?.string == "outboundNAT" && step["field"]?.string == "source")
    #expect(step["endpoint"]?.string == "client" && step["layer"]?.string == "SLB_NAT_LAYER")
    #expect(step["group"]?.string == "SLB_GROUP_NAT_IPv4_OUT")
    #expect(step["rule"]?.string == "SNAT_TCP_OUTBOUNDNAT_0_10.240.0.5")
    #expect(step["from"]?.string == "10.244.7.30:49152" && step["to"]?.string == "10.240.0.5")
    let text = try trace("client", "198.51.100.9", "--port", "80").output
    #expect(
      text.contains(
        """
          3. client, outbound NAT, SLB_NAT_LAYER, SLB_GROUP_NAT_IPv4_OUT
             source 10.244.7.30:49152 becomes 10.240.0.5
             by SNAT_TCP_OUTBOUNDNAT_0_10.240.0.5

        """), "\(text)")
  }

  @Test func aPublishedPortIsAStepOfItsEndpoint() throws {
    let text = try trace("203.0.113.7", "host", "--port", "8080").output
    #expect(
      text.contains(
        """
          1. web, published port, SLB_NAT_LAYER, SLB_GROUP_NAT_IPv4_IN
             destination 10.240.0.5:8080 becomes 10.244.7.10:80
             by NAT_
        """), "\(text)")
  }

  @Test func aPacketToAnotherHostIsFollowedToItsEncapsulation() throws {
    for (from, owner, port) in [("client", "client", nil), ("host", "host", "router")]
      as [(String, String, String?)]
    {
      let json = try trace(from, "svc:front", "--json").json()
      let steps = try #require(json["backends"]?.array?.first?["steps"]?.array)
      let step = try #require(steps.last)
      #expect(step["kind"]?.string == "encapsulate" && step["policy"]?.string == "ProviderAddress")
      #expect(step["endpoint"]?.string == owner && step["port"]?.string == port)
      #expect(step["layer"]?.string == "VNET_ENCAP_LAYER")
      #expect(step["destination"]?.string == "10.244.9.7")
      #expect(step["providerAddress"]?.string == "10.240.0.9" && step["reached"] == .bool(true))
      #expect(json["noteCodes"]?.array?.contains("encapsulated") == true)
    }
    let text = try trace("client", "svc:front").output
    #expect(
      text.contains(
        """
          4. client, encapsulation, VNET_ENCAP_LAYER, VNET_GROUP_ENCAP_IPV4_OUT
             destination 10.244.9.7 is encapsulated for 10.240.0.9
             by a policy of type ProviderAddress

        """), "\(text)")
  }
}
