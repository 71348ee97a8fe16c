import Glibc
package struct TempError: Error, CustomStringConvertible { package var description: String }
package enum ProfileFile {
  package static func read(_ path: String) -> Result<[UInt8], TempError> {
    guard let f = fopen(path, "r") else { return .failure(TempError(description: String(cString: strerror(errno)))) }
    defer { fclose(f) }
    var out: [UInt8] = []
    var buf = [UInt8](repeating: 0, count: 65536)
    while true { let n = fread(&buf, 1, buf.count, f); if n == 0 { break }; out += buf[0..<n] }
    return .success(out)
  }
}
