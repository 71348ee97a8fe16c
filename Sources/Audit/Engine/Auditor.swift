package import Diagnostics
import FilterEngine
import Manifests

/// Evaluates the rows over files, one document after the other.
package struct Auditor {
  /// The rows of the benchmark, with their checks.
  private let rows: AuditRows
  private var record: AuditRecord
  private var plans = PlanTable()
  private var assessments = AssessmentTable()
  /// Whether the runtime classes read so far are for Windows.
  private var runtimeClasses: [String: Bool] = [:]
  /// The pods whose runtime class was not read before them.
  private var waiting: [(object: ManifestObject, file: String, isMalformed: Bool)] = []
  private var declarations = NetworkDeclarations()
  private var hosts: [AuditedHost] = []

  /// Prepares an audit.
  ///
  /// - Parameters:
  ///   - benchmark: What the input is measured by.
  ///   - parameters: The parameters of the user.
  ///   - usesPolicyDefaults: Whether the values of the benchmark's initiative stand in for missing parameters.
  ///   - suppressions: The findings that are accepted.
  ///   - baseline: The findings that are known.
  ///   - keepsResults: Whether the report lists the verdict on every resource.
  package init(
    benchmark: AuditBenchmark, parameters: AuditParameters = AuditParameters(),
    usesPolicyDefaults: Bool = false,
    suppressions: AuditSuppressions = AuditSuppressions(today: "0000-00-00"),
    baseline: AuditBaseline = AuditBaseline(), keepsResults: Bool = false
  ) {
    rows = AuditRows(benchmark: benchmark, parameters: parameters, usesDefaults: usesPolicyDefaults)
    record = AuditRecord(
      benchmark: benchmark, suppressions: suppressions, baseline: baseline, keepsResults: keepsResults)
  }

  /// Reads a file and evaluates what it contains.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it.
  ///   - isNamed: Whether the user named the file, and not a folder that contains it.
  ///   - changed: When the file was last changed, in ISO 8601 format and UTC; nil if that is not known.
  /// - Returns: The diagnostics; an error means that not all of the file was read.
  package mutating func read(
    _ bytes: [UInt8], file: String, isNamed: Bool = true, changed: String? = nil
  ) -> [Diagnostic] {
    record.changes[file] = changed
    var isRecognized = false
    var isEmpty = true
    var isOwn = false
    var isParameters = false
    var malformed: [Diagnostic] = []
    var diagnostics = ManifestReader.read(bytes, file: file) { document in
      isEmpty = false
      switch evaluate(document, file, &malformed) {
      case .audited: isRecognized = true
      case .own: isOwn = true
      case .parameters: isParameters = true
      case .unknown: break
      }
    }
    diagnostics += malformed
    if isOwn {
      diagnostics.append(
        Diagnostic(.auditSourceNotUsed, "this is neither a manifest nor the profile of a host", file: file))
    } else if !isRecognized, isNamed || !isParameters, !isEmpty || isNamed,
      !diagnostics.contains(where: { $0.severity == .error })
    {
      diagnostics.append(
        Diagnostic(
          .auditNotRecognized,
          "nothing in this file is a Kubernetes object or an Azure resource", file: file,
          severity: isNamed ? .error : .note))
    }
    return diagnostics
  }

  /// What a document turned out to be.
  private enum Recognition {
    case audited, own, parameters, unknown
  }

  private mutating func evaluate(
    _ document: ManifestValue, _ file: String, _ malformed: inout [Diagnostic]
  ) -> Recognition {
    // Tools such as jq write a sequence of objects.
    if (document.isList ? document.elements.first : document).flatMap(ManifestObject.init) != nil {
      var isOwn = false
      let objects = ManifestObject.objects(in: document) { item in
        malformed.append(
          Diagnostic(
            .auditManifestType, "this item of a list is not an object: it has no apiVersion and kind",
            file: file, at: item.location))
      }
      for object in objects {
        if object.group == "hnsctl" {
          isOwn = true
        } else {
          let problems = ManifestShape.problems(of: object)
          malformed += problems.map {
            Diagnostic(.auditManifestType, $0.message, file: file, at: $0.location)
          }
          evaluate(object, file, isMalformed: !problems.isEmpty)
        }
      }
      return isOwn ? .own : .audited
    }
    if document.isMap, !document.members.isEmpty,
      document.members.allSatisfy({ AuditRule.named($0.key) != nil })
    {
      return .parameters
    }
    let azure = AzureDocument(document)
    for resource in azure.resources { evaluate(resource, file, isListed: azure.isList) }
    return azure.isRecognized || !azure.resources.isEmpty ? .audited : .unknown
  }

  // MARK: Kubernetes

  /// - Parameter isMalformed: Whether parts of the object have another type, so that nothing can pass.
  private mutating func evaluate(_ object: ManifestObject, _ file: String, isMalformed: Bool) {
    let name = AuditObjectName(object)
    record.suppressions.read(object, resource: name.text, file: file)
    if let isWindows = WindowsSignal.isWindows(runtimeClass: object) {
      runtimeClasses[object.name] = isWindows
    }
    if let template = PodTemplate(object) {
      if WindowsSignal.isDecidedByUnknownClass(template, runtimeClasses) {
        waiting.append((object, file, isMalformed))
      } else {
        evaluate(template, name, file, isMalformed)
      }
    }
    evaluateOther(object, name, file, isMalformed)
  }

  /// Evaluates the pods that waited for their runtime class; one that was not read says nothing.
  private mutating func evaluateWaiting() {
    for (object, file, isMalformed) in waiting {
      guard let template = PodTemplate(object) else { continue }
      evaluate(template, AuditObjectName(object), file, isMalformed)
    }
    waiting = []
  }

  private mutating func evaluate(
    _ template: PodTemplate, _ name: AuditObjectName, _ file: String, _ isMalformed: Bool
  ) {
    let object = template.object
    let pod = AuditedPod(template, runtimeClasses: runtimeClasses)
    let place = place(object, name, file)
    declarations.add(pod, place)
    record.problems += HostProcessRules.problems(of: pod, file)
    let resource = name.text
    for row in rows.pods {
      let subject = AuditRecord.Subject(
        resource: resource, object: name, file: file, location: object.value.location,
        isGenerated: template.isGenerated, isUnfixable: row.isUnfixable(pod))
      let result = row.result(for: pod).unlessMalformed(isMalformed)
      if row.settings.rule.row == 5, case .pass = result { declarations.addImages(of: pod, place) }
      record.add(result, row.settings, subject)
    }
  }

  private mutating func evaluateOther(
    _ object: ManifestObject, _ name: AuditObjectName, _ file: String, _ isMalformed: Bool
  ) {
    let subject = AuditRecord.Subject(
      resource: name.text, object: name, file: file, location: object.value.location)
    if object.isIngress {
      for row in rows.ingresses {
        record.add(row.result(for: object).unlessMalformed(isMalformed), row.settings, subject)
      }
      if let settings = rows.ofIngresses, case .pass = IngressHTTPS(settings).evaluate(object) {
        declarations.add(httpsIngress: object, place(object, name, file))
      }
    } else if object.kind == "Service", object.group.isEmpty {
      for row in rows.services {
        record.add(row.result(for: object).unlessMalformed(isMalformed), row.settings, subject)
      }
      declarations.add(service: object, place(object, name, file))
    } else if object.kind == "ClusterDescribe", let data = object.value["data"] {
      // How kubescape stores the answer of a cloud (reference: audit, 2).
      evaluate(
        AzureResource(
          kind: .cluster, value: data, type: "Microsoft.ContainerService/managedClusters", isInTemplate: false
        ),
        file, isListed: false)
    }
  }

  private func place(_ object: ManifestObject, _ name: AuditObjectName, _ file: String) -> DeclaredPlace {
    DeclaredPlace(
      resource: name.text, object: name, namespace: object.namespace, name: object.name, file: file,
      location: object.value.location)
  }

  private func place(_ resource: AzureResource, _ file: String) -> DeclaredPlace {
    DeclaredPlace(
      resource: resource.id, namespace: "", name: resource.name, file: file, location: resource.value.location
    )
  }

  // MARK: Hosts

  /// Adds a host whose rules are joined with what the files declare.
  package mutating func add(_ host: AuditedHost) { hosts.append(host) }

  /// Joins the hosts with what was read; returns notes about ports and about hosts that have nothing of it.
  ///
  /// To be called once, after all files.
  package mutating func joinHosts() -> [Diagnostic] {
    evaluateWaiting()
    var notes: [Diagnostic] = []
    let sharedNames = hosts.isEmpty ? [] : declarations.sharedNames
    for host in hosts {
      var join = NetworkJoin(declarations, sharedNames: sharedNames, rows.network, host)
      join.run()
      for found in join.results {
        let subject = AuditRecord.Subject(
          resource: found.place.resource, object: found.place.object, file: found.place.file,
          location: found.place.location, isGenerated: found.place.isGenerated)
        record.add(found.result, found.settings, subject)
      }
      notes += join.notes
      if !join.isUsed {
        notes.append(
          Diagnostic(
            .auditSourceNotUsed, "none of the pods, services and clusters of the audit is on this host",
            file: host.file))
      }
    }
    return notes
  }

  // MARK: Azure

  private mutating func evaluate(_ resource: AzureResource, _ file: String, isListed: Bool) {
    switch resource.kind {
    case .cluster:
      evaluate(resource, rows.clusters, file)
      declarations.add(resource, place(resource, file))
    case .registry:
      evaluate(resource, rows.registries, file)
      assessments.addRegistry(resource.id, file: file, location: resource.value.location)
      if let settings = rows.network[7] {
        declarations.add(registry: DeclaredRegistry(resource, settings, place(resource, file)))
      }
    case .plan: plans.add(resource, file: file, isListed: isListed)
    case .assessment: assessments.add(resource, file: file, changed: record.changes[file])
    case .subassessment: assessments.addDetail(resource)
    }
  }

  private mutating func evaluate(_ resource: AzureResource, _ rows: [AuditRows.AzureRow], _ file: String) {
    let subject = AuditRecord.Subject(resource: resource.id, file: file, location: resource.value.location)
    for row in rows { record.add(row.result(for: resource), row.settings, subject) }
  }

  // MARK: End

  /// The report over everything that was read.
  package mutating func finish() -> AuditReport {
    evaluateWaiting()
    for settings in rows.ofPlans { plans.evaluate(settings, &record) }
    for settings in rows.all { assessments.evaluate(settings, &record) }
    return record.report()
  }
}
