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
        guard let build = object["build"]?.integer.flatMap({ Int(exactly: $0) }) else { return }
        let revision = object["revision"]?.integer.flatMap { Int(exactly: $0) }
        host.builds.append(Stated(WindowsBuild(build: build, revision: revision), place))
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
      recognizes: { $0["CompartmentId"]?.integer != nil && $0["CompartmentDescription"] != nil },
      read: { object, place, host in
        guard let id = object["CompartmentId"]?.integer.flatMap({ UInt32(exactly: $0) }) else { return }
        host.compartments.append(
          Stated(
            CapturedCompartment(
              id: id, description: object["CompartmentDescription"]?.string,
              guid: HNSDocumentForms.guid(object["CompartmentGuid"])), place))
      }),
  ]
}
