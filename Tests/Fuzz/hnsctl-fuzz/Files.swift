import Diagnostics
import FilterEngine
import HNSEmulator
import HNSStore
import JSONText
import NetworkProfile
import PolicyCompiler
import PolicyPlan
import PolicyTesting
import PolicyViews
import TestSupport

/// A profile is accepted or refused, by `validate` as by `plan`, and an accepted one can be applied.
func fuzzProfile(_ input: [UInt8]) {
  let lengths = lineLengths(input)
  let (profile, problems) = Profile.load(bytes: input, file: "p.yaml")
  check(problems, refuse: profile == nil, inLinesOf: lengths)
  guard let profile else { return }
  let (desired, refusals) = ProfileCompiler.compile(profile, file: "p.yaml")
  check(refusals, refuse: desired == nil, inLinesOf: lengths)
  let (isValid, findings) = ProfileCompiler.check(profile, file: "p.yaml")
  require(isValid == (desired != nil) && findings == refusals, "checked \(findings), compiled \(refusals)")
  guard let desired else { return }
  var cycle = PlanCycle(on: desired.emptyHost)
  check(cycle.carryOut(desired), refuse: cycle.isRefused, inLinesOf: lengths)
}

/// A tests file is accepted or refused, and the tests of an accepted one can be run.
func fuzzTests(_ input: [UInt8]) {
  let lengths = lineLengths(input)
  let (tests, problems) = PolicyTests.load(bytes: input, file: "t.yaml")
  check(problems, refuse: tests == nil, inLinesOf: lengths)
  guard let tests, let sample = SampleHost.mixed else { return }
  let subject = TestSubject(file: "p.yaml", evaluator: sample.evaluator, profile: sample.profile)
  var runner = TestRunner(tests.tests, of: subject)
  let (outcomes, found) = runner.run()
  require(
    found.isEmpty ? outcomes.count == tests.tests.count : outcomes.isEmpty, "\(outcomes.count) outcomes")
  for problem in found {
    check(problem.location, inLinesOf: lengths)
    check(problem.other, inLinesOf: lengths)
  }
}

/// A state is accepted or refused, and an accepted one reads back equal when it is written again.
func fuzzState(_ input: [UInt8]) {
  let state: HostState
  do { state = try StateFile.state(in: input, path: "s.json") } catch {
    if case .damaged(_, let line, let column, _) = error {
      let location = SourceRange(line: UInt32(clamping: line), column: UInt32(clamping: column))
      check(location, inLinesOf: lineLengths(input, isJSON: true))
    }
    return
  }
  check(state.service)
  let again = try? HostState(document: state.document)
  require(again == state && again?.digest == state.digest, "a state reads back differently")
  use(
    HostWithRuleNames(state.service, ledger: OwnershipLedger(annotations: state.annotations)).evaluator
      .topology)
}

/// A saved plan is accepted or refused, also with a correct digest.
///
/// An accepted one can be shown and applied, and reads back equal when it is saved again.
func fuzzPlan(_ input: [UInt8]) {
  if case .failure(let refusal) = Plan.load(input, file: "plan.json") {
    check(refusal.diagnostic.location, inLinesOf: lineLengths(input, isJSON: true))
  }
  guard var object = (try? JSON(parsing: input))?.object else { return }
  object["digest"] = nil
  object.append("digest", .string(Plan.digest(of: object)))
  let text = JSON.object(object).bytes(.pretty)
  guard case .success(let plan) = Plan.load(text, file: "plan.json") else { return }
  guard case .success(let again) = Plan.load(plan.savedText, file: "plan.json") else {
    return require(false, "a plan is refused when it is saved again")
  }
  require(again.savedText == plan.savedText, "a plan reads back differently")
  use(PlanView(style: Style(hasColor: false)).lines(plan, subject: "plan.json"))
  var host = HostNetworkingService(plan.configuration)
  use(plan.carryOut(on: &host))
  check(host)
}
