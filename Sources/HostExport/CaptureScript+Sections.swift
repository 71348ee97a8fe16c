extension CaptureScript {
  /// The sections, and the writing of the file.
  static let sections = #"""
    Add-Section $capture 'windows' 'windows' {
      $key = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
      $windows = [ordered]@{ build = [int]$key.CurrentBuildNumber }
      $names = @{ UBR = 'revision'; ProductName = 'productName'; DisplayVersion = 'displayVersion'
        InstallationType = 'installationType' }
      foreach ($name in $names.Keys) {
        $property = $key.PSObject.Properties[$name]
        if ($null -ne $property) { $windows[$names[$name]] = $property.Value }
      }
      $windows
    }

    $hasReader = $null -ne (Read-Section 'hns' {
        if (-not ('Hnsctl.Reader' -as [type])) { Add-Type -TypeDefinition $source }
        $true
      })
    if ($hasReader) {
      $hns = [ordered]@{}
      Add-Section $hns 'version' 'hns.version' { Get-Reply '/globals/version' }
      Add-Section $hns 'state' 'hns.state' { Get-RegistryNumbers 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State' }
      $capture['hns'] = $hns

      $older = [ordered]@{}
      Add-Section $older 'networks' 'v1.networks' { Get-OlderDocuments 'networks' $true }
      Add-Section $older 'endpoints' 'v1.endpoints' { Get-OlderDocuments 'endpoints' $false }
      Add-Section $older 'namespaces' 'v1.namespaces' { Get-OlderDocuments 'namespaces' $false }
      Add-Section $older 'policyLists' 'v1.policyLists' { Get-OlderDocuments 'policylists' $false }
      $capture['v1'] = $older

      $newer = [ordered]@{}
      Add-Section $newer 'networks' 'v2.networks' { Get-NewerDocuments 'Network' }
      Add-Section $newer 'endpoints' 'v2.endpoints' { Get-NewerDocuments 'Endpoint' }
      Add-Section $newer 'namespaces' 'v2.namespaces' { Get-NewerDocuments 'Namespace' }
      Add-Section $newer 'loadBalancers' 'v2.loadBalancers' { Get-NewerDocuments 'LoadBalancer' }
      $capture['v2'] = $newer
    }

    Add-Section $capture 'compartments' 'compartments' {
      Select-Members (Get-NetCompartment) 'CompartmentId', 'CompartmentDescription', 'CompartmentGuid'
    }
    Add-Section $capture 'interfaces' 'interfaces' {
      Select-Members (Get-NetIPInterface -IncludeAllCompartments) 'InterfaceAlias', 'InterfaceIndex', 'AddressFamily',
        'CompartmentId', 'NlMtu'
    }
    Add-Section $capture 'addresses' 'addresses' {
      Select-Members (Get-NetIPAddress -IncludeAllCompartments) 'IPAddress', 'PrefixLength', 'InterfaceAlias',
        'InterfaceIndex', 'AddressFamily'
    }
    Add-Section $capture 'adapters' 'adapters' {
      Select-Members (Get-NetAdapter -IncludeHidden) 'Name', 'InterfaceDescription', 'InterfaceIndex', 'InterfaceGuid',
        'MacAddress', 'Status'
    }
    Add-Section $capture 'connections' 'connections' {
      Select-Members (Get-NetConnectionProfile) 'InterfaceAlias', 'InterfaceIndex', 'NetworkCategory'
    }

    $firewall = [ordered]@{}
    Add-Section $firewall 'profiles' 'firewall.profiles' {
      Select-Members (Get-NetFirewallProfile -PolicyStore ActiveStore) 'Name', 'InstanceID', 'Enabled',
        'DefaultInboundAction', 'DefaultOutboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules',
        'AllowLocalIPsecRules', 'AllowUnicastResponseToMulticast', 'EnableStealthModeForIPsec', 'DisabledInterfaceAliases'
    }
    Add-Section $firewall 'rules' 'firewall.rules' {
      Select-Members (Get-NetFirewallRule -PolicyStore ActiveStore) 'Name', 'InstanceID', 'DisplayName', 'Group',
        'Enabled', 'Profile', 'Direction', 'Action', 'EdgeTraversalPolicy', 'LooseSourceMapping', 'LocalOnlyMapping',
        'PrimaryStatus', 'EnforcementStatus', 'PolicyStoreSource', 'PolicyStoreSourceType'
    }
    $filters = [ordered]@{}
    Add-Section $filters 'port' 'firewall.filters.port' {
      Select-Members (Get-NetFirewallPortFilter -PolicyStore ActiveStore) 'InstanceID', 'Protocol', 'LocalPort',
        'RemotePort', 'IcmpType', 'DynamicTarget'
    }
    Add-Section $filters 'address' 'firewall.filters.address' {
      Select-Members (Get-NetFirewallAddressFilter -PolicyStore ActiveStore) 'InstanceID', 'LocalAddress', 'RemoteAddress'
    }
    Add-Section $filters 'application' 'firewall.filters.application' {
      Select-Members (Get-NetFirewallApplicationFilter -PolicyStore ActiveStore) 'InstanceID', 'Program', 'Package'
    }
    Add-Section $filters 'service' 'firewall.filters.service' {
      Select-Members (Get-NetFirewallServiceFilter -PolicyStore ActiveStore) 'InstanceID', 'Service'
    }
    Add-Section $filters 'interface' 'firewall.filters.interface' {
      Select-Members (Get-NetFirewallInterfaceFilter -PolicyStore ActiveStore) 'InstanceID', 'InterfaceAlias'
    }
    Add-Section $filters 'interfaceType' 'firewall.filters.interfaceType' {
      Select-Members (Get-NetFirewallInterfaceTypeFilter -PolicyStore ActiveStore) 'InstanceID', 'InterfaceType'
    }
    Add-Section $filters 'security' 'firewall.filters.security' {
      Select-Members (Get-NetFirewallSecurityFilter -PolicyStore ActiveStore) 'InstanceID', 'Authentication',
        'Encryption', 'OverrideBlockRules', 'LocalUser', 'RemoteUser', 'RemoteMachine'
    }
    $firewall['filters'] = $filters
    # Only the registry tells the compartment of a rule.
    Add-Section $firewall 'ruleStrings' 'firewall.ruleStrings' {
      $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'
      $result = [ordered]@{}
      $values = Get-ItemProperty -LiteralPath $key
      foreach ($value in $values.PSObject.Properties) {
        if ("$($value.Value)" -match '\|comptid=') { $result[$value.Name] = "$($value.Value)" }
      }
      $result
    }
    $capture['firewall'] = $firewall

    $ports = [ordered]@{}
    Add-Section $ports 'tcp' 'ports.tcp' {
      Select-Members (Get-NetTCPConnection -State Listen) 'LocalAddress', 'LocalPort'
    }
    Add-Section $ports 'udp' 'ports.udp' { Select-Members (Get-NetUDPEndpoint) 'LocalAddress', 'LocalPort' }
    Add-Section $ports 'excluded' 'ports.excluded' {
      $result = New-Object System.Collections.ArrayList
      foreach ($family in 'ipv4', 'ipv6') {
        foreach ($protocol in 'tcp', 'udp') {
          $reply = Read-Program 'netsh.exe' @('interface', $family, 'show', 'excludedportrange', "protocol=$protocol")
          $null = $result.Add([ordered]@{ protocol = $protocol; family = $family; reply = $reply })
        }
      }
      , $result.ToArray()
    }
    $capture['ports'] = $ports

    $dns = [ordered]@{}
    Add-Section $dns 'servers' 'dns.servers' {
      Select-Members (Get-DnsClientServerAddress) 'InterfaceAlias', 'InterfaceIndex', 'AddressFamily', 'ServerAddresses'
    }
    Add-Section $dns 'search' 'dns.search' {
      , @(@(Get-DnsClientGlobalSetting | ForEach-Object { $_.SuffixSearchList }) | Where-Object { $_ })
    }
    Add-Section $dns 'suffixes' 'dns.suffixes' {
      Select-Members (Get-DnsClient) 'InterfaceAlias', 'InterfaceIndex', 'ConnectionSpecificSuffix'
    }
    $capture['dns'] = $dns

    # A reply of vfpctrl with its command line; only its list and get commands are ever used.
    function Read-Vfp($Result, [string]$Port, [string]$Layer, [string]$Command) {
      $arguments = @()
      if ($Port) { $arguments += '/port', $Port }
      if ($Layer) { $arguments += '/layer', $Layer }
      $arguments += $Command
      $entry = [ordered]@{ command = 'vfpctrl ' + ($arguments -join ' ') }
      if ($Port) { $entry['port'] = $Port }
      if ($Layer) { $entry['layer'] = $Layer }
      $entry['reply'] = Read-Program 'vfpctrl.exe' $arguments
      $null = $Result.Add($entry)
      return $entry['reply']
    }

    Add-Section $capture 'vfp' 'vfp' {
      if (-not (Get-Command 'vfpctrl.exe' -ErrorAction SilentlyContinue)) { throw 'vfpctrl.exe is not installed' }
      $result = New-Object System.Collections.ArrayList
      $listing = Read-Vfp $result '' '' '/list-vmswitch-port'
      foreach ($port in [regex]::Matches($listing, '(?m)^\s*Port name\s+:\s+(\S+)')) {
        $name = $port.Groups[1].Value
        $null = Read-Vfp $result $name '' '/get-port-state'
        $layers = Read-Vfp $result $name '' '/list-layer'
        foreach ($layer in [regex]::Matches($layers, '(?m)^\s*LAYER : (\S+)')) {
          $layerName = $layer.Groups[1].Value
          $null = Read-Vfp $result $name $layerName '/list-group'
          $null = Read-Vfp $result $name $layerName '/list-rule'
        }
      }
      , $result.ToArray()
    }

    $capture['unread'] = $unread.ToArray()
    $file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    [System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject $capture -Depth 64 -Compress))
    Write-Output "Wrote $file. Not read: $($unread.Count) sections."
    """#
}
