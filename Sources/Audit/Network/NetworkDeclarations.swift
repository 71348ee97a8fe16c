import Manifests

/// What manifests and clusters declare about the network; small, because files are not kept.
struct NetworkDeclarations {
  private(set) var pods: [DeclaredPod] = []
  private(set) var services: [DeclaredService] = []
  private(set) var ingresses: [DeclaredIngress] = []
  private(set) var clusters: [DeclaredCluster] = []

  mutating func add(_ pod: AuditedPod, _ place: DeclaredPlace) { pods.append(DeclaredPod(pod, place)) }

  mutating func add(service object: ManifestObject, _ place: DeclaredPlace) {
    services.append(DeclaredService(object, place))
  }

  /// Adds an ingress that accepts nothing but HTTPS; row 13 reports the others.
  mutating func add(httpsIngress object: ManifestObject, _ place: DeclaredPlace) {
    ingresses.append(DeclaredIngress(object, place))
  }

  mutating func add(_ cluster: AzureResource, _ place: DeclaredPlace) {
    if let cluster = DeclaredCluster(cluster, place) { clusters.append(cluster) }
  }

  /// The names that pods of several namespaces have, so that a plain name does not tell them apart.
  var sharedNames: Set<String> {
    var namespaces: [String: String] = [:]
    var shared: Set<String> = []
    for pod in pods {
      if let known = namespaces[pod.place.name], known != pod.place.namespace {
        shared.insert(pod.place.name)
      }
      namespaces[pod.place.name] = pod.place.namespace
    }
    return shared
  }
}
