import Diagnostics
import HostModel
import NetworkProfile
import Testing

@Suite("The header of a file")
struct HeaderTests {
  @Test(
    "Version, kind and name are required",
    arguments: [
      ("kind: HostProfile\nname: n", "1:1+4 missing-key: a profile needs the key 'apiVersion'"),
      ("apiVersion: hnsctl/v1\nname: n", "1:1+10 missing-key: a profile needs the key 'kind'"),
      ("apiVersion: hnsctl/v1\nkind: HostProfile", "1:1+10 missing-key: a profile needs the key 'name'"),
      (
        "apiVersion: v1\nkind: HostProfile\nname: n\nfoo: 1",
        "1:13+2 unsupported-version: the version 'v1' is not supported\n  help: write 'apiVersion: hnsctl/v1'"
      ),
      (
        "apiVersion: hnsctl/v1\nkind: PolicyTests\nsubject: x\ntests: []",
        "2:7+11 wrong-kind: the file is of kind 'PolicyTests', but HostProfile is expected here"
      ),
      (
        "apiVersion: hnsctl/v1\nkind: HostProfil\nname: n",
        "2:7+10 wrong-kind: the file is of kind 'HostProfil', but HostProfile is expected here\n  help: write 'kind: HostProfile'"
      ),
      (
        "- a\n- b",
        "1:1+0 wrong-type: the file must be a mapping of keys to values, not a list\n  help: start with 'apiVersion: hnsctl/v1'"
      ),
      (
        "just text",
        "1:1+9 wrong-type: the file must be a mapping of keys to values, not a single value\n  help: start with 'apiVersion: hnsctl/v1'"
      ),
      (
        "", "1:1+0 yaml-empty: the file has no content\n  help: a profile starts with 'apiVersion: hnsctl/v1'"
      ),
      (
        "apiVersion: hnsctl/v1\nkind: HostProfile\nname: n\nname: m",
        "4:1+4 duplicate-key: the key 'name' appears twice in this mapping\n  note 3:1+4: first used here\n  help: keep one of the two"
      ),
    ])
  func reported(text: String, expected: String) {
    #expect(load(text).1.map(describe) == [expected])
  }

  @Test("The smallest profile has only a header")
  func smallest() throws {
    let profile = try #require(load(header).0)
    #expect(profile.host.windowsLocation == nil)
    #expect("\(profile.host.windows)" == "ltsc2022")
    #expect(profile.networks.isEmpty && profile.endpoints.isEmpty && profile.tests.isEmpty)
  }

  @Test("A file of tests is read without its subject")
  func policyTests() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: ../web.yaml
      tests:
        - {name: a, packet: {from: anyone, to: pod/app, protocol: tcp, port: 80}, expect: block, rule: some-rule}
        - {name: b, never: {from: {not: corp}, verdict: allow}}
      """
    let (loaded, diagnostics) = PolicyTests.load(bytes: Array(text.utf8), file: "t.yaml")
    #expect(diagnostics.map(describe) == [])
    let tests = try #require(loaded)
    #expect(tests.subject == Located("../web.yaml", at: SourceRange(line: 3, column: 10, length: 11)))
    #expect(tests.tests.map(\.name.value) == ["a", "b"])
    guard case .packet(let packet) = tests.tests[0].claim, case .never(let set) = tests.tests[1].claim else {
      Issue.record("the claims are of different kinds")
      return
    }
    #expect(packet.to.value == "pod/app")
    #expect(packet.port == 80 && packet.expect == .block && packet.rule?.value == "some-rule")
    guard case .complement(.named(let name))? = set.from else {
      Issue.record("the set is not a complement")
      return
    }
    #expect(name.value == "corp" && set.verdict == .allow && set.to == nil)
    let bad = text.replacing("tcp", with: "tpc").replacing("subject: ../web.yaml\n", with: "")
    #expect(
      PolicyTests.load(bytes: Array(bad.utf8), file: "t.yaml").1.map(describe) == [
        "1:1+10 missing-key: a file of tests needs the key 'subject'",
        "4:61+3 unknown-protocol: 'tpc' is not an IP protocol\n  help: did you mean 'tcp'?",
      ])
  }
}
