import Foundation
import JSONText
import Testing

/// `trace --packets` through the built binary.
@Suite struct PacketLinesTests {
  /// A folder with the state of a shipped profile: `web` behind NAT, published on port 8080.
  static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("nat-publish.yaml")
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  static let open = #"{"from":"203.0.113.7","to":"host","protocol":"tcp","port":8080}"#
  static let closed = #"{"from":"203.0.113.7","to":"web","protocol":"tcp","port":3389}"#
  static let allowed = "{\"verdict\":\"allow\",\"rule\":\"allow-web\"}\n"
  static let blocked = "{\"verdict\":\"block\",\"rule\":\"default-in\"}\n"

  @Test func everyLineIsEvaluatedInOrder() throws {
    let workspace = try Self.workspace()
    try workspace.write("\(Self.open)\n\(Self.closed)\r\n\(Self.open)", to: "packets.jsonl")
    for source in ["host.json", "nat-publish.yaml"] {
      let run = try workspace.hnsctl("trace", source, "--packets", "packets.jsonl").exits(0)
      #expect(run.output == Self.allowed + Self.blocked + Self.allowed)
      #expect(run.errors.hasSuffix("3 packets: 2 allowed, 1 blocked, 0 unknown, 0 errors\n"))
    }
    let json = try workspace.hnsctl("trace", "host.json", "--packets", "packets.jsonl", "--json").exits(0)
    #expect(json.output == Self.allowed + Self.blocked + Self.allowed)
    #expect(json.errors.isEmpty)
    let piped = try workspace.hnsctl(
      "trace", "host.json", "--packets", "-", input: Self.open + "\n"
    ).exits(0)
    #expect(piped.output == Self.allowed)
    let profile = try workspace.hnsctl(
      "trace", "-", "--packets", "packets.jsonl", input: try workspace.read("nat-publish.yaml")
    ).exits(0)
    #expect(profile.output == Self.allowed + Self.blocked + Self.allowed)
  }

  @Test func ruleIsNullWhereNothingFilters() throws {
    let run = try Self.workspace().hnsctl(
      "trace", "host.json", "--packets", "-", input: #"{"from":"web","to":"web","protocol":"tcp","port":1}"#
    ).exits(0)
    #expect(run.output == "{\"verdict\":\"allow\",\"rule\":null}\n")
  }

  /// Every spelling of one packet that the contract allows.
  @Test(arguments: [
    #"{"port":8080,"protocol":"tcp","to":"host","from":"203.0.113.7"}"#,
    "  { \"from\" :\t\"203.0.113.7\" , \"to\":\"host\", \"protocol\":\"tcp\", \"port\":8080 } \r",
    #"{"from":"203.0.113.7","to":"host","protocol":6,"port":8080}"#,
    #"{"from":"203.0.113.7","to":"host","protocol":"6","port":"8080"}"#,
    #"{"fr\u006fm":"203\u002e0.113.7","to":"h\u006Fst","protocol":"TCP","port":8080,"sourcePort":40000}"#,
  ])
  func spellings(_ line: String) throws {
    let run = try Self.workspace().hnsctl("trace", "host.json", "--packets", "-", input: line).exits(0)
    #expect(run.output == Self.allowed)
  }

  /// Invalid lines, with their errors.
  static let wrong: [(line: String, error: String)] = [
    ("", "the line is empty; write one packet per line"),
    (" \r", "the line is empty; write one packet per line"),
    (
      "allow",
      "column 1: unexpected character where a value is expected; write one object such as "
        + #"{\"from\": \"10.1.2.3\", \"to\": \"web\", \"protocol\": \"tcp\", \"port\": 443}"#
    ),
    (
      "[1]",
      "a packet is an object, not an array; write it as "
        + #"{\"from\": \"10.1.2.3\", \"to\": \"web\", \"protocol\": \"tcp\", \"port\": 443}"#
    ),
    (
      #"{"from":"web","to":"10.1.2.3"}"#,
      "the packet has no 'protocol'; write a name such as tcp, or a number from 1 to 255"
    ),
    (
      #"{"to":"web","protocol":"tcp","port":80}"#,
      "the packet has no 'from'; give the source: an address, a name, or host"
    ),
    (
      #"{"from":"web","to":7,"protocol":"tcp","port":80}"#,
      "'to' is 7; give the destination: an address, a name, or host"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tcp"}"#,
      "a tcp packet needs a destination port; add 'port'"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"icmp","port":80}"#,
      "ports can be specified only for tcp and udp, not for icmp; remove 'port'"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":58,"sourcePort":80}"#,
      "ports can be specified only for tcp and udp, not for icmpv6; remove 'sourcePort'"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"udp","port":80,"icmpType":8}"#,
      "an ICMP type applies only to ICMP and ICMPv6, not to udp; remove 'icmpType'"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"icmp","icmpType":256}"#,
      "'icmpType' is 256; write a whole number from 0 to 255"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tpc","port":80}"#,
      "'tpc' is not an IP protocol; did you mean 'tcp'?"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":0,"port":80}"#,
      "'0' is not an IP protocol; write a name such as tcp, or a number from 1 to 255"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tcp","port":80.0}"#,
      "'80.0' is not a valid port; write a whole number from 0 to 65535"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tcp","port":1e9}"#,
      "'1e9' is not a valid port; write a whole number from 0 to 65535"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tcp","port":-1}"#,
      "'-1' is not a valid port; write a whole number from 0 to 65535"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocol":"tcp","port":80,"sourcePort":null}"#,
      "'sourcePort' is null; write a whole number from 0 to 65535, or omit it"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","proto":"tcp","port":80}"#,
      "a packet has no member 'proto'; its members are from, to, protocol, port, sourcePort, icmpType"
    ),
    (
      #"{"from":"web","to":"10.1.2.3","protocl":"tcp","port":80}"#,
      "a packet has no member 'protocl'; did you mean 'protocol'?"
    ),
    (
      #"{"from":"wbe","to":"10.1.2.3","protocol":"tcp","port":80}"#,
      "there is no endpoint, container or pod 'wbe'; did you mean 'web'?"
    ),
    (
      #"{"from":"10.0.0.0/8","to":"web","protocol":"tcp","port":80}"#,
      "'10.0.0.0/8' means several addresses, but a line is one packet; give one address, or trace the set "
        + "with --from and --to"
    ),
    (
      #"{"from":"10.1.2.3","to":"10.1.2.4","protocol":"tcp","port":80}"#,
      "neither end of the packet is on this host: no endpoint has the address 10.1.2.4; "
        + "use an endpoint, a container, a pod or host at one end"
    ),
    (
      #"{"from":"2001:db8::1","to":"web","protocol":"tcp","port":80}"#,
      "a packet cannot go from IPv6 to IPv4; use an IPv4 source or an IPv6 destination"
    ),
  ]

  @Test func invalidLinesAreReportedAndTheRestIsEvaluated() throws {
    let workspace = try Self.workspace()
    let input = Self.wrong.map { "\($0.line)\n\(Self.open)\n" }.joined()
    let run = try workspace.hnsctl(
      "trace", "host.json", "--packets", "-", "--expect", "block", input: input
    ).exits(1)
    let answers = run.output.split(separator: "\n")
    #expect(answers.count == Self.wrong.count * 2)
    for (index, wrong) in Self.wrong.enumerated() where index * 2 + 1 < answers.count {
      #expect(answers[index * 2] == "{\"error\":\"line \(index * 2 + 1): \(wrong.error)\"}", "\(wrong.line)")
      #expect("\(answers[index * 2 + 1])\n" == Self.allowed)
    }
    // Only the first ones are also reported on standard error.
    #expect(run.errors.hasPrefix("-:1:1: error: the line is empty [invalid-packet]\n"))
    #expect(run.errors.components(separatedBy: ": error: ").count - 1 == 10)
    let count = Self.wrong.count
    #expect(
      run.errors.hasSuffix(
        """
        \(count - 10) more lines could not be evaluated
        \(count * 2) packets: \(count) allowed, 0 blocked, 0 unknown, \(count) errors

        """))
  }

  /// Bytes that are not text, or text without an end.
  @Test func hostileBytes() throws {
    let workspace = try Self.workspace()
    let good = Self.open.utf8
    let bad: [[UInt8]] = [
      [0], Array("{\"from\":\"a\u{0}\"}".utf8), [0xff, 0xfe],
      Array(#"{"from":""#.utf8) + [0xc3, 0x28] + Array("\"}".utf8),
      Array(#"{"from":"\ud800","to":"web"}"#.utf8), Array(repeating: UInt8(ascii: "["), count: 50_000),
      Array(repeating: UInt8(ascii: "a"), count: 1_000_000), Array(#"{"a":"#.utf8),
      Array(#"{"\u001b[31m":1}"#.utf8),
      Array("{\"from\":\"\u{202e}\u{1b}[31m\",\"to\":\"web\",\"protocol\":6,\"port\":1}".utf8),
    ]
    var input: [UInt8] = []
    for line in bad { input += line + [0x0a] + good + [0x0a] }
    input += good.prefix(30)
    try Data(input).write(to: workspace.folder.appendingPathComponent("packets.jsonl"))
    let run = try workspace.hnsctl("trace", "host.json", "--packets", "packets.jsonl").exits(1)
    let answers = run.output.split(separator: "\n")
    #expect(answers.count == bad.count * 2 + 1)
    for (index, answer) in answers.enumerated() {
      let document = try JSON(parsing: String(answer))
      #expect(
        index % 2 == 1 || document["error"]?.string?.hasPrefix("line \(index + 1): ") == true, "\(answer)")
      #expect(index % 2 == 0 || "\(answer)\n" == Self.allowed, "\(answer)")
      #expect(answer.utf8.count < 500)
    }
    for scalar in run.output.unicodeScalars {
      #expect(scalar == "\n" || scalar.value >= 0x20 && scalar != "\u{202e}")
    }
  }

  @Test func exitCodes() throws {
    let workspace = try Self.workspace()
    func code(_ lines: [String], _ options: String...) throws -> Int32 {
      try workspace.start(
        ["trace", "host.json", "--packets", "-"] + options, input: lines.map { $0 + "\n" }.joined()
      ).finish().status
    }
    #expect(try code([]) == 0)
    #expect(try code([Self.open, Self.closed]) == 0)
    #expect(try code([Self.open, Self.open], "--expect", "allow") == 0)
    #expect(try code([Self.open, Self.closed], "--expect", "allow") == 2)
    #expect(try code([Self.open, Self.closed], "--expect", "block") == 2)
    #expect(try code([Self.closed], "--expect", "block") == 0)
    #expect(try code([Self.open, "x"]) == 1)
    #expect(try code([Self.closed, "x"], "--expect", "allow") == 1)
  }

  @Test func unreadableInput() throws {
    let workspace = try Self.workspace()
    let absent = try workspace.hnsctl("trace", "host.json", "--packets", "absent.jsonl").exits(1)
    #expect(absent.output.isEmpty)
    #expect(
      absent.errors.contains(
        "absent.jsonl: error: the file cannot be read: no such file or directory [file-unreadable]"))
    let folder = try workspace.hnsctl("trace", "host.json", "--packets", ".").exits(1)
    #expect(folder.errors.contains(".: error: the file cannot be read: is a directory [file-unreadable]"))
    let json = try workspace.hnsctl("trace", "host.json", "--packets", ".", "--json").exits(1)
    #expect(try json.json()["diagnostics"]?.array?.first?["code"] == "file-unreadable")
  }

  @Test func usage() throws {
    let workspace = try Self.workspace()
    let both = try workspace.hnsctl("trace", "-", "--packets", "-").exits(64)
    #expect(both.errors.hasPrefix("Error: SOURCE and --packets cannot both be standard input\n"))
    let mixed = try workspace.hnsctl("trace", "host.json", "--packets", "-", "--from", "web").exits(64)
    #expect(mixed.errors.hasPrefix("Error: --packets and --from cannot be combined\n"))
    let assumptions = try workspace.hnsctl("trace", "host.json", "--packets", "-", "--all-assumptions").exits(
      64)
    #expect(assumptions.errors.hasPrefix("Error: --packets and --all-assumptions cannot be combined\n"))
    let missing = try workspace.hnsctl("trace", "host.json", "--from", "web").exits(64)
    #expect(
      missing.errors.hasPrefix("Error: Missing expected arguments '--to <to>', '--protocol <protocol>'\n"))
  }

  /// A reader that closes the pipe ends the command, however much input is left.
  @Test func closedOutput() throws {
    let workspace = try Self.workspace()
    try workspace.write(Self.open, to: "line")
    let run = try workspace.bash(
      """
      yes "$(cat line)" | { timeout 60 hnsctl trace host.json --packets - 2>errors; echo $? >status; } | head -n 3
      """)
    #expect(run.output == String(repeating: Self.allowed, count: 3))
    #expect(try workspace.read("status") == "0\n")
    let full = try workspace.bash("hnsctl trace host.json --packets line >/dev/full")
    #expect(full.status == 1 && full.errors.contains("cannot write the output"))
  }

  /// Output for a line is written as soon as the line arrives, so another program can write and wait.
  @Test func outputDoesNotWaitForTheEndOfInput() throws {
    let workspace = try Self.workspace()
    try workspace.write(Self.open, to: "line")
    let run = try workspace.bash(
      """
      coproc hnsctl trace host.json --packets - 2>/dev/null
      for turn in 1 2 3; do
        cat line >&${COPROC[1]}; echo >&${COPROC[1]}
        read -t 60 -r answer <&${COPROC[0]} || exit 9
        echo "$answer"
      done
      """
    ).exits(0)
    #expect(run.output == String(repeating: Self.allowed, count: 3))
  }
}
