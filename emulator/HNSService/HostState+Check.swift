import HNSEmulator
import HNSStore
import HostModel

extension HostState {
  /// Checks that the host of the state matches a requested configuration.
  ///
  /// - Parameters:
  ///   - configuration: The requested configuration; assumptions at their default are not compared.
  ///   - build: The Windows build; nil accepts any.
  ///   - path: The path of the state.
  /// - Throws: ``StateFileError/otherHost(path:reason:)``.
  func check(_ configuration: HostConfiguration, build: WindowsBuild?, path: String) throws(StateFileError) {
    let found = service.configuration
    if let build,
      build.build != found.build.build || build.revision != nil && build.revision != found.build.revision
    {
      throw .otherHost(path: path, reason: "contains a host with Windows \(found.build), not \(build)")
    }
    for (key, value) in configuration.assumptions.changed where found.assumptions[key] != value {
      throw .otherHost(
        path: path,
        reason: "contains a host whose assumption \(key.name) is '\(found.assumptions[key])', not '\(value)'")
    }
  }
}
