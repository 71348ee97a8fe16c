import Diagnostics
import Manifests
import NetworkTypes

/// Where a manifest declares something of the network.
struct DeclaredPlace {
  var resource: String
  /// The Kubernetes object that it is; nil for a cluster of Azure.
  var object: AuditObjectName?
  var namespace: String
  var name: String
  var file: String
  var location: SourceRange
  var isGenerated = false
}

/// What a pod declares about the network.
struct DeclaredPod {
  struct Port {
    var `protocol`: IPProtocol
    var number: UInt16
    var hostPort: UInt16?
    var name: String?
    var path: String
    var location: SourceRange
  }

  var place: DeclaredPlace
  /// Where the specification is in the object.
  var path: String
  /// The addresses of its status.
  var addresses: [IPAddress]
  var labels: [String: String]
  var ports: [Port]
  /// What makes it run in the host's own compartment; nil for a pod with a namespace of its own.
  var hostProcess: (path: String, location: SourceRange)?

  init(_ pod: AuditedPod, _ place: DeclaredPlace) {
    self.place = place
    self.place.isGenerated = pod.template.isGenerated
    path = pod.path
    let status = pod.template.isGenerated ? nil : pod.template.object.value["status"]
    addresses =
      ([status?["podIP"]].compactMap(\.self)
      + (status?["podIPs"]?.elements ?? []).compactMap { $0["ip"] })
      .compactMap { $0.text.flatMap { IPAddress($0) } }
    labels = Self.texts(pod.template.metadata?["labels"])
    hostProcess =
      pod.isWindows
      ? HostProcessMember.all(in: pod).first.map { ($0.path, $0.location) } : nil
    ports = pod.all.flatMap { container in
      (container.value["ports"]?.elements ?? []).enumerated().compactMap { index, port in
        Port(port, "\(container.path).ports[\(index)]")
      }
    }
  }

  static func texts(_ value: ManifestValue?) -> [String: String] {
    Dictionary((value?.members ?? []).map { ($0.key, $0.value.scalarText ?? "") }) { first, _ in first }
  }
}

extension DeclaredPod.Port {
  fileprivate init?(_ value: ManifestValue, _ path: String) {
    guard let number = value["containerPort"]?.port, let proto = IPProtocol(declared: value["protocol"])
    else { return nil }
    self.init(
      protocol: proto, number: number, hostPort: value["hostPort"]?.port, name: value["name"]?.text,
      path: path, location: (value["containerPort"] ?? value).location)
  }
}

extension IPProtocol {
  /// The protocol of a port of a manifest: TCP unless it says otherwise; nil for one that HNS does not publish.
  init?(declared value: ManifestValue?) {
    switch value?.text?.uppercased() {
    case nil, "TCP"?: self = .tcp
    case "UDP"?: self = .udp
    default: return nil
    }
  }
}

extension ManifestValue {
  /// A port number.
  var port: UInt16? { integer.flatMap { UInt16(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 } }
}

/// What a service declares.
struct DeclaredService {
  struct Port {
    var name: String?
    var `protocol`: IPProtocol
    var number: UInt16
    var nodePort: UInt16?
    /// The port of the pods, by number or by name.
    var target: String
  }

  var place: DeclaredPlace
  var addresses: [IPAddress]
  var ports: [Port]
  var selector: [String: String]

  init(_ object: ManifestObject, _ place: DeclaredPlace) {
    self.place = place
    let spec = object.value["spec"]
    let texts =
      [spec?["clusterIP"], spec?["loadBalancerIP"]].compactMap(\.self)
      + ["clusterIPs", "externalIPs"].flatMap { spec?[$0]?.elements ?? [] }
      + (object.value[path: ["status", "loadBalancer", "ingress"]]?.elements ?? []).compactMap { $0["ip"] }
    var addresses: [IPAddress] = []
    for text in texts.compactMap(\.text) {
      if let address = IPAddress(text), !addresses.contains(address) { addresses.append(address) }
    }
    self.addresses = addresses
    selector = DeclaredPod.texts(spec?["selector"])
    ports = (spec?["ports"]?.elements ?? []).compactMap { port in
      guard let number = port["port"]?.port, let proto = IPProtocol(declared: port["protocol"]) else {
        return nil
      }
      return Port(
        name: port["name"]?.text, protocol: proto, number: number, nodePort: port["nodePort"]?.port,
        target: port["targetPort"]?.scalarText ?? "\(number)")
    }
  }

  /// Whether it sends packets to a pod.
  func selects(_ pod: DeclaredPod) -> Bool {
    !selector.isEmpty && pod.place.namespace == place.namespace
      && selector.allSatisfy { pod.labels[$0.key] == $0.value }
  }
}

/// What an ingress declares.
struct DeclaredIngress {
  struct Backend {
    var service: String
    /// The port of the service, by number or by name.
    var port: String
    var path: String
    var location: SourceRange
  }

  var place: DeclaredPlace
  var addresses: [IPAddress]
  var backends: [Backend]
  /// Whether its backends are sent HTTPS.
  var isEncryptedBehind: Bool

  init(_ object: ManifestObject, _ place: DeclaredPlace) {
    self.place = place
    addresses = (object.value[path: ["status", "loadBalancer", "ingress"]]?.elements ?? [])
      .compactMap { $0["ip"]?.text.flatMap { IPAddress($0) } }
    var found: [Backend] = []
    func add(_ value: ManifestValue?, _ path: String) {
      guard let value, let backend = Backend(value, path),
        !found.contains(where: { $0.service == backend.service && $0.port == backend.port })
      else { return }
      found.append(backend)
    }
    let spec = object.value["spec"]
    add(spec?["defaultBackend"], "spec.defaultBackend")
    add(spec?["backend"], "spec.backend")
    for (index, rule) in (spec?["rules"]?.elements ?? []).enumerated() {
      for (number, path) in (rule["http"]?["paths"]?.elements ?? []).enumerated() {
        add(path["backend"], "spec.rules[\(index)].http.paths[\(number)].backend")
      }
    }
    backends = found
    let annotation =
      object.annotation("nginx.ingress.kubernetes.io/backend-protocol")
      ?? object.annotation("appgw.ingress.kubernetes.io/backend-protocol")
    isEncryptedBehind = ["https", "grpcs"].contains(annotation?.text?.lowercased())
  }
}

extension DeclaredIngress.Backend {
  /// A backend of `networking.k8s.io/v1`, or of the versions before it.
  fileprivate init?(_ value: ManifestValue, _ path: String) {
    if let service = value["service"], let name = service["name"]?.text {
      let port = service["port"]?["number"] ?? service["port"]?["name"]
      self.init(service: name, port: port?.scalarText ?? "", path: path, location: value.location)
    } else if let name = value["serviceName"]?.text {
      self.init(
        service: name, port: value["servicePort"]?.scalarText ?? "", path: path, location: value.location)
    } else {
      return nil
    }
  }
}

/// What a cluster of Azure says about who reaches its API server.
struct DeclaredCluster {
  var place: DeclaredPlace
  /// The ranges that may; nil for every address.
  var ranges: AddressSet?
  var path: String
  var location: SourceRange

  /// Nil for a private cluster, and for one whose ranges are not stated.
  init?(_ resource: AzureResource, _ place: DeclaredPlace) {
    self.place = place
    path = "apiServerAccessProfile.authorizedIPRanges"
    location = resource.place("apiServerAccessProfile", "authorizedIPRanges")
    let isPrivate = try? resource.property("apiServerAccessProfile", "enablePrivateCluster")?.truth
    guard isPrivate != true,
      let list = try? resource.property("apiServerAccessProfile", "authorizedIPRanges"),
      !list.elements.isEmpty
    else { return nil }
    var ranges: [AddressRange] = []
    for text in list.elements.compactMap(\.scalarText) {
      // One that cannot be read leaves open what is authorized.
      guard let range = AddressRange(text) else { return nil }
      ranges.append(range)
    }
    self.ranges = AddressSet(ranges)
  }
}
