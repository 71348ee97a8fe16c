import Foundation
import JSONText
import Testing

/// `hnsctl serve`, through the built binary.
@Suite struct ServeTests {
  /// A script that starts a service on a free port, stops it when it is ready, and prints its output.
  static func untilReady(_ command: String) -> String {
    """
    \(command) --port 0 >ready & server=$!
    until grep -q listening ready; do kill -0 $server || exit 1; sleep 0.02; done
    kill -TERM $server && wait $server && cat ready
    """
  }

  /// A running service, and where it listens.
  private func serve(
    _ workspace: Workspace, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> (RunningProcess, port: String) {
    let started = try workspace.start(["serve", "--port", "0"] + arguments, environment: environment)
    let output = started.scratch.appendingPathComponent("out")
    while true {
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      if let match = text.firstMatch(of: /http:\/\/[^ "]+:([0-9]+)/), text.hasSuffix("\n") {
        return (started, String(match.1))
      }
      guard started.process.isRunning else {
        Issue.record("serve ended: \(try started.finish().errors)")
        throw CancellationError()
      }
      usleep(10_000)
    }
  }

  /// The response to a request, with a client in plain bash.
  private func request(_ workspace: Workspace, _ port: String, _ text: String) throws -> String {
    try workspace.bash(
      """
      exec 3<>/dev/tcp/127.0.0.1/\(port)
      printf '%b' "$TEXT" >&3
      cat <&3
      """, environment: ["TEXT": text]
    ).exits(0).output
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func itPrintsItsAddressRespondsAndStops(_ signal: Int32) throws {
    let workspace = try Workspace()
    let (started, port) = try serve(workspace, "--windows", "ltsc2019")
    let health = try request(
      workspace, port, "GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    #expect(health.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(health.contains(#""windows":"ltsc2019","build":17763,"hns":"9.3""#))
    kill(started.process.processIdentifier, signal)
    let run = try started.finish().exits(0)
    #expect(run.output == "listening on http://127.0.0.1:\(port)\n")
    #expect(run.errors.isEmpty)
  }

  @Test func asADocument() throws {
    let workspace = try Workspace()
    let (started, port) = try serve(workspace, "--json", "--log", "requests")
    _ = try request(
      workspace, port, "GET /nothing HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    started.process.terminate()
    let document = try started.finish().exits(0).json()
    #expect(document["address"]?.string == "http://127.0.0.1:\(port)")
    let log = try JSON(parsing: workspace.read("requests"))
    #expect(log["path"] == "/nothing" && log["status"] == 404)
  }

  /// A log that nobody reads, or whose named pipe nobody has opened, delays neither the start, nor requests,
  /// nor the end.
  @Test(arguments: ["exec 4<>log", ""])
  func aLogThatNobodyReads(_ opening: String) throws {
    let workspace = try Workspace()
    let run = try workspace.bash(
      """
      mkfifo log
      \(opening)
      hnsctl serve --port 0 --log log >ready & server=$!
      until grep -q listening ready; do kill -0 $server || exit 1; sleep 0.02; done
      port=$(grep -o '[0-9]*$' ready)
      exec 3<>/dev/tcp/127.0.0.1/$port
      cat <&3 >answers & reader=$!
      path=$(printf 'a%.0s' {1..1000})
      for i in {1..1500}; do printf 'GET /%s HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' $path; done >&3
      printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
      wait $reader
      kill -TERM $server && wait $server && tail -c 200 answers
      """
    ).exits(0)
    let dropped = try #require(run.output.firstMatch(of: /"log":\{"dropped":([0-9]+)\}/))
    #expect(Int(dropped.1).map { $0 > 100 } == true)
  }

  @Test func aPortThatIsInUse() throws {
    let workspace = try Workspace()
    let (started, port) = try serve(workspace)
    let second = try workspace.hnsctl("serve", "--port", port).exits(1)
    #expect(second.output.isEmpty)
    #expect(
      second.errors == """
        error: cannot listen on 127.0.0.1:\(port): Address already in use [cannot-listen]
          help: stop the program listening there, or use another port: --port 0 picks any free port

        """)
    started.process.terminate()
    try started.finish().exits(0)
  }

  @Test func otherAddressesNeedAToken() throws {
    let workspace = try Workspace()
    for address in ["0.0.0.0", "::", "192.168.1.1"] {
      let run = try workspace.hnsctl("serve", "--port", "0", "--address", address).exits(64)
      #expect(
        run.errors.hasPrefix(
          "Error: \(address) is not loopback: give a token with --token or HNSCTL_TOKEN, or listen on 127.0.0.1\n"
        ), "\(run.errors)")
    }
    let (started, port) = try serve(
      workspace, "--address", "0.0.0.0", environment: ["HNSCTL_TOKEN": "s3cret"])
    let head = "GET /state HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n"
    #expect(try request(workspace, port, head + "\\r\\n").hasPrefix("HTTP/1.1 401 "))
    let allowed = try request(workspace, port, head + "Authorization: Bearer s3cret\\r\\n\\r\\n")
    #expect(allowed.hasPrefix("HTTP/1.1 200 "))
    started.process.terminate()
    try started.finish().exits(0)
  }

  @Test func oldOptionNamesAreAcceptedWithANote() throws {
    let workspace = try Workspace()
    let (started, port) = try serve(workspace, "--persona", "ltsc2019", "--settle", "0")
    let health = try request(
      workspace, port, "GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
    #expect(health.contains(#""windows":"ltsc2019""#))
    started.process.terminate()
    let run = try started.finish().exits(0)
    #expect(run.errors.contains("note: --persona is the old name of --windows [renamed]\n"))
    #expect(run.errors.contains("note: --settle is the old name of --management-ip-delay [renamed]\n"))
  }

  @Test(arguments: [
    (["--windows", "nt4"], 1, "error: --windows: 'nt4' is not a Windows release or build [unknown-windows]"),
    (
      ["--windows", "ltsc2020"], 1,
      "error: --windows: 'ltsc2020' is not a Windows release or build [unknown-windows]"
    ),
    (
      ["--management-ip-delay", "86401"], 64,
      "Error: The value '86401' is invalid for '--management-ip-delay <seconds>': write a number of seconds"
    ),
    (
      ["--settle", "86401"], 64,
      "Error: The value '86401' is invalid for '--settle': write a number of seconds from 0 to 86400"
    ),
    (
      ["--persona", "ltsc2019", "--windows", "ltsc2022"], 64,
      "Error: --persona is the old name of --windows: give only one"
    ),
    (
      ["--settle", "1", "--management-ip-delay", "2"], 64,
      "Error: --settle is the old name of --management-ip-delay: give only one"
    ),
    (["--port", "65536"], 64, "Error: The value '65536' is invalid for '--port <port>'"),
    (["--address", "localhost"], 64, "Error: The value 'localhost' is invalid for '--address <ip>'"),
    (["--host-address", "10.0.0"], 64, "Error: The value '10.0.0' is invalid for '--host-address <ip>'"),
    (["--adapter", ""], 64, "Error: --adapter needs a name"),
    (["--token", ""], 64, "Error: a token is 1 to 1,000 visible ASCII characters without spaces"),
    (["--token", "a b"], 64, "Error: a token is 1 to 1,000 visible ASCII characters without spaces"),
    (
      ["--assume", "color=blue"], 64, "Error: there is no assumption 'color'; --assume takes implicitDeny,"
    ),
    (
      ["--assume", "equalPriority"], 64,
      "Error: --assume takes equalPriority=listed or equalPriority=reversed"
    ),
    (["--latency", "soon"], 64, "Error: 'soon': a delay is a number with its unit"),
    (["--fault", "HcnOpenNetwork:nth=1:oops"], 64, "Error: 'HcnOpenNetwork:nth=1:oops': the fault must be"),
    (["--log", ""], 64, "Error: --log needs a file"),
    (["--log", "."], 1, ".: error: the file cannot be written: is a directory [file-not-written]"),
  ])
  func whatCannotBeServed(_ arguments: [String], _ status: Int32, _ error: String) throws {
    let run = try Workspace().start(["serve", "--port", "0"] + arguments).finish().exits(status)
    #expect(run.errors.hasPrefix(error), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test(
    "A log is not written to the state, or to a file beside it.",
    arguments: ["host.json", "./host.json", "link.json", "host.json.journal", "host.json.lock"])
  func theLogIsNotTheState(_ log: String) throws {
    let workspace = try Workspace()
    try workspace.bash(
      """
      hnsctl apply '\(repository.path)/profiles/pod.yaml' --state host.json >/dev/null && ln -s host.json link.json
      """
    ).exits(0)
    let before = try workspace.contents()
    for state in ["host.json", "link.json"] {
      let run = try workspace.start(["serve", "--port", "0", "--state", state, "--log", log]).finish().exits(
        64)
      #expect(run.errors.hasPrefix("Error: --log would overwrite the state"), "\(run.errors)")
    }
    #expect(try workspace.contents() == before)
  }

  @Test func aTokenFromTheEnvironmentIsValidatedToo() throws {
    let run = try Workspace().hnsctl("serve", "--port", "0", environment: ["HNSCTL_TOKEN": ""]).exits(64)
    #expect(run.errors.hasPrefix("Error: a token is 1 to 1,000 visible ASCII characters"))
  }

  /// `hnsctl serve --openapi > emulator/openapi.json` regenerates the file.
  @Test func theCommittedDescriptionIsCurrent() throws {
    let run = try Workspace().hnsctl("serve", "--openapi").exits(0)
    let committed = try String(
      contentsOf: repository.appendingPathComponent("emulator/openapi.json"), encoding: .utf8)
    #expect(run.output == committed, "regenerate it with `hnsctl serve --openapi > emulator/openapi.json`")
  }

  @Test func helpExplainsLatenciesAndFaults() throws {
    let help = try Workspace().hnsctl("serve", "--help").exits(0).output
    for word in ["exp:20ms", "CALL:every=N:WHAT", "HNSCTL_TOKEN", "--windows", "/openapi.json"] {
      #expect(help.contains(word), "\(word)")
    }
  }
}
