import NetworkTypes
import Testing

/// The published NIST examples for SHA-256 (FIPS 180 examples and the short message vectors of CAVP).
@Suite struct SHA256Tests {
  static func text(_ digest: [UInt8]) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func textOf(message: String, digest: String) {
    #expect(Self.text(SHA256.hash(message.utf8)) == digest)
  }

  @Test(arguments: [
    (1_000_000, UInt8(ascii: "a"), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    (55, 0, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
    (56, 0, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
    (57, 0, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
    (64, 0, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
    (1_000, 0, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
  ])
  func repeated(count: Int, byte: UInt8, digest: String) {
    let bytes = [UInt8](repeating: byte, count: count)
    #expect(Self.text(SHA256.hash(bytes)) == digest)
    // Independent of how the bytes are split.
    var pieces = SHA256()
    var rest = bytes[...]
    var size = 1
    while !rest.isEmpty {
      pieces.update(rest.prefix(size))
      rest = rest.dropFirst(size)
      size = size * 3 % 131 + 1
    }
    #expect(Self.text(pieces.finalize()) == digest)
  }
}
