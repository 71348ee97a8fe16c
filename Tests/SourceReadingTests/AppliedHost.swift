import FilterEngine
import TestSupport
import Testing

/// A host created by applying a profile to an empty host.
struct AppliedHost {
  let evaluator: PacketEvaluator
  let directory: PeerDirectory

  init(_ profile: String) throws {
    evaluator = try ProfileHost(profile).evaluator
    directory = PeerDirectory(evaluator.topology)
  }

  /// Endpoints with names of all kinds, published ports, both families and a rule name that needs escaping.
  static let mixed = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: mixed
    host:
      windows: ltsc2022
      addresses: [192.0.2.5]
      adapters: [Ethernet]
    networks:
      - name: nat
        driver: nat
        subnets: [{prefix: 172.30.0.0/20, gateway: 172.30.0.1}]
      - name: bridge
        driver: l2bridge
        adapter: Ethernet
        subnets: [{prefix: 10.0.0.0/16, gateway: 10.0.0.1}, {prefix: "fd00:1::/64", gateway: "fd00:1::1"}]
    containers:
      - name: web
        network: nat
        addresses: [172.30.0.9]
        publish: ["8080:80/tcp"]
        defaults: {in: block}
        acls:
          - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80, 443]}
      - name: caffe
        network: bridge
        addresses: [10.0.0.9, "fd00:1::9"]
        defaults: {in: block, out: allow}
        acls:
          - {name: allow-dns, direction: in, action: allow, protocols: [udp], localPorts: [53]}
          - {name: deny-smtp, direction: out, action: block, protocols: [tcp], remotePorts: [25]}
          - {name: allow-ping, direction: in, action: allow, protocols: [icmp]}
      - name: a1
        network: bridge
        addresses: [10.0.0.10, "fd00:1::10"]
    """
}
