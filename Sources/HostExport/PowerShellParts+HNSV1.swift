extension PowerShellParts {
  /// `HNSCall` of vmcompute.dll.
  static let hnsV1Library =
    NativeLibrary.usings
    + lines(
      #"""
      namespace Hnsctl
      {
          public static class HostNetworkingService
          {
      """#) + NativeLibrary.hnsCall
    + lines(
      #"""

              public static string Call(string method, string path, string request)
              {
                  IntPtr response;
                  int status = HNSCall(method, path, request, out response);
                  string text = Take(response);
                  if (status < 0)
                  {
                      throw new COMException("HNSCall " + method + " " + path + ": 0x" + status.ToString("x8") + " " + text, status);
                  }
                  return text;
              }

      """#) + NativeLibrary.take
    + ["    }", "}"]
}
