/// The constant parts of scripts.
///
/// No value is ever put into these texts.
enum PowerShellParts {
  static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The help and the parameters.
  static let head = lines(
    #"""
    #Requires -Version 5.1
    #Requires -RunAsAdministrator
    <#
    .SYNOPSIS
    Performs a plan of hnsctl on this host.

    .DESCRIPTION
    The script first compares the objects that the plan rests on with their state when the plan was made, and stops
    if one has changed. Steps that are already done are skipped. If a step fails, the steps of this run are undone.
    It calls the libraries of the Host Networking Service; no module is needed. Containers are not started or stopped.

    -WhatIf shows the steps without performing them; -Verbose also shows the steps that are already done.
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()

    Set-StrictMode -Version 2.0
    $ErrorActionPreference = 'Stop'
    """#)

  /// The functions that send requests and read documents.
  static func library(_ target: ExportTarget) -> [String] {
    let (name, library) =
      target == .hcn ? ("ComputeNetwork", hcnLibrary) : ("HostNetworkingService", hnsV1Library)
    return ["if (-not ('Hnsctl.\(name)' -as [type])) {", "  Add-Type -TypeDefinition @'"] + library
      + ["'@", "}", ""]
  }

  /// The functions that tell what is compared of documents.
  static func facts(_ target: ExportTarget) -> [String] { (target == .hcn ? hcnFacts : hnsV1Facts) + [""] }
}
