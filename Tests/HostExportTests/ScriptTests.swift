import HostExport
import TestSupport
import Testing

/// Scripts of plans.
///
/// What a PowerShell grammar says about them is checked by `.ci/exports`.
@Suite struct ScriptTests {
  private static func script(_ text: String, isBack: Bool = false) throws -> String? {
    let made = try ExportCase(text, label: "script", isScript: !isBack)
    let calls = isBack ? try made.calls.reversed(forScript: true) : made.calls
    return PowerShellScript.make(calls, profile: "profile test", file: nil).0?.text
  }

  @Test func everyShippedProfileHasAScriptOrAReason() throws {
    var written = 0
    for name in RequestTests.shipped {
      for isBack in [false, true] {
        guard let text = try Self.script(try RequestTests.text(name), isBack: isBack) else { continue }
        written += 1
        #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) }, "\(name)")
      }
    }
    #expect(written > 25)
  }

  /// A value can only add a literal: the script with a hostile name has the same text outside of literals.
  @Test func valuesStayWithinLiterals() throws {
    let hostile = [
      "a'; Remove-Item C:\\ -Recurse #", "$(Get-Process)", "`$x", "\u{2019}; calc", "'@\n#",
      "\u{201b}\u{201c}",
      "\u{202e}gpj", "\"; iex", "{0}", "日本", "\u{7f}\t", String(repeating: "'", count: 9_999),
    ]
    let plain = try #require(try Self.script(Self.profile(portName: "plain")))
    for name in hostile {
      let text = try #require(try Self.script(Self.profile(portName: name)))
      #expect(Self.outside(text) == Self.outside(plain), "\(name.prefix(40))")
      #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
    }
  }

  /// The data of a script without its single-quoted literals.
  private static func outside(_ text: String) -> String {
    var result = ""
    let data = text.components(between: "$planName", and: "Add-Type")
    var isQuoted = false
    for character in data {
      if character == "'" { isQuoted.toggle() }
      if !isQuoted { result.append(character) }
    }
    return result
  }

  private static func profile(portName: String) -> String {
    let escaped = portName.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: test
      host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
      containers:
        - name: web
          network: podnet
          addresses: [10.244.7.10]
          policies: [{type: PortName, settings: {Name: "\(escaped)"}}]
      """
  }
}

extension String {
  fileprivate func components(between start: String, and end: String) -> Substring {
    guard let first = range(of: start), let last = range(of: end) else { return "" }
    return self[first.lowerBound..<last.lowerBound]
  }

  private func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
