import Foundation
import HNSStore
import JSONText
import Testing

/// Unusable state files, through the built binary: they are reported and not modified.
@Suite struct StateFileTests {
  /// The kind of file in place of the state.
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var code: String
    /// The message, with FILE for the path.
    var says: String
    /// Turns a valid `host.json` into this kind.
    var script: String

    var testDescription: String { title }
  }

  static let cases = [
    Case(
      title: "a directory", code: "state-unreadable",
      says: "FILE: error: the state is a directory, not a state file",
      script: "rm host.json && mkdir host.json"),
    Case(
      title: "a pipe", code: "state-unreadable", says: "FILE: error: the state is not a regular file",
      script: "rm host.json && mkfifo host.json"),
    Case(
      title: "a device", code: "state-unreadable", says: "FILE: error: the state is not a regular file",
      script: "rm host.json && ln -s /dev/null host.json"),
    Case(
      title: "empty", code: "state-damaged", says: "FILE: error: the state is damaged: it is empty",
      script: ": > host.json"),
    Case(
      title: "cut in half", code: "state-damaged",
      says: "FILE:3:1: error: the state is damaged: expected a member name",
      script: "head -n 2 host.json > half && mv half host.json"),
    Case(
      title: "other JSON", code: "state-damaged", says: "FILE: error: the state is damaged: 'formatVersion'",
      script: "echo '{\"networks\": []}' > host.json"),
    Case(
      title: "not JSON", code: "state-damaged", says: "FILE:1:1: error: the state is damaged: ",
      script: "printf '\\377\\376{' > host.json"),
    Case(
      title: "a member altered", code: "state-damaged",
      says: "FILE:14:18: error: the state is damaged: 'host.endpoints' ",
      script: "sed -i 's/\"endpoints\": \\[/\"endpoints\": 5, \"old\": [/' host.json"),
    Case(
      title: "a newer format", code: "state-newer-format",
      says: "FILE: error: the state was written by a later version: its formatVersion is 99",
      script: "sed -i '0,/\"formatVersion\": [0-9]*/s//\"formatVersion\": 99/' host.json"),
    Case(
      title: "a saved plan", code: "wrong-kind",
      says: "FILE: error: this is a saved plan, not a state file",
      script: "hnsctl plan pod.yaml --out plan && mv plan host.json"),
  ]

  @Test(arguments: cases)
  func refusedAndNotModified(_ example: Case) throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    try workspace.bash(example.script).exits(0)
    let listing = "ls -l --time-style=full-iso host.json && if [ -f host.json ]; then cksum < host.json; fi"
    let before = try workspace.bash(listing).exits(0).output
    let writing: [[String]] = [
      ["apply", "pod.yaml", "--state"], ["apply", "pod.yaml", "--destroy", "--state"],
    ]
    let reading: [[String]] = [
      ["plan", "pod.yaml", "--state"], ["show", "endpoints", "--state"], ["compartments", "--state"],
    ]
    // A folder can be the capture of a host, which is only read.
    for command in example.title == "a directory" ? writing : writing + reading {
      let run = try workspace.start(command + ["host.json"]).finish().exits(1)
      #expect(run.output.isEmpty)
      #expect(run.errors.hasPrefix(example.says.replacing("FILE", with: "host.json")), "\(run.errors)")
      #expect(run.errors.contains("[\(example.code)]"), "\(run.errors)")
      if example.title == "a member altered" { #expect(run.errors.contains("   14 |     \"endpoints\": 5")) }
      let document = try workspace.start(command + ["host.json", "--json"]).finish().exits(1)
      #expect(document.errors.isEmpty)
      #expect(try document.json()["diagnostics"]?.array?.map { $0["code"]?.string } == [example.code])
    }
    #expect(try workspace.bash(listing).exits(0).output == before)
    #expect(try !workspace.names().contains { $0.contains("saving") })
  }

  @Test func anEmptyFolderIsNoHost() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.bash("mkdir empty").exits(0)
    for command in [["plan", "pod.yaml", "--state"], ["show", "endpoints", "--state"], ["import"]] {
      let run = try workspace.start(command + ["empty"]).finish().exits(1)
      #expect(run.errors.hasPrefix("empty: error: there is no file in this folder [nothing-in-folder]"))
    }
  }

  /// The superuser can read every file, so the test does not apply to that user.
  @Test(.disabled(if: getuid() == 0, "the superuser is refused nothing"))
  func withoutPermission() throws {
    let workspace = try Workspace()
    try workspace.write("{}", to: "host.json")
    try workspace.bash("chmod 000 host.json").exits(0)
    let run = try workspace.hnsctl("show", "endpoints", "--state", "host.json").exits(1)
    #expect(run.errors.contains("[state-unreadable]"))
  }

  @Test func aFolderThatDoesNotExist() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let run = try workspace.hnsctl("apply", "pod.yaml", "--state", "nowhere/host.json").exits(1)
    #expect(run.errors.contains("[state-not-saved]"))
    #expect(
      run.errors.contains("no such file or directory") || run.errors.contains("No such file or directory"))
    let absent = try workspace.hnsctl("compartments", "--state", "host.json").exits(1)
    #expect(
      absent.errors == """
        host.json: error: there is no such state file [file-unreadable]
          help: create one with `hnsctl apply PROFILE --state host.json`

        """)
    #expect(try workspace.names() == ["pod.yaml"])
  }

  @Test func aStateIsNotAStream() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    for arguments in [["apply", "pod.yaml", "--state", "-"], ["plan", "pod.yaml", "--state", ""]] {
      #expect(try workspace.start(arguments).finish().exits(64).output.isEmpty)
    }
    #expect(try workspace.names() == ["pod.yaml"])
  }

  @Test func aStateInPlaceIsNotCalledUnsaved() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    // A disk on which the entries of folders cannot be made durable.
    try workspace.write(
      """
      #include <errno.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      int fsync(int file) {
        struct stat status;
        if (!fstat(file, &status) && S_ISDIR(status.st_mode)) { errno = EIO; return -1; }
        return (int)syscall(SYS_fsync, file);
      }
      """, to: "disk.c")
    try workspace.bash("clang -shared -fPIC -o disk.so disk.c").exits(0)
    let run = try workspace.bash("LD_PRELOAD=./disk.so hnsctl apply pod.yaml --state host.json").exits(1)
    #expect(
      run.errors == """
        host.json: error: the state was written but may not survive a power failure: Input/output error \
        [state-not-durable]
          help: the new state is in place; check the disk

        """)
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
  }

  // MARK: Lock

  @Test(arguments: [
    ("mkfifo host.json.lock", "is not a regular file"), ("mkdir host.json.lock", "is a directory"),
    ("ln -s /dev/null host.json.lock", "is a symbolic link"),
    ("touch other && ln -s other host.json.lock", "is a symbolic link"),
    (
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"host.json.lock\")'",
      "is not a regular file"
    ),
  ])
  func whatIsNotALockFile(_ script: String, _ reason: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.bash(script).exits(0)
    for command in [["apply", "pod.yaml"], ["serve", "--port", "0"]] {
      let run = try workspace.start(command + ["--state", "host.json"]).finish().exits(1)
      #expect(
        run.errors == """
          host.json.lock: error: the lock file of the state \(reason) [lock-not-a-file]
            help: remove it, or use another state file

          """)
    }
    #expect(try !workspace.names().contains("host.json"))
  }

  @Test func aLockIsRespectedAndItsHolderReported() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let before = try workspace.contents()["host.json"]
    let holder = try LockHolder(workspace)
    let process = holder.process

    for arguments in [[], ["--lock-timeout", "0.05"]] {
      let command = ["apply", "pod.yaml", "--destroy", "--state", "host.json"] + arguments
      let run = try workspace.start(command).finish().exits(1)
      #expect(
        run.errors == """
          host.json: error: the state is locked by process \(process) on build-7 since 2031-04-05T06:07:08Z [state-locked]
            help: wait for it, or use --lock-timeout SECONDS

          """)
      let document = try workspace.start(command + ["--json"]).finish().exits(1).json()
      #expect(document["diagnostics"]?.array?.map { $0["code"]?.string } == ["state-locked"])
    }
    #expect(try workspace.contents()["host.json"] == before)

    // Readers take no lock.
    for reader in [
      ["plan", "pod.yaml", "--state", "host.json"], ["show", "vfp", "--state", "host.json"],
      ["compartments", "--state", "host.json"], ["diff", "host.json", "pod.yaml"],
    ] { try workspace.start(reader).finish().exits(0) }

    // A writer that may wait proceeds when the holder is done.
    let waiting = try workspace.start([
      "apply", "pod.yaml", "--destroy", "--state", "host.json", "--lock-timeout", "60",
    ])
    #expect(waiting.process.isRunning)
    #expect(try workspace.contents()["host.json"] == before)
    try holder.release()
    #expect(
      try waiting.finish().exits(0).output.hasSuffix(
        "Removed profile pod from host.json: 9 requests, serial 2.\n"))
    #expect(try workspace.contents()["host.json"] != before)
  }

  @Test func theLockOfADeadProcessIsFree() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let holder = try LockHolder(workspace)
    holder.kill()
    #expect(try workspace.read("host.json.lock").contains("build-7"), "the dead one left its word")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
  }

  @Test func concurrentWritersBothTakeEffect() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "nat-publish.yaml")
    let arguments = ["--state", "host.json", "--lock-timeout", "60"]
    let first = try workspace.start(["apply", "pod.yaml"] + arguments)
    let second = try workspace.start(["apply", "nat-publish.yaml"] + arguments)
    try first.finish().exits(0)
    try second.finish().exits(0)
    let endpoints = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
      .json()
    let names = endpoints["endpoints"]?.array?.compactMap { $0["Name"]?.string }.sorted()
    #expect(names == ["api", "web"])
  }

  @Test func invalidTimeoutsAreWrongUsage() throws {
    let workspace = try Workspace()
    for value in ["-1", "nan", "inf", "soon"] {
      try workspace.hnsctl("apply", "a", "--state", "s", "--lock-timeout=\(value)").exits(64)
    }
  }

  @Test("A plan for a state file that does not exist says so in every format.")
  func absentState() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let plan = ["plan", "pod.yaml", "--state", "hots.json"]
    let text = try workspace.start(plan).finish().exits(0)
    #expect(text.output.hasPrefix("Plan for profile pod against an empty host: hots.json does not exist\n"))
    #expect(text.errors.isEmpty)
    let note =
      "hots.json: note: the file does not exist; the plan is for an empty host [state-absent]\n"
    #expect(try workspace.start(plan + ["--format", "hcn"]).finish().exits(0).errors.hasPrefix(note))
    let document = try workspace.start(plan + ["--json"]).finish().exits(0).json()
    #expect(document["diagnostics"]?.array?.map { $0["code"] } == ["state-absent"])
    #expect(document["diagnostics"]?.array?.first?["file"] == "hots.json")
    // An apply creates it, and says so once.
    let apply = ["apply", "pod.yaml", "--state", "hots.json"]
    let created = try workspace.start(apply).finish().exits(0).output
    #expect(created.hasSuffix("Created hots.json and applied profile pod: 9 requests, serial 1.\n"))
    let again = try workspace.start(apply + ["--json"]).finish().exits(0).json()
    #expect(again["created"] == false)
    let removed = try workspace.hnsctl("apply", "pod.yaml", "--destroy", "--state", "new.json").exits(0)
      .output
    #expect(
      removed == "No changes: new.json contains nothing of profile pod. It did not exist, and was created.\n")
    #expect(
      try workspace.start(plan).finish().exits(0).output.hasPrefix("Plan for profile pod against hots.json\n")
    )
  }
}

/// Another program that holds the documented lock of `host.json` in a workspace.
private final class LockHolder {
  private let started: RunningProcess
  private let workspace: Workspace
  /// The process id.
  let process: Int32

  init(_ workspace: Workspace) throws {
    self.workspace = workspace
    // The shell itself holds the lock; the child that it waits for does not inherit it.
    let script = """
      exec 9<>host.json.lock
      flock -x 9
      printf '{"pid": %d, "host": "build-7", "since": "2031-04-05T06:07:08Z"}\\n' $$ > host.json.lock
      touch locked
      while [ ! -e release ]; do sleep 0.02 9<&-; done
      """
    started = try workspace.startBash(script)
    process = started.process.processIdentifier
    while !FileManager.default.fileExists(atPath: workspace.path("locked")) {
      guard started.process.isRunning else { throw CocoaError(.featureUnsupported) }
      usleep(2_000)
    }
  }

  func release() throws {
    try workspace.write("", to: "release")
    _ = try started.finish()
  }

  func kill() {
    Foundation.kill(process, SIGKILL)
    started.process.waitUntilExit()
  }

  deinit {
    if started.process.isRunning { kill() }
    try? FileManager.default.removeItem(at: started.scratch)
  }
}
