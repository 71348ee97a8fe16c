import NetworkTypes
import Testing

/// The words for protocols and ports, as in profiles, options and lines of packets.
@Suite struct PacketFieldTests {
  @Test func protocolsAreReadByNameOrNumber() throws {
    #expect(try IPProtocol(word: "TCP") == .tcp)
    #expect(try IPProtocol(word: "icmpv4") == .icmp)
    #expect(try IPProtocol(word: "255") == IPProtocol(255))
    for word in ["", "0", "256", "+6", "-1", "6.0", "tpc", "any", " tcp", "١"] {
      let problem = #expect(throws: PacketFieldError.self, "\(word)") { try IPProtocol(word: word) }
      #expect(problem?.message(word) == "'\(word)' is not an IP protocol")
      #expect(problem?.help == "write a name such as tcp, or a number from 1 to 255")
    }
  }

  @Test func portsOfRulesBeginAtOneAndThoseOfPacketsAtZero() throws {
    #expect(try PortRange(word: "80", for: .rule) == PortRange(80))
    #expect(try PortRange(word: "1-65535", for: .rule).single == nil)
    #expect(try PortRange(word: "0", for: .packet).single == 0)
    for (word, use, reason, message, help) in [
      (
        "0", .rule, .portOutOfRange, "'0' is not a valid port",
        "write a port from 1 to 65535, or a range such as 8000-8080"
      ),
      (
        "0-80", .rule, .portOutOfRange, "'0-80' is not a valid port",
        "write a port from 1 to 65535, or a range such as 8000-8080"
      ),
      (
        "70000", .packet, .portOutOfRange, "'70000' is not a valid port",
        "write a port from 0 to 65535, or a range such as 8000-8080"
      ),
      (
        "http", .packet, .notAPort, "'http' is not a valid port",
        "write a port from 0 to 65535, or a range such as 8000-8080"
      ),
      (
        "90-80", .rule, .invertedPorts(90, 80), "the port range '90-80' ends before it starts",
        "write '80-90'"
      ),
    ] as [(String, PortUse, PacketFieldError.Reason, String, String)] {
      let problem = #expect(throws: PacketFieldError.self) { try PortRange(word: word, for: use) }
      #expect(problem?.reason == reason)
      #expect(problem?.message(word) == message)
      #expect(problem?.help == help)
    }
  }

  @Test func longListsSayHowManyMoreThereAre() {
    #expect(Listing.text(["a", "b"], limit: 2) == "a, b")
    #expect(Listing.text(["a", "b", "c", "d"], limit: 2, separator: ";") == "a;b and 2 more")
    #expect(Listing.rest(of: 2, limit: 2) == nil)
    #expect(Listing.rest(of: 5, limit: 2, "request") == "and 3 more requests")
    #expect(Listing.rest(of: 3, limit: 2, "request") == "and 1 more request")
    #expect([0, 1, 2].map { Listing.number($0, "part") } == ["0 parts", "1 part", "2 parts"])
  }
}
