import JSONText
import NetworkTypes
import HostModel

extension WindowsBuild {
  /// The build with its number and the version of HNS, in words.
  var summary: String { "Windows \(self), build \(build), HNS \(hnsVersion)" }

  /// The same as members of a document.
  var summaryMembers: JSON {
    [
      "windows": .string(description), "build": .number(build), "hnsVersion": .string(hnsVersion.description),
    ]
  }
}
