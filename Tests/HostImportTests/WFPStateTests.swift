import HostImport
import Testing

/// The filters in the text of `netsh wfp show state`.
@Suite struct WFPStateTests {
  /// The shape follows the captured state [WFP] (reference: windows-firewall-and-vfp, 10.0); the filters are invented.
  private static func text(root: String, compartment: String = "") -> String {
    """
    \u{feff}<?xml version="1.0" encoding="utf-8"?>
    <\(root)>
    \t<timeStamp>2026-01-08T10:00:00.000Z</timeStamp>
    \t<layers numItems="1">
    \t\t<item>
    \t\t\t<layer><layerKey>FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4</layerKey></layer>
    \t\t\t<callouts numItems="0"/>
    \t\t\t<filters numItems="1">
    \t\t\t\t<item>
    \t\t\t\t\t<filterKey>{0f3c}</filterKey>
    \t\t\t\t\t<displayData><name>A &amp; B &#x41;</name><description/></displayData>
    \t\t\t\t\t<providerKey>FWPM_PROVIDER_MPSSVC_WF</providerKey>
    \t\t\t\t\t<filterCondition numItems="1">
    \t\t\t\t\t\t<item><fieldKey>FWPM_CONDITION_IP_PROTOCOL</fieldKey></item>\(compartment)
    \t\t\t\t\t</filterCondition>
    \t\t\t\t\t<action><type>FWP_ACTION_PERMIT</type><filterType/></action>
    \t\t\t\t\t<filterId>67890</filterId>
    \t\t\t\t</item>
    \t\t\t</filters>
    \t\t</item>
    \t</layers>
    </\(root)>
    <firewallState><!-- the second root --></firewallState>

    """
  }

  @Test(arguments: ["wfpstate", "wfpdiag"]) func filtersAreRead(_ root: String) throws {
    let bytes = Array(Self.text(root: root).utf8)
    #expect(WFPState.recognizes(bytes))
    let state = try WFPState(bytes)
    let filter = try #require(state.filters.first)
    #expect(filter.name == "A & B A" && filter.provider == "FWPM_PROVIDER_MPSSVC_WF")
    #expect(filter.layer == "FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4" && filter.action == "FWP_ACTION_PERMIT")
    #expect(filter.fields == ["FWPM_CONDITION_IP_PROTOCOL"] && filter.line == 9 && filter.compartment == nil)
  }

  @Test func aCompartmentIsRead() throws {
    let condition =
      "<item><fieldKey>FWPM_CONDITION_COMPARTMENT_ID</fieldKey><conditionValue><type>FWP_UINT32</type>"
      + "<uint32>3</uint32></conditionValue></item>"
    let state = try WFPState(Array(Self.text(root: "wfpstate", compartment: condition).utf8))
    #expect(state.filters.first?.compartment == 3)
  }

  @Test func aCutTextIsRefusedWithItsPlace() throws {
    let bytes = Array(Self.text(root: "wfpstate").utf8)
    for count in stride(from: 60, to: bytes.count - 80, by: 11) {
      let problem = #expect(throws: XMLText.Problem.self) { try WFPState(Array(bytes.prefix(count))) }
      #expect(problem?.reason.contains("cut off") == true, "\(count): \(problem?.reason ?? "")")
    }
    let problem = #expect(throws: XMLText.Problem.self) { try WFPState(Array("<wfpstate>\n <a></b>".utf8)) }
    #expect(problem?.reason == "</b> ends no open element")
    #expect(problem?.line == 2 && problem?.column == 5)
    let deep = Array(String(repeating: "<a>", count: 100).utf8)
    #expect(throws: XMLText.Problem.self) { try WFPState(deep) }
  }
}
