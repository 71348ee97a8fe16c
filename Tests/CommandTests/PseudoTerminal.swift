import Foundation
import Glibc
import Testing

/// A terminal of some columns, in which the built binary runs.
struct PseudoTerminal {
  /// The columns of a line.
  let columns: Int
  /// The stream that is the terminal; the other is a file.
  var stream = Stream.output

  enum Stream { case output, errors }

  /// TIOCSPTLCK and TIOCGPTN of Linux, which are not imported: the lock and the number of the other side.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  struct Failure: Error { let call: String }

  /// Runs the binary with one of its streams on the terminal.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - workspace: The folder that it runs in.
  ///   - environment: Variables in addition to those of this process.
  ///   - input: Standard input, which ends when a text is seen on the terminal.
  func run(
    _ arguments: [String], in workspace: Workspace, environment: [String: String] = [:],
    input: (pipe: Pipe, from: String)? = nil
  ) throws -> Run {
    let device = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard device >= 0 else { throw Failure(call: "open") }
    defer { close(device) }
    var isLocked: Int32 = 0
    var number: Int32 = 0
    guard ioctl(device, Self.setLock, &isLocked) == 0, ioctl(device, Self.getNumber, &number) == 0 else {
      throw Failure(call: "ioctl")
    }
    let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { throw Failure(call: "open") }
    var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    var mode = termios()
    guard ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0, tcgetattr(terminal, &mode) == 0 else {
      throw Failure(call: "ioctl")
    }
    mode.c_oflag &= ~tcflag_t(OPOST)
    tcsetattr(terminal, TCSANOW, &mode)
    let running = try workspace.start(arguments, environment: environment) { process in
      let handle = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
      if let input { process.standardInput = input.pipe }
      switch stream {
      case .output: process.standardOutput = handle
      case .errors: process.standardError = handle
      }
    }
    close(terminal)
    let shown = String(
      decoding: Self.everything(from: device) { shown in
        guard let input, shown.contains(input.from.utf8) else { return }
        try? input.pipe.fileHandleForWriting.close()
      }, as: UTF8.self)
    let rest = try running.finish()
    return Run(
      arguments: arguments, status: rest.status, output: stream == .output ? shown : rest.output,
      errors: stream == .errors ? shown : rest.errors)
  }

  /// What is written until the other side is closed, which a terminal reports as an error.
  ///
  /// - Parameters:
  ///   - device: The terminal.
  ///   - seen: Called with what is shown so far.
  private static func everything(from device: Int32, seen: ([UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(device, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
      seen(bytes)
    }
  }
}
