package import HostModel
package import JSONText
import NetworkTypes

/// Compartments as Get-NetCompartment prints them (reference: windows-firewall-and-vfp, 1.1).
package enum CompartmentView {
  /// The default list view: labels padded to 22 columns, an empty line before each object and after the
  /// last (reference: windows-firewall-and-vfp, 10.3).
  package static func lines(_ compartments: [Compartment]) -> [String] {
    var lines: [String] = []
    var machine: GUID?
    for compartment in compartments {
      lines.append("")
      // Every utility VM has its own default compartment, so the number alone is ambiguous.
      if case .utilityVM(let owner) = compartment.stack, owner != machine {
        lines += ["In the utility VM of namespace \(owner.uppercase)", ""]
        machine = owner
      }
      lines += [
        "CompartmentId          : \(compartment.id)",
        "CompartmentDescription : \(printable(compartment.description))",
        "CompartmentGuid        : {\(compartment.guid.lowercase)}",
      ]
    }
    return lines.isEmpty ? [] : lines + [""]
  }

  /// The compartments as JSON.
  package static func document(_ compartments: [Compartment]) -> JSON {
    [
      "formatVersion": 1,
      "compartments": .array(
        compartments.map { compartment in
          var object = JSONObject()
          object.append("compartmentId", .number(compartment.id))
          object.append("compartmentDescription", .string(compartment.description))
          object.append("compartmentGuid", .string("{\(compartment.guid.lowercase)}"))
          object.append("namespace", compartment.namespace.map { .string($0.uppercase) } ?? .null)
          object.append("containers", .strings(compartment.containers))
          if case .utilityVM(let owner) = compartment.stack {
            object.append("utilityVM", .string(owner.uppercase))
          }
          return .object(object)
        }),
    ]
  }
}
