import NetworkTypes

/// SHA-256 digests as text.
package enum Digest {
  /// The digest of some bytes: `sha256:` and 64 hexadecimal digits.
  package static func text(of bytes: [UInt8]) -> String {
    let digits = SHA256.hash(bytes).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0\(text)" : text
    }
    return "sha256:" + digits.joined()
  }
}
