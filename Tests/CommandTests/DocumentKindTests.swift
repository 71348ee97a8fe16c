import Foundation
import JSONText
import Testing

/// The kind of a file is recognized by its content, in any member order and layout.
@Suite struct DocumentKindTests {
  /// Documents as rewritten by other programs.
  enum Rewriting: String, CaseIterable {
    case sorted
    case compact
    case both
    case reversed

    func text(_ document: JSON) -> String {
      let text =
        switch self {
        case .sorted: document.sorted.text(.pretty)
        case .compact: document.text()
        case .both: document.sorted.text()
        case .reversed: document.reversed.text(.pretty)
        }
      return text.hasSuffix("\n") ? text : text + "\n"
    }
  }

  private func prepared() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "nat-publish.yaml")
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  private func rewrite(_ file: String, _ rewriting: Rewriting, _ workspace: Workspace) throws {
    try workspace.write(rewriting.text(JSON(parsing: workspace.read(file))), to: file)
  }

  private static let questions: [[String]] = [
    ["trace", "host.json", "--from", "10.1.1.1", "--to", "host", "--protocol", "tcp", "--port", "8080"],
    ["lint", "host.json"], ["matrix", "host.json"], ["diff", "host.json", "pod.yaml"],
    ["plan", "pod.yaml", "--state", "host.json"], ["show", "vfp", "--state", "host.json"],
    ["apply", "host.json", "--state", "other.json"], ["validate", "host.json"], ["test", "host.json"],
    ["show", "plan", "--plan", "host.json"],
  ]

  @Test(arguments: Rewriting.allCases) func stateIsRecognizedInAnyLayout(_ rewriting: Rewriting) throws {
    let workspace = try prepared()
    let before = try Self.questions.map { try workspace.start($0).finish() }
    #expect(before[0].output.contains("8080"))
    try rewrite("host.json", rewriting, workspace)
    for (question, answer) in zip(Self.questions, before) {
      let run = try workspace.start(question).finish()
      #expect(run.status == answer.status, "\(question)")
      #expect(run.output == answer.output, "\(question)")
      #expect(run.errors == answer.errors, "\(question)")
    }
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    #expect(try workspace.read("host.json").contains("\n  \"serial\": 2,\n"))
  }

  @Test(arguments: Rewriting.allCases) func planIsRecognizedInAnyLayout(_ rewriting: Rewriting) throws {
    let workspace = try prepared()
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--out", "pod.plan").exits(0)
    let show = ["show", "plan", "--plan", "pod.plan", "--json"]
    let shown = try workspace.start(show).finish().exits(0).json().sorted
    try rewrite("pod.plan", rewriting, workspace)
    #expect(try workspace.start(show).finish().exits(0).json().sorted == shown)
    let wrong = try workspace.hnsctl(
      "trace", "pod.plan", "--from", "host", "--to", "api", "--protocol", "tcp", "--port", "80"
    ).exits(1)
    #expect(wrong.errors.hasPrefix("pod.plan: error: this is a saved plan, not a profile or a host"))

    let copy = try workspace.read("pod.plan")
    for (text, other) in [("allow-app", "allow-apt"), ("10.244.7.20", "10.244.7.21"), ("8080", "8081")] {
      try workspace.write(copy.replacing(text, with: other, maxReplacements: 1), to: "altered.plan")
      let run = try workspace.hnsctl("apply", "altered.plan", "--state", "host.json").exits(1)
      #expect(run.errors.contains("[plan-damaged]"), "\(text): \(run.errors)")
    }
    try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
  }

  /// Documents of earlier versions: without a kind, recognized by their first members.
  @Test func documentsOfEarlierVersionsAreRead() throws {
    let workspace = try prepared()
    let shown = try workspace.hnsctl("show", "vfp", "--state", "host.json").exits(0).output
    var state = try #require(try JSON(parsing: workspace.read("host.json")).object)
    state["kind"] = nil
    state["formatVersion"] = 2
    try workspace.write(JSON.object(state).text(.pretty), to: "host.json")
    #expect(try workspace.hnsctl("show", "vfp", "--state", "host.json").exits(0).output == shown)
    let traced = try workspace.start(Self.questions[0]).finish()
    #expect(traced.output.contains("8080"))

    try workspace.hnsctl("plan", "pod.yaml", "--out", "pod.plan").exits(0)
    let text = try workspace.hnsctl("show", "plan", "--plan", "pod.plan").exits(0).output
    var plan = try #require(try JSON(parsing: workspace.read("pod.plan")).object)
    plan["kind"] = nil
    plan["digest"] = nil
    for (name, former) in [
      ("impact", "effects"), ("defaultActions", "postures"), ("unmanaged", "leftAlone"),
    ] {
      #expect(plan[name] != nil && plan[name] == plan[former])
      plan[name] = nil
    }
    plan["formatVersion"] = 1
    try workspace.write(JSON.object(plan).text(.pretty), to: "text")
    let digest = try workspace.bash("sha256sum < text").exits(0).output.prefix(64)
    plan.append("digest", .string("sha256:\(digest)"))
    try workspace.write(JSON.object(plan).text(.pretty), to: "pod.plan")
    #expect(try workspace.hnsctl("show", "plan", "--plan", "pod.plan").exits(0).output == text)
    try workspace.write(JSON.object(plan).sorted.text(.pretty), to: "sorted.plan")
    let sorted = try workspace.hnsctl("apply", "sorted.plan", "--state", "new.json").exits(1)
    #expect(sorted.errors.contains("[plan-damaged]"))
    try workspace.hnsctl("apply", "pod.plan", "--state", "new.json").exits(0)
  }

  @Test func aProfileMayBeJSONToo() throws {
    let workspace = try Workspace()
    let profile: JSON = [
      "name": "a", "apiVersion": "hnsctl/v1", "kind": "HostProfile",
      "networks": [["name": "n", "driver": "nat", "subnets": [["prefix": "10.1.0.0/24"]]]],
    ]
    for text in [profile.text(), profile.sorted.text(.pretty)] {
      try workspace.write(text, to: "profile.json")
      try workspace.hnsctl("validate", "profile.json").exits(0)
    }
  }
}

extension JSON {
  /// The same value with the members of every object in reverse order.
  fileprivate var reversed: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.reversed))
    case .object(let object):
      .object(JSONObject(object.members.reversed().map { .init($0.key, $0.value.reversed) }))
    default: self
    }
  }
}
