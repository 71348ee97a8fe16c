import Glibc

/// The limit on open files and connections of this process.
package enum DescriptorLimit {
  /// Raises the limit as far as the system allows.
  ///
  /// - Returns: The limit afterwards.
  @discardableResult
  package static func raise() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    var wanted = limit
    wanted.rlim_cur = limit.rlim_max
    if wanted.rlim_cur != limit.rlim_cur, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0
    {
      limit = wanted
    }
    return Int(clamping: limit.rlim_cur)
  }
}
