import Glibc

/// The path of a file, with symbolic links resolved.
struct ResolvedPath: Hashable {
  let directory: String
  let name: String

  var path: String { directory + "/" + name }

  /// The prefix of temporary files; the id of the writing process follows.
  var temporaryPrefix: String { ".\(name).saving-" }

  /// The path of the journal.
  var journal: ResolvedPath { ResolvedPath(directory: directory, name: name + ".journal") }

  /// The path of the lock file.
  var lock: ResolvedPath { ResolvedPath(directory: directory, name: name + ".lock") }
}

extension StateFile {
  /// Resolves the symbolic links at the end of the path, so that the target is replaced and not the link, and
  /// all paths to one file share one lock and one journal.
  func resolvedPath() throws(SystemError) -> ResolvedPath {
    var current = path
    for _ in 0..<40 {
      let parts = current.split(separator: "/", omittingEmptySubsequences: true)
      guard let name = parts.last, name != ".", name != ".." else {
        throw SystemError(call: "open", number: EISDIR)
      }
      let parents = parts.dropLast().joined(separator: "/")
      let directory = current.hasPrefix("/") ? "/" + parents : parents.isEmpty ? "." : parents
      let result = ResolvedPath(directory: directory, name: String(name))
      guard let link = try files.link(result.path) else { return result }
      current = link.hasPrefix("/") ? link : directory + "/" + link
    }
    throw SystemError(call: "open", number: ELOOP)
  }

  /// The path of a file beside the state, written like the path of the state.
  func shown(_ file: ResolvedPath) -> String {
    path.hasPrefix("./") || file.directory != "." ? file.path : file.name
  }

  /// Replaces the contents of a file atomically: readers see the old or the new contents.
  ///
  /// - Parameters:
  ///   - target: The file.
  ///   - model: The file whose permissions the new one gets.
  ///   - write: Writes the contents to a descriptor.
  func replace(
    _ target: ResolvedPath, like model: ResolvedPath? = nil,
    _ write: (Int32) throws(SystemError) -> Void
  ) throws(SystemError) {
    let old: FileStatus?
    do throws(SystemError) { old = try files.status(of: (model ?? target).path) } catch {
      guard error.number == ENOENT else { throw error }
      old = nil
    }
    if let old, old.kind != .regular { throw .notAFile(old.kind) }
    removeStale(beside: target)
    let temporary = target.directory + "/" + target.temporaryPrefix + "\(files.process)"
    let descriptor = try files.open(temporary, .createNew)
    do throws(SystemError) {
      do throws(SystemError) {
        if let old { try files.adopt(descriptor, permissions: old.permissions, group: old.group) }
        try write(descriptor)
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

  /// Makes the entries of a directory durable.
  func synchronize(_ target: ResolvedPath) throws(SystemError) {
    let directory = try files.open(target.directory, .directory)
    defer { try? files.close(directory) }
    try files.synchronize(directory)
  }

  /// Removes the temporary files of writers that were killed while saving: regular files with the prefix
  /// whose process is gone, or is this one.
  private func removeStale(beside target: ResolvedPath) {
    guard let names = try? files.names(in: target.directory) else { return }
    for name in names where name.hasPrefix(target.temporaryPrefix) {
      guard let process = Int32(name.dropFirst(target.temporaryPrefix.count)),
        process == files.process || !files.isRunning(process)
      else { continue }
      try? files.remove(target.directory + "/" + name)
    }
  }
}

extension FileSystem {
  /// Writes all bytes.
  func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try write(descriptor, rest)
      rest = rest.dropFirst(count)
    }
  }
}
