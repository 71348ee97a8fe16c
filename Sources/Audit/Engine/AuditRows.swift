import Manifests

/// The rows of a benchmark with their checks, made once for an audit.
struct AuditRows {
  struct PodRow {
    var settings: RowSettings
    var check: any PodCheck
    var gate: RowGate
  }

  struct ObjectRow {
    var settings: RowSettings
    var check: any ObjectCheck
    var gate: RowGate
  }

  struct AzureRow {
    var settings: RowSettings
    var check: any AzureCheck
  }

  var all: [RowSettings] = []
  var pods: [PodRow] = []
  var ingresses: [ObjectRow] = []
  var services: [ObjectRow] = []
  var clusters: [AzureRow] = []
  var registries: [AzureRow] = []
  var ofPlans: [RowSettings] = []
  /// The row about ingresses, whether the benchmark has it or not: what accepts only HTTPS is joined with hosts.
  var ofIngresses: RowSettings?
  /// The rows that the rules of hosts add to, whether the benchmark has them or not.
  var network: [Int: RowSettings] = [:]

  /// The check of each row; plans and assessments are evaluated as a whole.
  private static let podChecks: [Int: any PodCheck.Type] = [
    4: ContainerLimits.self, 5: TrustedRegistries.self, 9: PrivilegeEscalation.self, 10: HostNamespaces.self,
    11: ContainerPorts.self, 12: ReadOnlyRoot.self, 16: LinuxCapabilities.self, 17: AppArmorProfiles.self,
    18: PrivilegedContainers.self, 20: RootUser.self, 22: HostNetworkAndPorts.self, 23: HostPathVolumes.self,
  ]
  private static let objectChecks: [Int: any ObjectCheck.Type] = [
    13: IngressHTTPS.self, 21: ServicePorts.self,
  ]
  private static let azureChecks: [Int: any AzureCheck.Type] = [
    3: AzurePolicyAddOn.self, 6: RegistryCustomerKey.self, 7: RegistryNetworkAccess.self,
    8: RegistryPrivateLink.self, 14: APIServerAccess.self, 15: VulnerableKubernetes.self,
    19: ClusterRBAC.self,
  ]

  init(benchmark: AuditBenchmark, parameters: AuditParameters, usesDefaults: Bool) {
    for rule in AuditRule.all {
      let settings = RowSettings(
        rule: rule, benchmark: benchmark, values: parameters.values[rule.row] ?? [:],
        usesDefaults: usesDefaults)
      if rule.isJoinedWithNetwork { network[rule.row] = settings }
      if rule.input == .ingress { ofIngresses = settings }
      guard rule.isPart(of: benchmark) else { continue }
      all.append(settings)
      let gate = RowGate(settings)
      if let check = Self.podChecks[rule.row] {
        pods.append(PodRow(settings: settings, check: check.init(settings), gate: gate))
      } else if let check = Self.objectChecks[rule.row] {
        let row = ObjectRow(settings: settings, check: check.init(settings), gate: gate)
        if rule.input == .ingress { ingresses.append(row) } else { services.append(row) }
      } else if let check = Self.azureChecks[rule.row] {
        let row = AzureRow(settings: settings, check: check.init(settings))
        if rule.input == .cluster { clusters.append(row) } else { registries.append(row) }
      } else if rule.input == .plans {
        ofPlans.append(settings)
      }
    }
  }
}

/// What is decided before a check: excluded namespaces and missing parameters.
struct RowGate {
  private let excluded: Set<String>
  private let missing: String?

  init(_ settings: RowSettings) {
    excluded = settings.excludedNamespaces
    missing = settings.missingParameters
  }

  /// The verdict on an object without its check; nil if the check decides.
  func result(for object: ManifestObject) -> CheckResult? {
    if excluded.contains(object.namespace) { return .notApplicable("the namespace is excluded") }
    return missing.map { .unconfigured($0) }
  }
}

extension AuditRows.PodRow {
  func result(for pod: AuditedPod) -> CheckResult {
    let usesCounterpart = pod.isWindows && !settings.isExact2021
    if usesCounterpart, case .notApplicable(let reason) = settings.rule.windows {
      return .notApplicable(reason)
    }
    if let result = gate.result(for: pod.template.object) { return result }
    let pod = pod.containers(for: settings)
    switch settings.rule.windows {
    case .counterpart where usesCounterpart, .replaced where usesCounterpart:
      return check.evaluateWindows(pod)
    case .same, .notApplicable, .counterpart, .replaced: return check.evaluate(pod)
    }
  }

  /// Whether a finding about a pod cannot be mended, because Windows rejects the fields that would.
  func isUnfixable(_ pod: AuditedPod) -> Bool {
    guard pod.isWindows, settings.isExact2021 else { return false }
    return switch settings.rule.windows {
    case .notApplicable, .replaced: true
    case .same, .counterpart: false
    }
  }
}

extension AuditRows.ObjectRow {
  func result(for object: ManifestObject) -> CheckResult {
    gate.result(for: object) ?? check.evaluate(object)
  }
}

extension AuditRows.AzureRow {
  func result(for resource: AzureResource) -> CheckResult {
    do throws(UnresolvedExpression) { return try check.evaluate(resource) } catch {
      return .notEvaluated("only a deployment knows \(error.text)")
    }
  }
}
