import Glibc
import PropertyChecks

/// Checks every property of random profiles, as many as the argument says, on all processors.
func run() async {
  guard CommandLine.arguments.count == 2, let count = Int(CommandLine.arguments[1]), count > 0 else {
    print("Usage: hnsctl-properties COUNT")
    exit(64)
  }
  var isHeld = true
  for property in ProfileProperty.allCases {
    let parts = 64
    let result = await withTaskGroup(of: PropertyResult.self) { group in
      for part in 0..<parts { group.addTask { property.check(part: part, of: parts, count: count) } }
      return await group.reduce(into: PropertyResult()) { $0.add($1) }
    }
    for failure in result.failures.sorted() { print("does not hold: \(failure)") }
    print(
      "\(property.rawValue): \(count) seeds, \(result.profiles) profiles, \(result.claims) claims, "
        + "\(result.failures.count) of them wrong")
    // A property that finds nothing to check would always hold.
    isHeld = isHeld && result.failures.isEmpty && result.claims > count / 4
  }
  exit(isHeld ? 0 : 1)
}

await run()
