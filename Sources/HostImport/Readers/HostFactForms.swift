import HostModel
import JSONText
import NetworkTypes

/// Facts about a host that stand beside the documents of HNS: the build of Windows, the version of HNS, compartments.
enum HostFactForms {
  static let all: [ObjectForm] = [
    ObjectForm(
      title: "the build of Windows",
      recognizes: { object in
        object["build"]?.integer != nil
          && ["productName", "installationType", "displayVersion", "revision"].contains { object[$0] != nil }
      },
      read: { object, place, host in
        let revision = object["revision"]?.integer
        guard let number = object["build"]?.integer,
          let build = WindowsBuild(revision.map { "\(number).\($0)" } ?? "\(number)")
        else {
          return host.keep(
            JSON.object(object).text(), at: place, because: "its build is not that of a container host")
        }
        host.builds.append(Stated(build, place))
      }),
    ObjectForm(
      title: "the version of HNS",
      recognizes: { object in
        object.members.count == 2 && object["Major"]?.integer != nil && object["Minor"]?.integer != nil
      },
      read: { object, place, host in
        guard let major = object["Major"]?.integer, let minor = object["Minor"]?.integer,
          (1...1000).contains(major), (0...1000).contains(minor)
        else { return }
        host.versions.append(Stated(HNSVersion(Int(major), Int(minor)), place))
      }),
    ObjectForm(
      title: "Get-NetCompartment",
      recognizes: {
        $0["CompartmentId"]?.integer != nil
          && ($0["CompartmentDescription"] != nil
            || $0["CompartmentGuid"] != nil && HNSDocumentForms.id(of: $0) == nil)
      },
      read: { object, place, host in
        guard let id = object["CompartmentId"]?.integer.flatMap({ UInt32(exactly: $0) }) else { return }
        // A list of all has the host's own; one of a container, or of one number, need not.
        if id == 1 { host.facts.listsCompartments = true }
        host.compartments.append(
          Stated(
            CapturedCompartment(
              id: id, description: object["CompartmentDescription"]?.string,
              guid: HNSDocumentForms.guid(object["CompartmentGuid"])), place))
      }),
  ]
}
