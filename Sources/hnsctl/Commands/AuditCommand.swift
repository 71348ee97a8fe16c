import ArgumentParser
import Audit
import Diagnostics
import Glibc
import HostImport
import JSONText
import PolicyViews
import SourceReading

struct AuditCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Evaluate the 24 Azure container recommendations, offline.",
    discussion: HelpText.discussion(
      """
      SOURCE is a file or a folder, in any mix: Kubernetes manifests as YAML or JSON;
      AKS clusters and container registries as ARM documents, ARM templates or
      the output of az show and list; Defender plans; assessments; and profiles,
      states and captures of hosts. Files are recognized by their contents. In a
      folder, files ending in .yaml, .yml and .json are read, and the other files
      of a capture.

      The rules of hosts are joined with what the files declare: open ports,
      published ports, load balancers, plain HTTP beside an ingress for HTTPS,
      HostProcess pods, to which no ACL applies, the ranges of an API server, the
      registries that endpoints and the node reach. Each of these findings names the
      rule, its line, and a packet that shows it.

      Every one of the 24 recommendations is listed, also when the input cannot
      answer it. Some need parameters, such as the allowed registries; without them
      they are unconfigured. --parameters names a YAML file with a mapping for each
      row, by its number or its code:

        4: {cpuLimit: 500m, memoryLimit: 1Gi}
        trusted-registries: {imageRegex: '^contoso\\.azurecr\\.io/.+$'}

      An annotation hnsctl.dev/skip-CODE: "reason; until=DATE" of an object accepts
      its findings, as does an entry {code, resource, reason, until} of the list in
      the file of --suppressions, or an export of policy exemptions there. Findings
      of --baseline are known: every format marks them, and only new ones fail.

      Windows pods are evaluated by what Windows supports. asc-2021 evaluates them
      as the policies of 2021 did, and marks what cannot be fixed.

      Examples:
        hnsctl audit profiles/audit
        hnsctl audit profiles/audit/windows-pod.yaml --policy-defaults
        hnsctl audit profiles/audit --benchmark asc-2021 --fail-on high
        hnsctl audit profiles/audit --format sarif > findings.sarif
        hnsctl audit --rules

      Exit codes:
        0   no findings at or above --fail-on
        1   a file could not be read as a whole
        2   findings at or above --fail-on
      """))

  @Argument(
    help: "Files, folders and patterns; - for standard input.",
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var sources: [String] = []

  @Option(help: "What the input is measured by.")
  var benchmark: AuditBenchmark = .mcsbCurrent

  @Option(help: ArgumentHelp("A YAML file with the parameters of the rows.", valueName: "file"))
  var parameters: String?

  @Flag(help: "Use the benchmark's own values for parameters that are not given.")
  var policyDefaults = false

  @Option(help: "The lowest severity that makes the exit code 2; none for never.")
  var failOn: FailOn = .low

  @Option(help: "How to print the result; --json is --format json.")
  var format: Format?

  @Option(help: ArgumentHelp("A YAML file with accepted findings.", valueName: "file"))
  var suppressions: String?

  @Option(
    help: ArgumentHelp(
      "The JSON of an earlier audit, whose findings do not fail this one.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Print the page of the 24 recommendations, without an audit.")
  var rules = false

  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif, junit, markdown, csv, openreports, html
  }

  enum FailOn: String, ExpressibleByArgument, CaseIterable {
    case high, medium, low, none

    var severity: AuditSeverity? { AuditSeverity(rawValue: rawValue) }
  }

  func validate() throws {
    try GlobalOptions.checkSources(sources + [parameters, suppressions, baseline].compactMap(\.self))
    try options.check(format: format?.rawValue)
    guard rules || !sources.isEmpty else {
      throw ValidationError("Missing expected argument '<sources> ...'")
    }
  }

  func run() throws {
    let format = format ?? (options.json ? .json : .text)
    let console = Console(options.printing(json: format == .json))
    if rules {
      console.finish(
        ["formatVersion": 1, "rules": .array(AuditRule.all.map(AuditRuleView.document))],
        verbatim: [String(AuditRuleView.page().dropLast())])
      return
    }
    let session = Session(console: console)
    var auditor = Auditor(
      benchmark: benchmark, parameters: try readParameters(session, console),
      usesPolicyDefaults: policyDefaults, suppressions: try readSuppressions(session),
      baseline: try readBaseline(session, console), keepsResults: format == .csv || format == .openreports)
    var hosts = AuditHosts(console: console, budget: limits.make())
    var known: Set<String> = []
    for source in PathPattern.expand(sources) {
      read(source, session, console, &auditor, &hosts, &known)
    }
    hosts.read(into: &auditor)
    console.report(auditor.joinHosts())
    let report = auditor.finish()
    console.report(report.problems)
    printResult(AuditView(report), format, console)
    if console.collected.contains(where: { $0.severity == .error }) { throw Exit.failed }
    if let severity = failOn.severity, report.count(atLeast: severity) > 0 { throw Exit.notClean }
  }

  private func printResult(_ view: AuditView, _ format: Format, _ console: Console) {
    let errors = console.collected.filter { $0.severity == .error }
    switch format {
    case .text, .json: console.finish(view.document, lines: view.lines(style: console.style))
    case .sarif:
      view.log(version: Hnsctl.version, errors: errors).sendPretty { Console.write($0, to: STDOUT_FILENO) }
    case .junit: Console.write(view.junit(errors: errors), to: STDOUT_FILENO)
    case .markdown: Console.write(view.markdown, to: STDOUT_FILENO)
    case .csv: view.sendCSV { Console.write($0, to: STDOUT_FILENO) }
    case .openreports: view.openReports.sendPretty { Console.write($0, to: STDOUT_FILENO) }
    case .html: Console.write(view.page, to: STDOUT_FILENO)
    }
  }

  private func readSuppressions(_ session: Session) throws -> AuditSuppressions {
    var values = AuditSuppressions(today: String(Session.now().prefix(10)))
    if let suppressions { values.read(try session.read(suppressions), file: suppressions) }
    return values
  }

  private func readBaseline(_ session: Session, _ console: Console) throws -> AuditBaseline {
    guard let baseline else { return AuditBaseline() }
    return try accept(AuditBaseline.read(try session.read(baseline), file: baseline, for: benchmark), console)
  }

  private func readParameters(_ session: Session, _ console: Console) throws -> AuditParameters {
    guard let parameters else { return AuditParameters() }
    return try accept(AuditParameters.read(try session.read(parameters), file: parameters), console)
  }

  /// What was read, unless there are errors.
  private func accept<Value>(_ read: (value: Value, problems: [Diagnostic]), _ console: Console) throws
    -> Value
  {
    console.report(read.problems)
    if read.problems.contains(where: { $0.severity == .error }) { throw console.fail() }
    return read.value
  }

  /// Reads a file, or the files of a folder, one at a time.
  private func read(
    _ source: String, _ session: Session, _ console: Console, _ auditor: inout Auditor,
    _ hosts: inout AuditHosts, _ known: inout Set<String>
  ) {
    let isFolder = FolderListing.isFolder(source)
    let listing = isFolder ? FolderListing(source) : nil
    console.report(listing?.problems ?? [])
    let found = listing?.files ?? [source]
    // A file can be named beside its folder, and counts once.
    let all = found.filter { known.insert(FolderListing.resolved($0)).inserted }
    let files = isFolder ? all.filter(FolderListing.isDocument) : all
    if isFolder, !found.contains(where: FolderListing.isDocument), listing?.problems.isEmpty == true {
      console.report([
        Diagnostic(
          .nothingInFolder, "this folder has no file ending in .yaml, .yml or .json", file: source)
      ])
    }
    for file in files {
      // What cannot be read is reported, and does not hide the findings in other files.
      guard let bytes = session.bytes(file) else { continue }
      if StatedKind.isHost(bytes) {
        hosts.add(file, bytes)
      } else {
        let found = auditor.read(
          bytes, file: file, isNamed: !isFolder, changed: Session.modificationTime(file))
        if found.contains(where: { $0.code == .auditNotRecognized }), HostImport.isCapture(bytes) {
          hosts.addCapture(file, bytes)
        } else {
          console.report(found)
        }
      }
      console.forget(file)
    }
    // The dumps of a host have any name.
    for file in all where isFolder && !FolderListing.isDocument(file) && hosts.hasCapture(beside: file) {
      guard let bytes = session.bytes(file), HostImport.isCapture(bytes) else { continue }
      hosts.addCapture(file, bytes)
    }
  }
}

extension AuditBenchmark: ExpressibleByArgument {}
