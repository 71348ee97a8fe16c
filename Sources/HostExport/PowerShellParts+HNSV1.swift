extension PowerShellParts {
  /// `HNSCall` of vmcompute.dll.
  static let hnsV1Library = lines(
    #"""
    using System;
    using System.Runtime.InteropServices;

    namespace Hnsctl
    {
        public static class HostNetworkingService
        {
            [DllImport("vmcompute.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
            static extern int HNSCall(string method, string path, string request, out IntPtr response);

            public static string Call(string method, string path, string request)
            {
                IntPtr response;
                int status = HNSCall(method, path, request, out response);
                string text = null;
                if (response != IntPtr.Zero)
                {
                    text = Marshal.PtrToStringUni(response);
                    Marshal.FreeCoTaskMem(response);
                }
                if (status < 0)
                {
                    throw new COMException("HNSCall " + method + " " + path + ": 0x" + status.ToString("x8") + " " + text, status);
                }
                return text;
            }
        }
    }
    """#)
}
