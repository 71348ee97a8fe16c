import HostModel
import JSONText
import NetworkTypes

/// Builds an object of a document of schema 1, which omits nothing: zeros, false, empty lists and empty
/// objects are written (reference: hns, 0 rule 4 and 4.4).
struct V1Writer {
  private var object = JSONObject()

  mutating func put(_ key: String, _ value: JSON) { object.append(key, value) }

  mutating func put(_ key: String, _ text: String) { put(key, .string(text)) }

  mutating func put(_ key: String, _ number: some BinaryInteger) { put(key, .number(number)) }

  mutating func put(_ key: String, _ flag: Bool) { put(key, .bool(flag)) }

  mutating func put(_ member: JSONObject.Member?) {
    if let member { object.append(member.key, member.value) }
  }

  var document: JSON { .object(object) }
}

extension HostNetworkingService {
  /// The form of documents of schema 1 on this host.
  var v1Form: V1Form { V1Form(configuration) }

  /// An id that belongs to an object, such as that of the activity that created it.
  func ownID(_ purpose: String, _ id: GUID) -> GUID {
    var digest = SeededDigest(configuration.seed, purpose)
    digest.combine(id)
    return digest.guid
  }

  /// The time of an object's last change as a Windows file time, in units of 100 nanoseconds since 1601.
  ///
  /// The service reads no clock: times count up from the first hour of 2020 in the order of creation.
  func updateTime(_ ordinal: Int64) -> Int64 { 132_223_104_000_000_000 + ordinal * 10_000_000 }

  func health(_ ordinal: Int64) -> JSON {
    ["LastErrorCode": 0, "LastUpdateTime": .integer(updateTime(ordinal))]
  }

  func resources(_ id: GUID, _ allocators: [JSON] = []) -> JSON {
    [
      "AdditionalParams": [:], "AllocationOrder": .number(allocators.count), "Allocators": .array(allocators),
      "CompartmentOperationTime": 0, "Flags": 0, "Health": [:], "ID": ownText("activity", id),
      "PortOperationTime": 0, "State": 1, "SwitchOperationTime": 0, "VfpOperationTime": 0,
      "parentId": ownText("parent", id),
    ]
  }

  /// The text of an id that belongs to an object.
  func ownText(_ purpose: String, _ id: GUID) -> JSON { .string(v1Form.id(ownID(purpose, id))) }

  // MARK: Namespaces, load balancers and routes

  /// The document of a namespace in schema 1: number 0 and no GUID while no compartment is open, and, depending
  /// on the version, an all-zero schema version except for the default one (reference: hns, 1.10, 8.4 and 10.3).
  func v1Document(of namespace: NamespaceObject) -> JSON {
    let compartment = compartment(of: namespace)
    let isDefault = namespace.type == .hostDefault || namespace.type == .guestDefault
    let form = v1Form
    var writer = V1Writer()
    writer.put("ID", form.id(namespace.id))
    if !namespace.name.isEmpty { writer.put("Name", namespace.name) }
    if !namespace.owner.isEmpty { writer.put("Owner", namespace.owner) }
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", [:] as JSON)
    writer.put("Resources", resources(namespace.id))
    writer.put("State", 1)
    writer.put("ActivityId", ownText("activity", namespace.id))
    writer.put("Health", health(namespace.ordinal))
    writer.put("IsDefault", isDefault)
    writer.put("CompartmentId", compartment?.id ?? 0)
    if let compartment { writer.put("CompartmentGuid", form.id(compartment.guid)) }
    writer.put("ResourceList", .array(namespace.resources.map { $0.document(id: form.id) }))
    writer.put("Containers", .strings(namespace.containers))
    writer.put("Policies", [])
    writer.put("Flags", 0)
    if !isDefault, form.writesZeroSchemaVersion { writer.put("SchemaVersion", ["Major": 0, "Minor": 0]) }
    return writer.document.arranged(form.objects)
  }

  /// A load balancer as a policy list (reference: hns, 4.2, 4.3 and 8.4).
  func v1Document(of balancer: LoadBalancerObject) -> JSON {
    let policies = balancer.ports.map { port -> JSON in
      [
        "Type": "ELB", "Protocol": .number(port.protocol), "InternalPort": .number(port.internalPort),
        "ExternalPort": .number(port.externalPort),
        "SourceVIP": .string(balancer.sourceVIP?.description ?? ""),
        "VIPs": .strings(balancer.frontendVIPs.map(\.description)), "ILB": .bool(port.flags & 1 != 0),
        "IsDSR": .bool(balancer.flags & HostComputeLoadBalancer.directServerReturnFlag != 0),
        "LocalRoutedVip": .bool(port.flags & 2 != 0),
      ]
    }
    return policyList(
      balancer.id, balancer.ordinal, balancer.endpoints, policies, network: balancer.network,
      flags: balancer.flags,
      state: HostComputeLoadBalancer.state)
  }

  /// A route as a policy list.
  func v1Document(of route: RouteObject) -> JSON {
    let policies = route.settings.map { policy -> JSON in
      .object(V1PolicyTranslation.flat(endpoint: policy))
    }
    return policyList(
      route.id, route.ordinal, route.endpoints, policies, network: route.network, flags: 0,
      state: HostComputeLoadBalancer.state)
  }

  private func policyList(
    _ id: GUID, _ ordinal: Int64, _ endpoints: [GUID], _ policies: [JSON], network: GUID?, flags: UInt32,
    state: Int64
  ) -> JSON {
    let form = v1Form
    var writer = V1Writer()
    writer.put("ID", form.id(id))
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", [:] as JSON)
    writer.put("Resources", resources(id))
    writer.put("State", state)
    writer.put("ActivityId", ownText("activity", id))
    writer.put("Health", health(ordinal))
    if let network { writer.put("HostComputeNetwork", form.id(network)) }
    writer.put("References", .strings(endpoints.map { "/endpoints/" + $0.lowercase }))
    writer.put("Policies", .array(policies))
    writer.put("Flags", flags)
    writer.put("IsApplied", true)
    return writer.document.arranged(form.objects)
  }
}
