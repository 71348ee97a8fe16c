import Diagnostics
import Manifests
import Testing

@Suite struct ManifestReaderTests {
  private func read(_ text: String) -> (documents: [ManifestValue], diagnostics: [Diagnostic]) {
    var documents: [ManifestValue] = []
    let diagnostics = ManifestReader.read(Array(text.utf8), file: "f.yaml") { documents.append($0) }
    return (documents, diagnostics)
  }

  private func objects(_ text: String) -> [ManifestObject] {
    read(text).documents.flatMap { ManifestObject.objects(in: $0) }
  }

  @Test(arguments: [
    ("8080", "number 8080"), ("'8080'", "text 8080"), ("0x1F", "number 31"), ("010", "number 8"),
    ("1e3", "number 1e3"),
    (".5", "number .5"), ("1.2.3", "text 1.2.3"), ("yes", "bool true"), ("\"yes\"", "text yes"),
    ("off", "bool false"),
    ("~", "null"), ("null", "null"), ("''", "text "), ("8080:80", "text 8080:80"), ("-1", "number -1"),
    ("-", "text -"),
    ("+5", "number 5"), ("500m", "text 500m"), ("-0x1F", "number -31"), ("0-7", "text 0-7"),
    ("0x-5", "text 0x-5"), ("-0x-8000000000000000", "text -0x-8000000000000000"),
  ])
  func scalars(_ text: String, _ expected: String) {
    let value = read("a: \(text == "-" ? "'-'" : text)").documents.first?.members.first?.value
    let shown =
      switch value?.content {
      case .null: "null"
      case .bool(let value): "bool \(value)"
      case .number(let text): "number \(text)"
      case .text(let text): "text \(text)"
      default: "other"
      }
    #expect(shown == expected)
  }

  @Test func severalDocumentsWithPlaces() {
    let (documents, diagnostics) = read("a: 1\n---\n# nothing\n---\nb:\n  c: x\n...\n---\nd: 2\n")
    #expect(diagnostics.isEmpty)
    #expect(documents.map { $0.members.first?.key } == ["a", "b", "d"])
    #expect(documents[1]["b"]?["c"]?.location == SourceRange(line: 6, column: 6, length: 1))
    #expect(documents[2]["d"]?.location.line == 9)
  }

  @Test(arguments: ["", "# only a comment\n", "---\n---\n"])
  func filesWithoutContent(_ text: String) {
    let (documents, diagnostics) = read(text)
    #expect(documents.isEmpty)
    #expect(diagnostics.isEmpty)
  }

  /// A document that cannot be parsed is left out alone, and every place is that in the file.
  @Test(arguments: [
    ("b: [\n", "yaml-syntax"), ("b: {x: 'y\n", "yaml-syntax"), ("b: 1\nb: 2\n", "duplicate-key"),
    ("b: *none\n", "yaml-unknown-alias"), ("b:\n\t- x\n", "yaml-tab"), ("b: 1\n c: 2\n", "yaml-syntax"),
  ])
  func brokenDocuments(_ text: String, _ code: String) {
    for separator in ["---\n", "--- # next\n"] {
      let (documents, diagnostics) = read("a: 1\n\(separator)\(text)\(separator)c: 1\nd: {e: 2}\n")
      #expect(documents.map { $0.members.first?.key } == ["a", "c"])
      #expect(diagnostics.map(\.code.id) == [code])
      let lines = UInt32(text.split(separator: "\n").count)
      #expect(documents.last?["d"]?["e"]?.location == SourceRange(line: 5 + lines, column: 8, length: 1))
      let line = diagnostics.first?.location?.line ?? 0
      #expect(line >= 3 && line <= 3 + lines, "\(line)")
    }
  }

  @Test func severalBrokenDocuments() {
    let (documents, diagnostics) = read("a: [\r\n---\r\nb: 1\r\n---\r\nc: [\r\n---\r\nd: 1\r\n")
    #expect(documents.map { $0.members.first?.key } == ["b", "d"])
    #expect(documents.last?["d"]?.location.line == 7)
    #expect(diagnostics.count == 2)
    // What looks like a mark inside a block scalar is indented, and is not one.
    let block = read("a: |\n  ---\n  x\n---\nb: [\n")
    #expect(block.documents.first?["a"]?.text == "---\nx\n")
  }

  @Test func hostileStreamsEnd() {
    let (_, diagnostics) = read(String(repeating: "---\n[\n", count: 10_000))
    #expect(diagnostics.count == 101)
    #expect(diagnostics.last?.message.contains("the rest of the file from line 201 on is not read") == true)
    // The limit of aliases is that of the file.
    var bomb = "---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for index in 1...4 {
      bomb += "a\(index): &a\(index) [\(String(repeating: "*a\(index - 1), ", count: 10))]\n"
    }
    let many = read("a: [\n" + String(repeating: bomb, count: 60))
    #expect(many.diagnostics.contains { $0.code.id == "yaml-alias-limit" })
    #expect(many.documents.count < 60)
  }

  @Test func anchorsEndWithTheirDocument() {
    #expect(read("a: &x 1\nb: *x\n").documents.first?["b"]?.integer == 1)
    #expect(read("a: &x 1\n---\nb: *x\n").diagnostics.map(\.code.id) == ["yaml-unknown-alias"])
  }

  @Test func mergeKeys() {
    let value = read("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\n").documents.first?["own"]
    #expect(value?["x"]?.integer == 1)
    #expect(value?["y"]?.integer == 3)
  }

  @Test func aliasesCannotNestWithoutEnd() {
    var text = "a0: &a0 [x]\n"
    for index in 1...300 { text += "a\(index): &a\(index) [*a\(index - 1)]\n" }
    #expect(read(text).diagnostics.map(\.code.id) == ["yaml-too-deep"])
  }

  @Test func jsonWithPlaces() {
    let (documents, diagnostics) = read("{\n  \"a\": [1, \"2\", {\"b\": null}]\n}\n")
    #expect(diagnostics.isEmpty)
    let list = documents.first?["a"]?.elements ?? []
    #expect(
      list.map(\.location) == [
        SourceRange(line: 2, column: 9, length: 1), SourceRange(line: 2, column: 12, length: 3),
        SourceRange(line: 2, column: 17),
      ])
    #expect(list[1].text == "2")
    #expect(list[2]["b"] == nil)
  }

  @Test(arguments: ["{\"a\": 1,}", "{\"a\" 1}", "[1, 2", "{\"a\": 1, \"a\": 2}"])
  func brokenJSON(_ text: String) {
    #expect(read(text).diagnostics.map(\.code.id) == ["json-syntax"])
  }

  @Test func flowYAMLIsNotJSON() {
    #expect(read("{a: 1}").documents.first?["a"]?.integer == 1)
  }

  @Test func listsInLists() {
    let found = objects(
      """
      apiVersion: v1
      kind: List
      items:
        - {apiVersion: v1, kind: Pod, metadata: {name: a}}
        - apiVersion: v1
          kind: List
          items: [{apiVersion: v1, kind: Service, metadata: {name: b, namespace: n}}]
        - {apiVersion: v1, kind: PodList, items: [{metadata: {name: c}}]}
      """)
    #expect(
      found.map { "\($0.kind) \($0.namespace) \($0.name)" } == [
        "Pod default a", "Service n b", "Pod default c",
      ])
  }

  @Test(arguments: [
    ("v1", "Pod", "spec", false), ("apps/v1", "Deployment", "spec.template.spec", true),
    ("apps/v1", "ReplicaSet", "spec.template.spec", true),
    ("apps/v1", "StatefulSet", "spec.template.spec", true),
    ("apps/v1", "DaemonSet", "spec.template.spec", true), ("batch/v1", "Job", "spec.template.spec", true),
    ("v1", "ReplicationController", "spec.template.spec", true),
    ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec", true),
    ("v1", "PodTemplate", "template.spec", true),
  ])
  func workloads(_ version: String, _ kind: String, _ path: String, _ isGenerated: Bool) {
    var body = "{containers: [{name: app}], initContainers: [{name: i}]}"
    for key in path.split(separator: ".").reversed() { body = "{\(key): \(body)}" }
    let text = "{apiVersion: \(version), kind: \(kind), metadata: {name: w}, " + body.dropFirst()
    let template = objects(text).first.flatMap(PodTemplate.init)
    #expect(template?.path == path)
    #expect(template?.isGenerated == isGenerated)
    #expect(template?.containers(.containers).map(\.path) == ["\(path).containers[0]"])
    #expect(template?.containers(.initContainers).map(\.name) == ["i"])
  }

  @Test func anObjectOfAnotherGroupIsNotAWorkload() {
    let text = "{apiVersion: example.com/v1, kind: Job, spec: {template: {spec: {containers: []}}}}"
    #expect(objects(text).first.flatMap(PodTemplate.init) == nil)
  }

  @Test("Warnings of `az` before its JSON are passed over, and locations stay.")
  func warnings() throws {
    let warnings = "WARNING: preview command\r\nWARNING: [deprecated]\n"
    #expect(read(warnings + "[{\"id\": 1}]\n").documents.count == 1)
    let damaged = read(warnings + "[{\"id\": 1},]\n").diagnostics
    #expect(damaged.map(\.code) == [.jsonSyntax])
    #expect(damaged.first?.location?.line == 3)
    // Other text stays what it is.
    #expect(read("WARNING: only text\n").documents.first?.members.first?.key == "WARNING")
    #expect(read("WARNING:").documents.count <= 1)
  }
}
