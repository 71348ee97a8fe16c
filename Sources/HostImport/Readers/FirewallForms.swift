import Diagnostics
import JSONText

/// The forms in which the tools of a host write its Windows Firewall (reference: windows-firewall-and-vfp, 2.3 to 2.8
/// and 10.0).
enum FirewallForms {
  static let objects: [ObjectForm] = [
    object("Get-NetFirewallRule", .rule), object("filters of Get-NetFirewallRule", .filter),
    object("Get-NetFirewallProfile", .profile), object("Get-NetConnectionProfile", .connection),
  ]

  private static func object(_ title: String, _ kind: NetFirewallObjects.Kind) -> ObjectForm {
    ObjectForm(
      title: title, recognizes: { NetFirewallObjects.kind(of: $0) == kind },
      read: { object, place, host in
        guard !NetFirewallObjects.read(object, at: place, into: &host.firewall) else { return }
        host.keep(JSON.object(object).text(), at: place, because: "its settings cannot be read")
      })
  }

  static let texts: [TextForm] = [
    TextForm(
      title: "netsh advfirewall firewall show rule",
      begins: { lines, index in
        NetshRules.begins(lines.texts, at: index)
      },
      read: { lines, index, host throws(Diagnostic) in
        do throws(NetshRules.Problem) {
          let (rules, end) = try NetshRules.read(lines.texts, from: index)
          for rule in rules { host.firewall.add(rule) }
          return end
        } catch {
          throw Diagnostic(
            .captureDamaged, error.reason, file: lines.file,
            at: SourceRange(line: UInt32(clamping: lines.place(error.line).line), column: 1),
            help: error.help ?? "capture the rules again, as a whole")
        }
      }),
    TextForm(
      title: "registry export", begins: { lines, index in RegistryExport.begins(lines.text(index)) },
      read: { lines, index, host throws(Diagnostic) in
        let text = (index..<lines.count).map { lines.text($0) }
        for (line, reason) in RegistryExport.read(text, into: &host.firewall) {
          host.keep(text[line], at: lines.place(index + line), because: reason)
        }
        return lines.count
      }),
  ]

  static let files: [FileForm] = [
    FileForm(
      title: "netsh advfirewall export", recognizes: { RegistryHive.recognizes($0) },
      read: { bytes, file, host throws(Diagnostic) in
        do throws(RegistryHive.Problem) {
          for name in try ExportedPolicy.read(bytes, into: &host.firewall) {
            host.keep(name, at: CapturePlace(file: file, line: 1), because: "the value is not a rule")
          }
        } catch {
          throw Diagnostic(
            .captureDamaged, "\(error.reason), at byte \(error.offset)", file: file,
            help: "copy the whole file from the host, or export the policy again")
        }
      }),
    FileForm(
      title: "netsh wfp show state", recognizes: { WFPState.recognizes($0) },
      read: { bytes, file, host throws(Diagnostic) in
        let text = CapturedText(bytes, file: file)
        do throws(XMLText.Problem) {
          for filter in try WFPState(text.bytes).filters {
            host.keep(
              "\(filter.name): \(filter.action) at \(filter.layer)",
              at: CapturePlace(file: file, line: filter.line),
              because: "filters of the Windows Filtering Platform are not evaluated")
          }
        } catch {
          throw Diagnostic(
            .captureDamaged, error.reason, file: file,
            at: SourceRange(line: UInt32(clamping: error.line), column: UInt32(clamping: error.column)),
            help: "copy the whole file from the host, or write it again")
        }
      }),
  ]
}
