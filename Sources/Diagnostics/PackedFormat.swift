/// The formats in which texts are packed, by their first bytes.
package enum PackedFormat: String, CaseIterable, Sendable {
  case gzip, zip, zstd, xz, bzip2
  case sevenZip = "7-Zip"

  private var mark: [UInt8] {
    switch self {
    case .gzip: [0x1f, 0x8b]
    case .zip: [0x50, 0x4b, 0x03, 0x04]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
    case .bzip2: [0x42, 0x5a, 0x68]
    case .sevenZip: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]
    }
  }

  /// The format of a file; nil if it is in none of them.
  ///
  /// - Parameter bytes: The bytes of the file.
  package init?(_ bytes: [UInt8]) {
    guard let format = Self.allCases.first(where: { bytes.starts(with: $0.mark) }) else { return nil }
    self = format
  }

  /// What is wrong with a file in this format.
  package var message: String { "the file is packed with \(rawValue)" }
  /// What to do with it.
  package static let help = "unpack it first"
}
