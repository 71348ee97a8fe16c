/// A PowerShell script that captures the network policy of a Windows host, for Windows PowerShell 5.1 and
/// PowerShell 7.
///
/// It only reads, and writes one JSON file: see `Documentation/host-capture.md`.
package enum CaptureScript {
  /// The text, ASCII only; lines end with a line feed.
  package static let text = [
    head, "$source = @'", library, "'@", "", readers, "", sections, "",
  ].joined(separator: "\n")

  /// The help, the parameter and what all sections use.
  static let head = #"""
    #Requires -Version 5.1
    #Requires -RunAsAdministrator
    <#
    .SYNOPSIS
    Writes the network policy of this host to one JSON file, for hnsctl.

    .DESCRIPTION
    The script only reads, and writes one file. It needs nothing that is not part of Windows. The file has the Windows
    build, the documents of the Host Networking Service, compartments and addresses, the Windows Firewall, ports in
    use, DNS settings and, where vfpctrl exists, the rules of the Virtual Filtering Platform. What could not be read
    is listed in it under "unread". Keys of encryption policies are replaced, and computer, user and program data that
    are not network policy are left out.

    .PARAMETER Path
    The file to write.
    #>
    [CmdletBinding()]
    param([string]$Path = 'host-capture.json')

    Set-StrictMode -Version 2.0
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue'

    $capture = [ordered]@{ kind = 'HostCapture'; formatVersion = 1 }
    $unread = New-Object System.Collections.ArrayList

    # Runs the reader of a section. A section that cannot be read is left out and listed with the error.
    function Read-Section([string]$Name, [scriptblock]$Reader) {
      try { return , (& $Reader) } catch {
        $null = $unread.Add([ordered]@{ section = $Name; error = "$($_.Exception.Message)".Trim() })
        return , $null
      }
    }

    function Add-Section($Target, [string]$Key, [string]$Name, [scriptblock]$Reader) {
      $value = Read-Section $Name $Reader
      if ($null -ne $value) { $Target[$Key] = $value }
    }

    # Some members of objects, as lists without the metadata of their classes.
    function Select-Members($Objects, [string[]]$Members) {
      $result = New-Object System.Collections.ArrayList
      foreach ($object in @($Objects)) {
        if ($null -eq $object) { continue }
        $row = [ordered]@{}
        foreach ($member in $Members) {
          $property = $object.PSObject.Properties[$member]
          if ($null -eq $property) { continue }
          $value = $property.Value
          if ($value -is [enum]) { $value = [int]$value }
          elseif ($value -is [array]) { $value = [object[]]@($value | ForEach-Object { "$_" }) }
          elseif ($null -ne $value -and $value -isnot [ValueType]) { $value = "$value" }
          $row[$member] = $value
        }
        $null = $result.Add($row)
      }
      return , $result.ToArray()
    }

    # A document without keys of encryption policies.
    function Remove-Secret($Value) {
      if ($Value -is [System.Management.Automation.PSCustomObject]) {
        foreach ($member in @($Value.PSObject.Properties)) {
          if (@('Key', 'PresharedKey', 'Password', 'Secret') -contains $member.Name) { $member.Value = '(removed)' }
          else { Remove-Secret $member.Value }
        }
      }
      elseif ($Value -is [array]) { foreach ($element in $Value) { Remove-Secret $element } }
    }

    function ConvertFrom-Document([string]$Text) {
      $document = ConvertFrom-Json $Text
      Remove-Secret $document
      return , $document
    }
    """#

  /// The readers of documents, the registry and programs.
  static let readers = #"""
    function Get-Reply([string]$RequestPath) {
      $text = [Hnsctl.Reader]::Get($RequestPath)
      if (-not $text) { return , @() }
      $reply = ConvertFrom-Document $text
      $success = $reply.PSObject.Properties['Success']
      if ($null -ne $success -and -not $success.Value) {
        $reason = $reply.PSObject.Properties['Error']
        throw "GET ${RequestPath}: $(if ($null -ne $reason) { $reason.Value } else { 'the request was refused' })"
      }
      $output = $reply.PSObject.Properties['Output']
      if ($null -eq $output -or $null -eq $output.Value) { return , @() }
      return , $output.Value
    }

    # The documents of schema 1; with a path for details, each object is read once more.
    function Get-OlderDocuments([string]$List, [bool]$IsDetailed) {
      $result = New-Object System.Collections.ArrayList
      $documents = Get-Reply "/$List/"
      foreach ($document in @($documents)) {
        $detailed = $null
        if ($IsDetailed) { try { $detailed = Get-Reply "/$List/$($document.ID)/detailed" } catch { $detailed = $null } }
        $null = $result.Add($(if ($null -ne $detailed) { $detailed } else { $document }))
      }
      return , $result.ToArray()
    }

    function Get-NewerDocuments([string]$Kind) {
      $result = New-Object System.Collections.ArrayList
      $ids = ConvertFrom-Json ([Hnsctl.Reader]::Enumerate($Kind))
      foreach ($id in @($ids)) {
        if ($id) { $null = $result.Add((ConvertFrom-Document ([Hnsctl.Reader]::Properties($Kind, $id)))) }
      }
      return , $result.ToArray()
    }

    function Get-RegistryNumbers([string]$Key) {
      $result = [ordered]@{}
      $values = Get-ItemProperty -LiteralPath $Key
      foreach ($value in $values.PSObject.Properties) {
        if ($value.Value -is [int] -or $value.Value -is [long]) { $result[$value.Name] = $value.Value }
      }
      return , $result
    }

    # The text that a program prints.
    function Read-Program([string]$Program, [string[]]$Arguments) {
      $lines = @(& $Program @Arguments 2>&1 | ForEach-Object { "$_" })
      return ($lines -join "`r`n") + "`r`n"
    }
    """#
}
