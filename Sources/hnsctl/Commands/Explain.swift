import ArgumentParser
import Audit
import Diagnostics
import JSONText
import PolicyViews

struct Explain: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a diagnostic code, or list them all.",
    discussion: HelpText.discussion(
      """
      Examples:
        hnsctl explain acl-not-programmable
        hnsctl explain
      """))

  @Argument(help: "The code, as printed in brackets after a message.", completion: .list(allCodes))
  var code: String?

  @Flag(help: "Print the documentation page of every code.")
  var markdown = false

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  private static var allCodes: [String] {
    DiagnosticCode.catalogue.flatMap(\.codes).map(\.id) + AuditRule.all.map(\.code)
  }

  func run() throws {
    let console = Console(options)
    guard let code else {
      let codes = DiagnosticCode.catalogue.flatMap(\.codes).map(Self.document)
      let document: JSON = [
        "formatVersion": 1, "codes": .array(codes + AuditRule.all.map(AuditRuleView.document)),
      ]
      if markdown {
        console.finish(document, verbatim: [String(ExplainView.page().dropLast())])
      } else {
        console.finish(document, lines: ExplainView.listing(width: console.style.width))
      }
      return
    }
    if let rule = AuditRule.named(code) {
      console.finish(
        ["formatVersion": 1, "codes": [AuditRuleView.document(rule)]],
        lines: AuditRuleView.lines(rule, width: console.style.proseWidth))
      return
    }
    guard let known = DiagnosticCode.named(code) else {
      let near = NearMiss.nearest(to: code, among: Self.allCodes).map { "did you mean '\($0)'? " } ?? ""
      throw console.fail(
        Diagnostic(
          .unknownCode, "no diagnostic has the code '\(code)'",
          help: "\(near)`hnsctl explain` lists every code"))
    }
    console.finish(
      ["formatVersion": 1, "codes": [Self.document(known)]],
      lines: ExplainView.lines(known, width: console.style.proseWidth))
  }

  private static func document(_ code: DiagnosticCode) -> JSON {
    var object = JSONObject()
    object.append("code", .string(code.id))
    object.append("severity", .string(code.severity.rawValue))
    object.append("summary", .string(code.summary))
    object.append("explanation", .string(code.explanation))
    object.append("bad", code.bad.map { .string($0) })
    object.append("good", code.good.map { .string($0) })
    return .object(object)
  }
}
