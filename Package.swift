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
    // The same service with the C interface it has on Windows: libcomputenetwork.so.
    .library(name: "computenetwork", type: .dynamic, targets: ["ComputeNetwork"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
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
    .target(
      name: "PacketSpace", dependencies: ["HostModel", "NetworkTypes"], exclude: ["Documentation"]),
    // A YAML document becomes a checked profile.
    .target(
      name: "NetworkProfile",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkTypes", "YAMLSyntax",
      ]),
    // The driver by isolation table, and a profile as the host it wants.
    .target(
      name: "PolicyCompiler",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
      ]),
    // Whether a packet passes the filters of a host, and why. The only evaluator there is.
    .target(
      name: "FilterEngine", dependencies: ["HostModel", "NetworkTypes", "PacketSpace"],
      path: "emulator/FilterEngine"),
    // Who can reach whom, by the filters of a host.
    .target(
      name: "Reachability", dependencies: ["FilterEngine", "HostModel", "NetworkTypes", "PacketSpace"]),
    // The Host Networking Service. Knows nothing of profiles and plans.
    .target(
      name: "HNSEmulator", dependencies: ["FilterEngine", "HostModel", "JSONText", "NetworkTypes"],
      path: "emulator/HNSEmulator", exclude: ["Documentation"]),
    // States and journals on disk, locks; what survives a kill.
    .target(
      name: "HNSStore", dependencies: ["HNSEmulator", "JSONText"], path: "emulator/HNSStore"),
    // A service that many callers share, on disk where that is wanted.
    .target(
      name: "HNSService", dependencies: ["HNSEmulator", "HNSStore", "HostModel", "JSONText", "NetworkTypes"],
      path: "emulator/HNSService"),
    // What C programs call: the header, and the functions behind it.
    .target(name: "CComputeNetwork", path: "emulator/ComputeNetwork/CComputeNetwork"),
    .target(
      name: "ComputeNetwork",
      dependencies: [
        "CComputeNetwork", "HNSEmulator", "HNSService", "HostModel", "JSONText", "NetworkTypes",
      ],
      path: "emulator/ComputeNetwork", exclude: ["CComputeNetwork", "examples", "exports.map"]),
    // The door of a shared service: HTTP on the loopback.
    .target(
      name: "HNSServer",
      dependencies: [
        "HNSEmulator", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkTypes",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "emulator/HNSServer"),
    // What separates a host from the wanted one, as data; and the way to carry it out.
    .target(
      name: "PolicyPlan",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler",
      ]),
    // Whether a host treats packets as tests state it.
    .target(
      name: "PolicyTesting",
      dependencies: [
        "Diagnostics", "FilterEngine", "HostModel", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler",
      ]),
    // What a profile or a host allows and probably does not mean.
    .target(
      name: "PolicyLint",
      dependencies: [
        "Diagnostics", "FilterEngine", "HostModel", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler", "PolicyTesting", "YAMLSyntax",
      ]),
    // Text and JSON over the same values.
    .target(
      name: "PolicyViews",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyLint", "PolicyPlan", "PolicyTesting",
        "Reachability",
      ]),
    // What a word on the command line means: a profile, a state, a plan.
    .target(
      name: "SourceReading",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSStore", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyViews",
      ]),
    // The command line.
    .executableTarget(
      name: "hnsctl",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSServer", "HNSService", "HNSStore", "HostModel",
        "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyLint",
        "PolicyPlan", "PolicyTesting", "PolicyViews", "Reachability", "SourceReading",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
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
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "TestSupport",
      ]),
    .testTarget(
      name: "ReachabilityTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "NetworkProfile", "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "Reachability", "TestSupport",
      ]),
    // Profiles that must be right, with the hosts they make.
    .target(
      name: "TestSupport",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "NetworkProfile", "PolicyCompiler", "PolicyPlan",
      ], path: "Tests/TestSupport"),
    // Small hosts to try things on, and seeded numbers.
    .target(
      name: "HNSTestSupport", dependencies: ["HNSEmulator", "HostModel", "JSONText", "NetworkTypes"],
      path: "Tests/HNSTestSupport"),
    .testTarget(
      name: "HNSEmulatorTests",
      dependencies: ["HNSEmulator", "HNSTestSupport", "HostModel", "JSONText", "NetworkTypes"]),
    .testTarget(
      name: "HNSStoreTests",
      dependencies: [
        "HNSEmulator", "HNSService", "HNSStore", "HNSTestSupport", "HostModel", "JSONText", "NetworkTypes",
      ]),
    // Every row of the reference that states a behaviour of the service.
    .testTarget(
      name: "HNSConformanceTests",
      dependencies: ["HNSEmulator", "HNSService", "HostModel", "JSONText", "NetworkTypes"]),
    .testTarget(
      name: "ComputeNetworkTests",
      dependencies: [
        "CComputeNetwork", "ComputeNetwork", "HNSEmulator", "HNSService", "HostModel", "JSONText",
        "NetworkTypes",
      ]),
    .testTarget(
      name: "HNSServiceTests",
      dependencies: ["HNSEmulator", "HNSService", "HostModel", "JSONText", "NetworkTypes"]),
    .testTarget(
      name: "HNSServerTests",
      dependencies: [
        "HNSEmulator", "HNSServer", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkTypes",
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "PolicyPlanTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "PolicyViews", "TestSupport",
      ]),
    .testTarget(
      name: "PolicyViewsTests",
      dependencies: [
        "FilterEngine", "HostModel", "JSONText", "NetworkTypes", "PolicyViews", "TestSupport",
      ]),
    .testTarget(
      name: "PolicyTestingTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "NetworkProfile", "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "PolicyTesting", "PolicyViews", "TestSupport",
      ]),
    .testTarget(
      name: "PolicyLintTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyLint", "PolicyPlan", "TestSupport",
        "YAMLSyntax",
      ]),
    // The built binary, driven as its users drive it.
    .testTarget(
      name: "CommandTests",
      dependencies: ["HNSEmulator", "HNSService", "HNSStore", "JSONText", "NetworkTypes", "hnsctl"],
      exclude: ["Golden"]),
    .testTarget(name: "ArchitectureTests", dependencies: ["Diagnostics"]),
  ],
  swiftLanguageModes: [.v6]
)

// Measurements; see the README. The C targets are the yardsticks. They measure rooms that are not public, so
// they stay in this package, and are built only where they are asked for.
if Context.environment["HNSCTL_BENCHMARKS"] != nil {
  package.targets += [
    .target(name: "CBareEventLoop", dependencies: ["CLibYAML"], path: "Tests/Benchmarks/CBareEventLoop"),
    .target(name: "CLinearScan", path: "Tests/Benchmarks/CLinearScan"),
    .target(name: "CLineCount", path: "Tests/Benchmarks/CLineCount"),
    .executableTarget(
      name: "hnsctl-benchmark",
      dependencies: [
        "CBareEventLoop", "CLineCount", "CLinearScan", "Diagnostics", "FilterEngine", "HNSEmulator",
        "HNSServer", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes",
        "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyViews",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], path: "Tests/Benchmarks/hnsctl-benchmark"),
  ]
}

let targetsInC = ["CBareEventLoop", "CComputeNetwork", "CLineCount", "CLinearScan"]
for target in package.targets where target.type != .system && !targetsInC.contains(target.name) {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
