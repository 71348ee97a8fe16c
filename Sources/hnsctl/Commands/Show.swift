import ArgumentParser
import Diagnostics
import HNSEmulator
import HNSStore
import HostExport
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan
import PolicyViews
import SourceReading

struct Show: HnsctlCommand {
  /// The subjects of `show`.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case networks, endpoints, namespaces, compartments, acls, firewall, vfp, loadbalancers, hnsdiag, ipconfig,
      capture, plan
  }

  static let configuration = CommandConfiguration(
    abstract: "Show the objects and rules of a host, formatted like the Windows tools.",
    discussion: HelpText.discussion(
      """
      networks, endpoints and namespaces look like Get-HnsNetwork,
      Get-HnsEndpoint and Get-HnsNamespace; compartments like
      Get-NetCompartment; firewall like Get-NetFirewallRule with the lists
      of its filters; vfp like vfpctrl /list-rule, with layers that have
      no rules; loadbalancers like hnsdiag and Get-HnsPolicyList; hnsdiag
      like its list all; ipconfig like its /allcompartments. capture is
      the JSON that the script of `hnsctl capture-script` writes of such a
      host. acls lists the ACL policies, and plan shows a saved plan. With
      --json, networks, endpoints and namespaces are HCN documents, and
      load balancers and hnsdiag documents of HNS v1. One host is shown at a
      time, as its own tools would show it.

      Examples:
        hnsctl show endpoints --state host.json
        hnsctl show vfp --state host.json
        hnsctl show plan --plan web.plan
        hnsctl show acls --plan web.plan --state host.json     after the plan
      """))

  @Argument(help: "What to show.")
  var subject: Subject

  @Option(
    help: ArgumentHelp("The state or capture of the host; - for standard input.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: InputName?

  @Option(
    help: ArgumentHelp("A saved plan: show the host after it, or the plan itself.", valueName: "file"),
    completion: .file())
  var plan: String?

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    try GlobalOptions.checkSources([state?.path, plan].compactMap(\.self))
    guard state != nil || plan != nil else {
      throw ValidationError("specify a host: --state FILE or --plan FILE")
    }
    guard subject != .plan || plan != nil else { throw ValidationError("specify the plan: --plan FILE") }
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    let saved = try plan.map { try session.savedPlan($0) }
    if subject == .plan, let saved {
      console.finish(
        saved.document,
        lines: PlanView(style: console.style).lines(
          saved, subject: "profile \(saved.profile), saved in \(printable(plan ?? ""))"))
      return
    }
    let host = try host(saved, session)
    if subject == .capture {
      // A capture could only state what is unknown as if it were known.
      let gaps = host.service.gaps
      guard gaps.endpoints.isEmpty, gaps.missing.isEmpty, gaps.firewall != .unreadRules else {
        throw console.fail(
          Diagnostic(
            .unknownInSource, "parts of the host are unknown, which a capture of it could not say",
            file: state?.path, help: "pass on the source of the host itself"))
      }
      let document = HostCapture(host.service).document()
      console.finish(
        document, verbatim: document.text(.pretty).split(separator: "\n").map { String($0) })
      return
    }
    guard let subject = HostView.Subject(rawValue: subject.rawValue) else { return }
    reportUnread(of: host, console)
    do {
      let ledger = OwnershipLedger(annotations: host.annotations)
      let reading = try HostDocuments(host.service, ledger: ledger)
      let view = HostView(host.service, reading: reading, ledger: ledger)
      if subject == .acls {
        console.finish(view.document(subject), lines: view.lines(subject, width: console.style.width))
      } else {
        console.finish(view.document(subject), verbatim: view.lines(subject))
      }
    } catch {
      throw console.fail(Plan.refusal("reading the host", error, file: state?.path))
    }
  }

  /// Notes that a captured host has parts that were not understood, which nothing shows.
  private func reportUnread(of host: HostState, _ console: Console) {
    let count = host.service.gaps.unread.count { $0.text != nil }
    guard count > 0 else { return }
    let verb = count == 1 ? "was not understood and is" : "were not understood and are"
    console.report([
      Diagnostic(
        .captureUnread, "\(Listing.number(count, "part")) of the capture \(verb) not evaluated",
        file: state?.path, help: "`hnsctl import` of the capture lists them", severity: .note)
    ])
  }

  private func host(_ saved: Plan?, _ session: Session) throws -> HostState {
    guard let saved else { return try session.existingHost(state?.path ?? "") }
    let current = try state.flatMap { try session.host($0.path) }
    return try session.carriedOut(saved, on: current, file: plan ?? "", state: state?.path)
  }
}
