import Glibc
import JSONText

/// A file that holds a ``HostState``, replaced as a whole and never in part.
///
/// Whatever happens while a state is saved, the file afterwards holds the old state or the new one.
/// Readers take no lock. Writers hold a ``StateLock`` from before they load until they have saved.
public struct StateFile: Sendable {
  /// The largest file that is read.
  public static let sizeLimit = 1 << 30

  /// The path as it was given.
  public let path: String
  let files: any FileSystem

  /// Names a state file; nothing is touched.
  ///
  /// - Parameter path: The path; a symbolic link stands for the file it leads to.
  public init(path: String) { self.init(path: path, files: SystemFileSystem()) }

  /// Names a state file on a given file system.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - files: The file system.
  package init(path: String, files: any FileSystem) {
    self.path = path
    self.files = files
  }

  /// Reads the state.
  ///
  /// - Returns: The state, or nil when there is no such file.
  /// - Throws: ``StateFileError``; the file is not touched.
  public func load() throws(StateFileError) -> HostState? {
    guard let bytes = try contents() else { return nil }
    return try Self.state(in: bytes, path: path)
  }

  /// Reads a state from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: What stands in the file.
  ///   - path: The path to name in errors.
  /// - Returns: The state.
  /// - Throws: ``StateFileError`` when the bytes are no state.
  public static func state(in bytes: [UInt8], path: String) throws(StateFileError) -> HostState {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    let document: JSON
    do throws(JSONError) { document = try JSON(parsing: bytes) } catch {
      throw .damaged(path: path, line: error.line, column: error.column, reason: error.reason)
    }
    do throws(SnapshotError) { return try HostState(document: document) } catch {
      if let found = error.newerFormat {
        throw .newerFormat(path: path, found: found, reason: "its \(error.path) \(error.reason)")
      }
      throw .damagedMember(path: path, member: error.path, reason: error.reason)
    }
  }

  /// What a path leads to.
  private enum Contents {
    case absent
    case directory
    case other
    case tooLarge
    case bytes([UInt8])
  }

  private func contents() throws(StateFileError) -> [UInt8]? {
    let contents: Contents
    do throws(SystemError) { contents = try rawContents() } catch {
      throw .unreadable(path: path, reason: error.text)
    }
    switch contents {
    case .absent: return nil
    case .directory: throw .isDirectory(path: path)
    case .other: throw .notAFile(path: path)
    case .tooLarge: throw .tooLarge(path: path, limit: Self.sizeLimit)
    case .bytes(let bytes): return bytes
    }
  }

  private func rawContents() throws(SystemError) -> Contents {
    let descriptor: Int32
    do throws(SystemError) { descriptor = try files.open(path, .read) } catch {
      if error.number == ENOENT { return .absent }
      throw error
    }
    defer { try? files.close(descriptor) }
    let status = try files.status(descriptor)
    switch status.kind {
    case .regular: break
    case .directory: return .directory
    case .other: return .other
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(status.size, Self.sizeLimit))
    while true {
      let part = try files.read(descriptor, count: 1 << 20)
      if part.isEmpty { return .bytes(bytes) }
      bytes += part
      guard bytes.count <= Self.sizeLimit else { return .tooLarge }
    }
  }

  /// Puts a state in the place of the one in the file.
  ///
  /// The caller holds the ``StateLock``. The state goes into a new file beside the old one, with the
  /// old one's permissions, is made durable, and is renamed over it; then the directory is made
  /// durable. When the call returns, the state survives a power failure.
  ///
  /// - Parameter state: The state.
  /// - Throws: ``StateFileError/unwritable(path:reason:)`` and the file is as it was, or
  ///   ``StateFileError/notDurable(path:reason:)`` and it holds the new state.
  public func save(_ state: HostState) throws(StateFileError) {
    let bytes = state.document.bytes(.pretty)
    let target: FilePlace
    do throws(SystemError) {
      target = try place()
      try replace(target, with: bytes)
    } catch { throw .unwritable(path: path, reason: error.text) }
    do throws(SystemError) {
      let directory = try files.open(target.directory, .directory)
      defer { try? files.close(directory) }
      try files.synchronize(directory)
    } catch { throw .notDurable(path: path, reason: error.text) }
  }

  private func replace(_ target: FilePlace, with bytes: [UInt8]) throws(SystemError) {
    let old: FileStatus?
    do throws(SystemError) { old = try files.status(of: target.path) } catch {
      guard error.number == ENOENT else { throw error }
      old = nil
    }
    guard old?.kind ?? .regular == .regular else { throw SystemError(call: "open", number: EISDIR) }
    removeStale(beside: target)
    let temporary = target.directory + "/" + target.temporaryPrefix + "\(files.process)"
    let descriptor = try files.open(temporary, .createNew)
    do throws(SystemError) {
      do throws(SystemError) {
        if let old { try files.adopt(descriptor, permissions: old.permissions, group: old.group) }
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = try files.write(descriptor, rest)
          rest = rest.dropFirst(count)
        }
        try files.synchronize(descriptor)
      } catch {
        try? files.close(descriptor)
        throw error
      }
      try files.close(descriptor)
      try files.rename(temporary, to: target.path)
    } catch {
      try? files.remove(temporary)
      throw error
    }
  }

  /// Removes what writers left behind that were killed while they saved: regular files of the
  /// temporary name whose process is gone, or is this one.
  private func removeStale(beside target: FilePlace) {
    guard let names = try? files.names(in: target.directory) else { return }
    for name in names where name.hasPrefix(target.temporaryPrefix) {
      guard let process = Int32(name.dropFirst(target.temporaryPrefix.count)),
        process == files.process || !files.isRunning(process)
      else { continue }
      try? files.remove(target.directory + "/" + name)
    }
  }
}

/// Where a file is, once symbolic links are followed.
struct FilePlace: Hashable {
  let directory: String
  let name: String

  var path: String { directory + "/" + name }

  /// What the names of temporary files start with; the number of the writing process follows.
  var temporaryPrefix: String { ".\(name).saving-" }
}

extension StateFile {
  /// Follows the symbolic links at the end of the path, so that the file they lead to is replaced and
  /// not the link, and every path to one file has one lock.
  func place() throws(SystemError) -> FilePlace {
    var current = path
    for _ in 0..<40 {
      let parts = current.split(separator: "/", omittingEmptySubsequences: true)
      guard let name = parts.last, name != ".", name != ".." else {
        throw SystemError(call: "open", number: EISDIR)
      }
      let parents = parts.dropLast().joined(separator: "/")
      let directory = current.hasPrefix("/") ? "/" + parents : parents.isEmpty ? "." : parents
      let result = FilePlace(directory: directory, name: String(name))
      guard let link = try files.link(result.path) else { return result }
      current = link.hasPrefix("/") ? link : directory + "/" + link
    }
    throw SystemError(call: "open", number: ELOOP)
  }
}
