import Diagnostics
import JSONText
import Manifests

/// Row 24, and every row that an export of assessments answers by its key.
struct AssessmentTable {
  /// An assessment of a resource.
  private struct Assessment {
    var key: String
    var resource: String
    var code: ManifestValue?
    var cause: String?
    /// The vulnerabilities that it names.
    var vulnerabilities: [String]
    /// Whether it is about one software update of an image, as exports have it since August 2026.
    var isSoftwareUpdate: Bool
    /// When its status last changed, or it was first evaluated (members: AssessmentStatusResponse); else when its
    /// file was written.
    var date: String?
    var file: String
    var location: SourceRange
  }

  private var assessments: [Assessment] = []
  /// The vulnerabilities of grouped assessments, by the id of the assessment.
  private var details: [String: [String]] = [:]
  private var registries: [(id: String, file: String, location: SourceRange)] = []

  mutating func addRegistry(_ id: String, file: String, location: SourceRange) {
    registries.append((id, file, location))
  }

  mutating func add(_ resource: AzureResource, file: String, changed: String?) {
    let value = resource.value
    let id = value.member(ignoringCase: "id")?.text ?? ""
    let marker = "/providers/microsoft.security/assessments/"
    let owner = id.lowercased().firstRange(of: marker).map {
      Self.prefix(of: id, before: $0, in: id.lowercased())
    }
    let status = value.property("status")
    let category = value.property("metadata", "recommendationCategory")
    let kind = value.property("resourceDetails", "resourceType")
    let isUpdate = category?.equals("SoftwareUpdate") == true && kind?.equals(".containerimage") == true
    assessments.append(
      Assessment(
        key: resource.name.lowercased(),
        resource: (isUpdate ? value.property("resourceDetails", "id")?.text : nil) ?? owner
          ?? value.property("resourceDetails", "id")?.text ?? "unknown resource",
        code: status?.member(ignoringCase: "code") ?? value.property("statusCode"),
        cause: (status?.member(ignoringCase: "cause") ?? status?.member(ignoringCase: "description"))?
          .scalarText,
        vulnerabilities: Self.vulnerabilities(value.property("additionalData", "cvesDetails")),
        isSoftwareUpdate: isUpdate,
        date: (status?.member(ignoringCase: "statusChangeDate")
          ?? status?.member(ignoringCase: "firstEvaluationDate"))?.text ?? changed,
        file: file, location: value.location))
  }

  /// The part of a text before a range of its lower-case form.
  private static func prefix(of text: String, before range: Range<String.Index>, in lower: String) -> String {
    String(text.prefix(lower.distance(from: lower.startIndex, to: range.lowerBound)))
  }

  /// A sub-assessment, which names one vulnerability of a grouped assessment.
  mutating func addDetail(_ resource: AzureResource) {
    let id = resource.value.member(ignoringCase: "id")?.text?.lowercased() ?? ""
    guard let end = id.firstRange(of: "/subassessments/") else { return }
    guard (try? resource.property("status", "code"))?.equals("Healthy") != true else { return }
    let inner = resource.value.member(ignoringCase: "properties")?.member(ignoringCase: "id")
    let name = inner?.scalarText ?? String(id[end.upperBound...])
    details[String(id[..<end.lowerBound]), default: []].append(name)
  }

  /// The vulnerabilities in a list, or in the text of one.
  private static func vulnerabilities(_ value: ManifestValue?) -> [String] {
    guard let value else { return [] }
    if value.isList {
      return value.elements.compactMap { ($0.member(ignoringCase: "cveId") ?? $0).scalarText }
    }
    guard let text = value.text, let json = try? JSON(parsing: text) else { return [] }
    return vulnerabilities(ManifestValue(json).isList ? ManifestValue(json) : nil)
  }

  // MARK: Evaluation

  func evaluate(_ settings: RowSettings, _ record: inout AuditRecord) {
    let keys = settings.rule.assessmentKeys(in: settings.benchmark)
    let isOfImages = settings.rule.input == .assessments
    var assessed: Set<String> = []
    let ofFiles = record.evaluated(settings.rule.row)
    for assessment in assessments {
      let isUpdate = isOfImages && !settings.isExact2021 && assessment.isSoftwareUpdate
      guard keys.contains(assessment.key) || isUpdate else { continue }
      let resource = assessment.resource.lowercased()
      assessed.insert(resource)
      let result = result(of: assessment, isOfImages: isOfImages)
      if !isOfImages {
        // Files show what will be deployed, so their verdict stands.
        if let own = record.evaluated(settings.rule.row, of: resource) {
          record.compare(result, settings, assessment.resource, with: own, date: assessment.date)
          continue
        }
        if let ofFiles, settings.rule.isAboutObjects {
          record.compare(result, settings, assessment.resource, with: ofFiles, date: assessment.date)
        }
      }
      let subject = AuditRecord.Subject(
        resource: assessment.resource, file: assessment.file, location: assessment.location)
      record.add(result, settings, subject)
    }
    guard isOfImages else { return }
    let isStrict = settings["strict"]?.truth == true
    for registry in registries where !assessed.contains(registry.id.lowercased()) {
      let subject = AuditRecord.Subject(
        resource: registry.id, file: registry.file, location: registry.location)
      let message = "the input has no assessment of this registry"
      record.add(
        isStrict
          ? .fail([Violation("assessments", at: registry.location, message)]) : .notEvaluated(message),
        settings, subject)
    }
  }

  private func result(of assessment: Assessment, isOfImages: Bool) -> CheckResult {
    let code = assessment.code?.scalarText ?? ""
    switch code.lowercased() {
    case "healthy": return .pass
    case "notapplicable":
      return .notApplicable("Defender: NotApplicable" + (assessment.cause.map { ", \($0)" } ?? ""))
    case "unhealthy":
      let id = "\(assessment.resource)/providers/microsoft.security/assessments/\(assessment.key)"
      let names = assessment.vulnerabilities + (details[id.lowercased()] ?? [])
      var message =
        isOfImages ? "Defender found vulnerabilities" : "Defender reports the resource as unhealthy"
      if !names.isEmpty {
        message += ": " + names.prefix(5).joined(separator: ", ")
        if names.count > 5 { message += " and \(names.count - 5) more" }
      } else if let cause = assessment.cause {
        message += ": \(cause)"
      }
      return .fail([
        Violation(
          "assessments/\(assessment.key)", at: (assessment.code?.location) ?? assessment.location, message)
      ])
    default: return .notEvaluated("the status of the assessment is '\(code)'")
    }
  }
}
