// swift-tools-version: 6.2
import PackageDescription

// One room per target; imports only point upwards in this list. `Tests/ArchitectureTests`
// holds the list against the source files, because the package manager does not.
let package = Package(
  name: "hnsctl",
  products: [
    .executable(name: "hnsctl", targets: ["hnsctl"]),
    // The Host Networking Service on its own, for programs that need nothing else of this package.
    .library(
      name: "HNSEmulator", targets: ["HNSEmulator", "FilterEngine", "HostModel", "JSONText", "NetworkTypes"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // The system's libyaml, reached through its event interface only.
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    // What can be wrong with an input, as data: stable codes, places, the catalogue.
    .target(name: "Diagnostics", exclude: ["Documentation"]),
    // Addresses, ports, protocols, GUIDs; and sets of them.
    .target(name: "NetworkTypes"),
    // JSON with member order, exact numbers, places and limits.
    .target(name: "JSONText"),
    // YAML with a place for every value.
    .target(name: "YAMLSyntax", dependencies: ["CLibYAML", "Diagnostics"]),
    // What a Windows container host is, as plain values.
    .target(name: "HostModel", dependencies: ["JSONText", "NetworkTypes"]),
    // Exact sets of packets, and policies as functions from packets to verdicts.
    .target(name: "PacketSpace", dependencies: ["HostModel", "NetworkTypes"]),
    // A YAML document becomes a checked profile.
    .target(
      name: "NetworkProfile",
      dependencies: ["Diagnostics", "HostModel", "JSONText", "NetworkTypes", "PacketSpace", "YAMLSyntax"]),
    // The driver by isolation table, and a profile as the host it wants.
    .target(
      name: "PolicyCompiler",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    // Whether a packet passes the filters of a host, and why. The only evaluator there is.
    .target(
      name: "FilterEngine", dependencies: ["HostModel", "NetworkTypes", "PacketSpace"],
      path: "emulator/FilterEngine"),
    // The Host Networking Service. Knows nothing of profiles and plans.
    .target(
      name: "HNSEmulator", dependencies: ["FilterEngine", "HostModel", "JSONText", "NetworkTypes"],
      path: "emulator/HNSEmulator"),
    // What separates a host from the wanted one, as data; and the way to carry it out.
    .target(
      name: "PolicyPlan",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes",
        "PolicyCompiler", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    // Text and JSON over the same values.
    .target(
      name: "PolicyViews",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkTypes", "PolicyCompiler",
        "PolicyPlan",
      ]),
    // The command line.
    .executableTarget(
      name: "hnsctl",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "PolicyViews", "YAMLSyntax",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // Measurements; see the README. The C target is the yardstick.
    .target(name: "CBareEventLoop", dependencies: ["CLibYAML"], path: "Tests/Benchmarks/CBareEventLoop"),
    .executableTarget(
      name: "hnsctl-benchmark",
      dependencies: [
        "CBareEventLoop", "Diagnostics", "HNSEmulator", "HostModel", "NetworkProfile", "NetworkTypes",
        "PacketSpace", "PolicyCompiler", "PolicyPlan",
      ], path: "Tests/Benchmarks/hnsctl-benchmark"),
    .testTarget(name: "NetworkTypesTests", dependencies: ["NetworkTypes", "JSONText"]),
    .testTarget(name: "YAMLSyntaxTests", dependencies: ["Diagnostics", "YAMLSyntax"]),
    .testTarget(name: "PacketSpaceTests", dependencies: ["HostModel", "NetworkTypes", "PacketSpace"]),
    .testTarget(
      name: "NetworkProfileTests",
      dependencies: ["Diagnostics", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "YAMLSyntax"]),
    .testTarget(
      name: "PolicyCompilerTests",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler",
      ]),
    .testTarget(
      name: "FilterEngineTests",
      dependencies: ["FilterEngine", "HNSEmulator", "HostModel", "NetworkTypes", "PacketSpace"]),
    .testTarget(
      name: "HNSEmulatorTests",
      dependencies: ["HNSEmulator", "HostModel", "JSONText", "NetworkTypes"]),
    .testTarget(
      name: "PolicyPlanTests",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "PolicyViews",
      ]),
    // The built binary, driven as its users drive it.
    .testTarget(name: "CommandTests", dependencies: ["hnsctl", "JSONText"], exclude: ["Golden"]),
    .testTarget(name: "ArchitectureTests", dependencies: ["Diagnostics"]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system && target.name != "CBareEventLoop" {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
