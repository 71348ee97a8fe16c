package import Diagnostics
package import HostModel
import YAMLSyntax

extension Profile {
  /// Reads and checks a profile.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it, for the diagnostics.
  ///   - windows: The build to check against instead of the one in the profile; nil for that.
  /// - Returns: The profile, or nil if there are errors, and all diagnostics of the file by location.
  package static func load(
    bytes: [UInt8], file: String, on windows: WindowsBuild? = nil
  ) -> (Profile?, [Diagnostic]) {
    let (document, problems) = YAMLDocument.parse(bytes, file: file)
    guard let document else { return (nil, problems) }
    return document.withReader { reader in
      var decoder = ProfileDecoder(yaml: reader, file: file, on: windows)
      let profile = decoder.profile()
      return (profile, problems + decoder.collector.sorted)
    }
  }
}

extension PolicyTests {
  /// Reads and checks a file of tests as far as it can be checked without what it tests.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it, for the diagnostics.
  /// - Returns: The tests, or nil if there are errors, and all diagnostics of the file.
  package static func load(bytes: [UInt8], file: String) -> (PolicyTests?, [Diagnostic]) {
    let (document, problems) = YAMLDocument.parse(bytes, file: file)
    guard let document else { return (nil, problems) }
    return document.withReader { reader in
      var decoder = ProfileDecoder(yaml: reader, file: file)
      let tests = decoder.policyTests()
      return (tests, problems + decoder.collector.sorted)
    }
  }
}

extension ProfileDecoder {
  /// Reads the root of a file of tests.
  fileprivate mutating func policyTests() -> PolicyTests? {
    resolvesPeers = false
    guard checkHeader(kind: "PolicyTests"), let root = record(yaml.root, PolicyTestsKey.table) else {
      return nil
    }
    var subject: Located<String>?
    if let node = root[.subject], isText(node, "a path") { subject = located(yaml.string(node), node) }
    let tests = root[.tests].map { readTests($0) } ?? []
    guard errors == 0, let subject else { return nil }
    return PolicyTests(subject: subject, tests: tests)
  }
}
