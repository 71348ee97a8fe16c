import Manifests

/// What manifests and clusters declare about the network; small, because files are not kept.
struct NetworkDeclarations {
  private(set) var pods: [DeclaredPod] = []
  private(set) var services: [DeclaredService] = []
  private(set) var ingresses: [DeclaredIngress] = []
  private(set) var clusters: [DeclaredCluster] = []
  private(set) var azureRegistries: [DeclaredRegistry] = []
  /// The registries whose images pods may use, each with the first pod that does.
  private(set) var registries: [String: DeclaredPlace] = [:]

  /// Pods of one workload have equal labels, and paths are few.
  private var labels = SharedValues<[String: String]>()
  private var paths = SharedValues<String>()

  mutating func add(_ pod: AuditedPod, _ place: DeclaredPlace) {
    var declared = DeclaredPod(pod, place)
    declared.labels = labels.shared(declared.labels)
    for index in declared.ports.indices {
      declared.ports[index].path = paths.shared(declared.ports[index].path)
    }
    pods.append(declared)
  }

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

  mutating func add(registry: DeclaredRegistry) { azureRegistries.append(registry) }

  /// Adds the registries of the images of a pod, which are allowed.
  mutating func addImages(of pod: AuditedPod, _ place: DeclaredPlace) {
    for image in pod.all.compactMap({ $0.image?.scalarText }) {
      // As container runtimes read names: without a host of its own an image is Docker Hub's.
      let first = image.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
      let isHost =
        first.utf8.count < image.utf8.count && (first.contains { ".:".contains($0) } || first == "localhost")
      let name = isHost ? first : "docker.io"
      if registries[name] == nil { registries[name] = place }
    }
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
