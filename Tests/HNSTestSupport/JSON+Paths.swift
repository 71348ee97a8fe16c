package import JSONText

extension JSON {
  /// A copy with another value at a path; a missing member is added.
  package func replacing(_ path: ArraySlice<String>, with value: JSON) -> JSON {
    guard let key = path.first else { return value }
    switch self {
    case .object(var object):
      object[key] = (object[key] ?? .null).replacing(path.dropFirst(), with: value)
      return .object(object)
    case .array(var elements):
      guard let index = Int(key), elements.indices.contains(index) else { return self }
      elements[index] = elements[index].replacing(path.dropFirst(), with: value)
      return .array(elements)
    default: return self
    }
  }

  /// The paths of all values down to a depth.
  package func paths(depthLimit: Int) -> [[String]] {
    guard depthLimit > 0 else { return [] }
    let children: [(String, JSON)] =
      switch self {
      case .object(let object): object.members.map { ($0.key, $0.value) }
      case .array(let elements): elements.enumerated().map { ("\($0.offset)", $0.element) }
      default: []
      }
    return children.flatMap { key, value in
      [[key]] + value.paths(depthLimit: depthLimit - 1).map { [key] + $0 }
    }
  }
}
