import Manifests

/// Row 5: images whose names match a regular expression.
struct TrustedRegistries: PodCheck {
  private let settings: RowSettings
  private let pattern: ImagePattern?

  init(_ settings: RowSettings) {
    self.settings = settings
    pattern = settings["imageRegex"]?.scalarText.flatMap { ImagePattern($0) }
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    guard let pattern else { return .unconfigured("no value for imageRegex") }
    return CheckResult(
      pod.all.compactMap { container in
        let image = container.image?.scalarText ?? ""
        guard !pattern.matches(image) else { return nil }
        return Violation(
          container.path, "image", of: container.value,
          image.isEmpty
            ? "container '\(container.name)' has no image"
            : "image '\(image)' of container '\(container.name)' is not from a trusted registry")
      })
  }
}

/// A regular expression that is searched for in the names of images.
final class ImagePattern {
  private let regex: Regex<AnyRegexOutput>
  /// The same images occur in many pods.
  private var known: [String: Bool] = [:]

  /// - Parameter text: The expression; nil if it is not one.
  init?(_ text: String) {
    guard let regex = try? Regex(text) else { return nil }
    self.regex = regex.matchingSemantics(.unicodeScalar)
  }

  func matches(_ image: String) -> Bool {
    if let result = known[image] { return result }
    let result = (try? regex.firstMatch(in: image)) != nil
    if known.count < 10_000 { known[image] = result }
    return result
  }
}
