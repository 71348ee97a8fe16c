// swift-tools-version: 6.2
import PackageDescription

// Targets are listed in dependency order: each imports only targets above it. `Tests/ArchitectureTests`
// checks the list against the source files, because the package manager does not.
let package = Package(
  name: "hnsctl",
  products: [
    .executable(name: "hnsctl", targets: ["hnsctl"]),
    // The Host Networking Service alone, for programs that need nothing else from this package.
    .library(
      name: "HNSEmulator", targets: ["HNSEmulator", "FilterEngine", "HostModel", "JSONText", "NetworkTypes"]),
    // The same service with the C interface that it has on Windows: libcomputenetwork.so.
    .library(name: "computenetwork", type: .dynamic, targets: ["ComputeNetwork"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // The system's libyaml; only its event interface is used.
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    // Diagnostics as data: stable codes, locations, the catalogue.
    .target(name: "Diagnostics", exclude: ["Documentation"]),
    // Addresses, ports, protocols and GUIDs, and sets of them.
    .target(name: "NetworkTypes"),
    // JSON with member order, exact numbers, locations and limits.
    .target(name: "JSONText"),
    // YAML with a location for every value.
    .target(name: "YAMLSyntax", dependencies: ["CLibYAML", "Diagnostics"]),
    // Objects of Kubernetes and other documents, with a location for every value.
    .target(name: "Manifests", dependencies: ["Diagnostics", "JSONText", "YAMLSyntax"]),
    // A Windows container host, as plain values.
    .target(name: "HostModel", dependencies: ["JSONText", "NetworkTypes"]),
    // Exact sets of packets, and policies as functions from packets to verdicts.
    .target(
      name: "PacketSpace", dependencies: ["HostModel", "NetworkTypes"], exclude: ["Documentation"]),
    // Reads a YAML document into a checked profile.
    .target(
      name: "NetworkProfile",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkTypes", "YAMLSyntax",
      ]),
    // The driver and isolation table, and the compilation of a profile into a desired host.
    .target(
      name: "PolicyCompiler",
      dependencies: [
        "Diagnostics", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
      ]),
    // Whether the filters of a host allow a packet, and why. The only evaluator.
    .target(
      name: "FilterEngine", dependencies: ["HostModel", "NetworkTypes", "PacketSpace"],
      path: "emulator/FilterEngine"),
    // The container recommendations, evaluated over manifests, documents of Azure and the rules of hosts.
    .target(
      name: "Audit",
      dependencies: [
        "Diagnostics", "FilterEngine", "HostModel", "JSONText", "Manifests", "NetworkTypes", "PacketSpace",
      ], exclude: ["Documentation"]),
    // Reachability between endpoints, by the filters of a host.
    .target(
      name: "Reachability", dependencies: ["FilterEngine", "HostModel", "NetworkTypes", "PacketSpace"]),
    // The Host Networking Service. Independent of profiles and plans.
    .target(
      name: "HNSEmulator", dependencies: ["FilterEngine", "HostModel", "JSONText", "NetworkTypes"],
      path: "emulator/HNSEmulator", exclude: ["Documentation"]),
    // States and journals on disk, and locks; safe against kills.
    .target(
      name: "HNSStore", dependencies: ["HNSEmulator", "JSONText"], path: "emulator/HNSStore"),
    // A service shared by many callers, optionally on disk.
    .target(
      name: "HNSService", dependencies: ["HNSEmulator", "HNSStore", "HostModel", "JSONText", "NetworkTypes"],
      path: "emulator/HNSService"),
    // The interface for C programs: the header and its functions.
    .target(name: "CComputeNetwork", path: "emulator/ComputeNetwork/CComputeNetwork"),
    .target(
      name: "ComputeNetwork",
      dependencies: [
        "CComputeNetwork", "HNSEmulator", "HNSService", "HostModel", "JSONText", "NetworkTypes",
      ],
      path: "emulator/ComputeNetwork", exclude: ["CComputeNetwork", "examples", "exports.map"]),
    // The HTTP server of a shared service, on loopback.
    .target(
      name: "HNSServer",
      dependencies: [
        "HNSEmulator", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkTypes",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "emulator/HNSServer"),
    // Captures and dumps of real hosts, as emulated hosts.
    .target(
      name: "HostImport",
      dependencies: ["Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkTypes"]),
    // The difference between a host and the desired host, as data, and how to apply it.
    .target(
      name: "PolicyPlan",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler",
      ]),
    // Profiles that describe hosts as they are.
    .target(
      name: "HostAdoption",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes",
        "PacketSpace",
        "PolicyCompiler", "PolicyPlan",
      ]),
    // Plans as requests and scripts for a node, and the way back.
    .target(
      name: "HostExport",
      dependencies: [
        "Diagnostics", "HNSEmulator", "HostModel", "JSONText", "NetworkTypes", "PolicyPlan",
      ], exclude: ["Documentation"]),
    // Runs tests of packets against a host.
    .target(
      name: "PolicyTesting",
      dependencies: [
        "Diagnostics", "FilterEngine", "HostModel", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler",
      ]),
    // Finds rules that are allowed but probably unintended.
    .target(
      name: "PolicyLint",
      dependencies: [
        "Diagnostics", "FilterEngine", "HostModel", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler", "PolicyTesting", "YAMLSyntax",
      ]),
    // Text and JSON output of the same values.
    .target(
      name: "PolicyViews",
      dependencies: [
        "Audit", "Diagnostics", "FilterEngine", "HNSEmulator", "HostAdoption", "HostExport", "HostImport",
        "HostModel", "JSONText",
        "NetworkProfile", "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyLint", "PolicyPlan",
        "PolicyTesting", "Reachability",
      ]),
    // Reads command-line arguments: profiles, states, plans and packets.
    .target(
      name: "SourceReading",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSStore", "HostImport", "HostModel", "JSONText",
        "NetworkProfile", "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyViews",
        "Reachability", "YAMLSyntax",
      ]),
    // The command line.
    // The arguments of the program where there is no /proc.
    .target(name: "CProgramArguments"),
    .executableTarget(
      name: "hnsctl",
      dependencies: [
        "Audit", "CProgramArguments", "Diagnostics", "FilterEngine", "HNSEmulator", "HNSServer", "HNSService",
        "HNSStore",
        "HostAdoption",
        "HostExport", "HostImport", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler",
        "PolicyLint",
        "PolicyPlan", "PolicyTesting", "PolicyViews", "Reachability", "SourceReading", "YAMLSyntax",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "NetworkTypesTests", dependencies: ["NetworkTypes", "JSONText"]),
    .testTarget(name: "YAMLSyntaxTests", dependencies: ["Diagnostics", "YAMLSyntax"]),
    .testTarget(name: "ManifestsTests", dependencies: ["Diagnostics", "Manifests"]),
    // The 24 recommendations: each by benchmark and input shape.
    .testTarget(
      name: "AuditTests",
      dependencies: [
        "Audit", "Diagnostics", "FilterEngine", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "TestSupport",
      ]),
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
    // Valid profiles, with their hosts.
    .target(
      name: "TestSupport",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSTestSupport", "HostModel", "NetworkProfile",
        "PolicyCompiler", "PolicyPlan",
      ], path: "Tests/TestSupport"),
    // Properties of random profiles, for tests and for `.ci/properties`.
    .target(
      name: "PropertyChecks",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSTestSupport", "HostAdoption", "HostExport",
        "HostImport", "HostModel", "JSONText", "NetworkProfile", "NetworkTypes", "PacketSpace",
        "PolicyCompiler", "PolicyLint",
        "PolicyPlan", "PolicyViews", "TestSupport",
      ], path: "Tests/PropertyChecks"),
    // Small hosts for tests, and seeded random numbers.
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
    // A test for every row of the reference that describes a behavior of the service.
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
      dependencies: [
        "HNSEmulator", "HNSService", "HNSTestSupport", "HostModel", "JSONText", "NetworkTypes",
      ]),
    .testTarget(
      name: "HNSServerTests",
      dependencies: [
        "HNSEmulator", "HNSServer", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkTypes",
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .testTarget(
      name: "PolicyPlanTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSTestSupport", "HostModel", "JSONText",
        "NetworkProfile", "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyViews",
        "PropertyChecks", "TestSupport",
      ]),
    .testTarget(
      name: "HostAdoptionTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostAdoption", "HostImport", "HostModel",
        "NetworkTypes",
        "PolicyCompiler", "PolicyPlan", "PropertyChecks", "TestSupport",
      ]),
    .testTarget(
      name: "HostExportTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HostExport", "HostModel", "JSONText",
        "NetworkProfile",
        "NetworkTypes", "PolicyCompiler", "PolicyPlan", "TestSupport",
      ]),
    .testTarget(
      name: "HostImportTests",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSStore", "HostImport", "HostModel", "JSONText",
        "NetworkTypes", "PolicyPlan", "PolicyViews", "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "SourceReadingTests",
      dependencies: [
        "FilterEngine", "HostModel", "JSONText", "NetworkTypes", "SourceReading", "TestSupport",
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
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyLint", "PolicyPlan", "PropertyChecks",
        "TestSupport",
        "YAMLSyntax",
      ]),
    // The built binary, used as its users do.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "HNSEmulator", "HNSService", "HNSStore", "HostModel", "JSONText", "NetworkTypes", "hnsctl",
      ],
      exclude: ["Golden"]),
    .testTarget(name: "ArchitectureTests", dependencies: ["Diagnostics"]),
  ],
  swiftLanguageModes: [.v6]
)

// Benchmarks; see the page on performance. The C targets are the baselines. They measure internal modules, so
// they stay in this package, and are built only on demand.
if Context.environment["HNSCTL_BENCHMARKS"] != nil {
  package.targets += [
    .target(name: "CBareEventLoop", dependencies: ["CLibYAML"], path: "Tests/Benchmarks/CBareEventLoop"),
    .target(name: "CLinearScan", path: "Tests/Benchmarks/CLinearScan"),
    .target(name: "CLineCount", path: "Tests/Benchmarks/CLineCount"),
    .executableTarget(
      name: "hnsctl-benchmark",
      dependencies: [
        "CBareEventLoop", "CLineCount", "CLinearScan", "Diagnostics", "FilterEngine", "HNSEmulator",
        "HNSServer", "HNSService", "HNSStore", "HostImport", "HostModel", "JSONText", "NetworkProfile",
        "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyViews", "SourceReading",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], path: "Tests/Benchmarks/hnsctl-benchmark"),
  ]
}

// Inputs made up by libFuzzer; see `.ci/fuzz`, which builds this with the flags without which it has no `main`.
if Context.environment["HNSCTL_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "hnsctl-fuzz",
      dependencies: [
        "Diagnostics", "FilterEngine", "HNSEmulator", "HNSStore", "HNSTestSupport", "HostModel", "JSONText",
        "NetworkProfile", "NetworkTypes", "PacketSpace", "PolicyCompiler", "PolicyPlan", "PolicyTesting",
        "PolicyViews", "SourceReading", "TestSupport",
      ], path: "Tests/Fuzz/hnsctl-fuzz"))
}

// Properties of many random profiles in a release build; see `.ci/properties`.
if Context.environment["HNSCTL_PROPERTIES"] != nil {
  package.targets.append(
    .executableTarget(
      name: "hnsctl-properties", dependencies: ["PropertyChecks"], path: "Tests/Properties"))
}

// Only some test targets and what they need, for builds under a sanitizer: names separated by commas.
if let names = Context.environment["HNSCTL_TEST_TARGETS"]?.split(separator: ",").map(String.init) {
  var needed: Set<String> = []
  var pending = names
  while let name = pending.popLast() {
    guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
      continue
    }
    for dependency in target.dependencies {
      if case .byNameItem(let name, _) = dependency { pending.append(name) }
    }
  }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
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
