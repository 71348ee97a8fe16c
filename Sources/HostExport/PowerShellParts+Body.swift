extension PowerShellParts {
  /// The comparison with the host, the steps, and the way back.
  static let body = lines(
    #"""
    function Get-Value($Document, [string]$Name) {
      if ($null -eq $Document) { return }
      $property = $Document.PSObject.Properties[$Name]
      if ($null -ne $property) { $property.Value }
    }

    function Get-List($Document, [string]$Name) {
      Get-Value $Document $Name | Where-Object { $null -ne $_ }
    }

    # A value as text that does not depend on the order of members or the case of letters; empty for a default value.
    function ConvertTo-Canonical($Value) {
      if ($null -eq $Value) { return '' }
      if ($Value -is [bool]) { if ($Value) { return 'true' } else { return '' } }
      if ($Value -is [string]) {
        if ($Value -eq '') { return '' }
        return '"' + $Value.ToLowerInvariant().Replace('\', '\\').Replace('"', '\"') + '"'
      }
      if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $parts = @()
        foreach ($member in ($Value.PSObject.Properties | Sort-Object -Property Name)) {
          $text = ConvertTo-Canonical $member.Value
          if ($text -ne '') { $parts += '"' + $member.Name.ToLowerInvariant() + '":' + $text }
        }
        if ($parts.Count -eq 0) { return '' }
        return '{' + ($parts -join ',') + '}'
      }
      if ($Value -is [System.Collections.IEnumerable]) {
        $parts = @($Value | ForEach-Object { ConvertTo-Canonical $_ })
        if ($parts.Count -eq 0) { return '' }
        return '[' + ($parts -join ',') + ']'
      }
      $number = [string]::Format([System.Globalization.CultureInfo]::InvariantCulture, '{0}', $Value)
      if ($number -eq '0') { '' } else { $number }
    }

    # Values as one text, whatever their order.
    function Join-Facts([string]$Name, $Values) {
      $texts = @($Values | Where-Object { $null -ne $_ } |
          ForEach-Object { ConvertTo-Canonical (ConvertTo-Fact $Name $_) } | Where-Object { $_ -ne '' })
      [array]::Sort($texts, [System.StringComparer]::Ordinal)
      $texts -join ' '
    }

    function ConvertTo-Address($Text) {
      $address = $null
      if ([System.Net.IPAddress]::TryParse($Text, [ref]$address)) { $address.ToString() } else { $Text }
    }

    # The members of policies of a type.
    function Get-Settings($Policies, [string]$Type, [string]$Name) {
      $Policies | Where-Object { (Get-Value $_ 'Type') -eq $Type } |
        ForEach-Object { Get-Value (Get-Value $_ 'Settings') $Name } | Where-Object { $null -ne $_ }
    }

    # The adapters of a network; that of its switch stands for the physical one.
    filter Split-Adapters {
      foreach ($adapter in "$_".Split(',')) {
        if ($adapter.Trim() -match '^vEthernet \((.+)\)$') { $Matches[1] } elseif ($adapter.Trim()) { $adapter.Trim() }
      }
    }

    function Get-PoolText($Range) {
      '{0} {1}' -f (Get-Value $Range 'StartMacAddress'), (Get-Value $Range 'EndMacAddress')
    }

    # What differs between a state and the document of the object; nothing if they agree.
    function Compare-State([string]$State, $Document, $Object) {
      if ($State -eq '') {
        if ($null -ne $Document) { 'it exists' }
        return
      }
      if ($null -eq $Document) { return 'it does not exist' }
      $found = ConvertTo-Facts $Document $Object
      foreach ($fact in (ConvertFrom-Json $State).PSObject.Properties) {
        $wanted = Join-Facts $fact.Name $fact.Value
        if ($wanted -cne (Join-Facts $fact.Name $found[$fact.Name])) { "its $($fact.Name) changed" }
      }
    }

    # The names of the containers that run in a namespace that is to be deleted.
    function Get-Obstacles($Document, $Object) {
      if ($Object.MustBeEmpty -and $Object.Kind -eq 'Namespace') { Get-Containers $Document }
    }

    $lists = @{}
    $build = [Environment]::OSVersion.Version.Build
    if ($build -ne $planBuild) {
      throw "The plan is for Windows build $planBuild, and this host has build $build. Nothing was done."
    }

    # The steps of each object that are done already; an object in no known state stops the script.
    $problems = @()
    $done = @()
    $isDone = $true
    foreach ($object in $objects) {
      $document = Read-Document $object
      $last = $object.States.Count - 1
      $matching = @(0..$last | Where-Object { $null -eq (Compare-State $object.States[$_] $document $object) })
      if ($matching.Count -eq 0) {
        $difference = @(Compare-State $object.States[0] $document $object) -join ', '
        $problems += '{0} {1} {2}: {3}' -f $object.Kind, $object.Id, $object.Name, $difference
        $matching = @(0)
      }
      # The first state counts: an object that is still as it was is not done, unless the plan restores it as it was.
      $reached = $matching[0]
      if ($object.IsRestored -and $matching -contains $last) { $reached = $last }
      if ($reached -ne $last) {
        $isDone = $false
        $containers = @(Get-Obstacles $document $object)
        if ($containers.Count -gt 0) {
          $problems += '{0} {1}: stop its containers first: {2}' -f $object.Kind, $object.Id, ($containers -join ', ')
        }
      }
      $done += $matching[0]
    }
    if ($problems.Count -gt 0) {
      throw ("The host is not as it was when the plan was made. Nothing was done.`n" + ($problems -join "`n"))
    }
    if ($isDone) {
      Write-Output "No changes: this host already is as $planName describes it."
      return
    }

    $performed = @()
    foreach ($step in $steps) {
      if ($step.State -le $done[$step.Object]) {
        Write-Verbose "Already done: $($step.Title)"
        continue
      }
      if (-not $PSCmdlet.ShouldProcess($step.Title, (Get-RequestName $step.Requests[0]))) { continue }
      try {
        foreach ($request in $step.Requests) { $null = Send-Request $request }
        $performed += $step
      } catch {
        $failure = $_
        Write-Warning "Failed: $($step.Title): $failure"
        # A step of several requests may have done a part.
        if ($step.Requests.Count -gt 1) { $performed += $step }
        [array]::Reverse($performed)
        foreach ($previous in $performed) {
          foreach ($request in $previous.Undo) {
            try { $null = Send-Request $request } catch { Write-Warning "Not undone: $($previous.Title): $_" }
          }
        }
        throw $failure
      }
    }
    if ($performed.Count -gt 0) { Write-Output "$($performed.Count) steps done." }
    if ($containersToStart.Count -gt 0) {
      Write-Output "The container runtime can start: $($containersToStart -join ', ')."
    }
    """#)
}
