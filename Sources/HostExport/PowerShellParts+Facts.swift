extension PowerShellParts {
  /// What is compared of documents of schema 2.
  static let hcnFacts = lines(
    #"""
    function Send-Request($Request) {
      [Hnsctl.ComputeNetwork]::Call($Request.Function, $Request.Id, $Request.Network, $Request.Body)
    }

    function Get-RequestName($Request) { $Request.Function }

    # The document of an object; nothing if there is none.
    function Read-Document($Object) {
      $text = [Hnsctl.ComputeNetwork]::Query($Object.Kind, $Object.Id)
      if ($text) { ConvertFrom-Json $text }
    }

    # A value that is compared, in one form.
    function ConvertTo-Fact([string]$Name, $Value) {
      if (@('addresses', 'gateways', 'source address') -contains $Name) { ConvertTo-Address $Value }
      elseif ($Name -eq 'MAC address' -or $Name -eq 'MAC pool') { "$Value".Replace(':', '-') }
      else { $Value }
    }

    # The next hops of default routes.
    function Get-Gateways($Routes) {
      $Routes | Where-Object { @('', '0.0.0.0/0', '::/0') -contains "$(Get-Value $_ 'DestinationPrefix')" } |
        ForEach-Object { Get-Value $_ 'NextHop' }
    }

    # What is compared of a document: lists by name. What a state does not mention is not compared.
    function ConvertTo-Facts($Document, $Object) {
      $facts = @{}
      switch ($Object.Kind) {
        'Network' {
          $type = Get-Value $Document 'Type'
          $ipams = @(Get-List $Document 'Ipams')
          $subnets = @($ipams | ForEach-Object { Get-List $_ 'Subnets' })
          $policies = @(Get-List $Document 'Policies')
          $pools = Get-List (Get-Value $Document 'MacPool') 'Ranges'
          $facts['name'] = @(Get-Value $Document 'Name')
          $facts['type'] = @($(if ($type) { $type } else { 'NAT' }))
          $facts['adapter'] = @(Get-Settings $policies 'NetAdapterName' 'NetworkAdapterName' | Split-Adapters)
          $facts['subnets'] = @($subnets | ForEach-Object { Get-Value $_ 'IpAddressPrefix' } | Where-Object { $_ -notlike '*/0' })
          $facts['gateways'] = @($subnets | ForEach-Object { Get-Gateways (Get-List $_ 'Routes') })
          $facts['isolation'] = @($subnets | ForEach-Object {
              $prefix = Get-Value $_ 'IpAddressPrefix'
              foreach ($policy in @(Get-List $_ 'Policies')) {
                $kind = Get-Value $policy 'Type'
                if (@('VLAN', 'VSID') -contains $kind) {
                  '{0} {1} {2}' -f $prefix, $kind, (Get-Value (Get-Value $policy 'Settings') 'IsolationId')
                }
              }
            })
          $facts['address assignment'] = @($ipams | ForEach-Object { Get-Value $_ 'Type' } |
              Where-Object { $_ -and $_ -ne 'Static' })
          $facts['VXLAN port'] = @(Get-Settings $policies 'VxlanPort' 'Port')
          $facts['MAC pool'] = @($pools | ForEach-Object { Get-PoolText $_ })
          $facts['name servers'] = @(Get-List (Get-Value $Document 'Dns') 'ServerList')
          $facts['search domains'] = @(Get-List (Get-Value $Document 'Dns') 'Search')
        }
        'Endpoint' {
          $facts['network'] = @(Get-Value $Document 'HostComputeNetwork')
          $facts['MAC address'] = @(Get-List $Document 'MacAddress')
          $facts['addresses'] = @(Get-List $Document 'IpConfigurations' | ForEach-Object { Get-Value $_ 'IpAddress' })
          $facts['gateways'] = @(Get-Gateways (Get-List $Document 'Routes'))
          $facts['name servers'] = @(Get-List (Get-Value $Document 'Dns') 'ServerList')
          $facts['search domains'] = @(Get-List (Get-Value $Document 'Dns') 'Search')
          $facts['policies'] = @(Get-List $Document 'Policies' |
              Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') })
        }
        'Namespace' {
          $type = Get-Value $Document 'Type'
          $facts['type'] = @($(if ($type) { $type } else { 'Host' }))
          $members = Get-List $Document 'Resources' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
          $facts['endpoints'] = @($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
        }
        'LoadBalancer' {
          $facts['endpoints'] = @(Get-List $Document 'HostComputeEndpoints')
          $facts['addresses'] = @(Get-List $Document 'FrontendVIPs')
          $facts['source address'] = @(Get-List $Document 'SourceVIP' | Where-Object { $_ })
          $facts['ports'] = @(Get-List $Document 'PortMappings')
          $facts['flags'] = @(Get-List $Document 'Flags')
        }
      }
      $facts
    }

    # The containers in a namespace.
    function Get-Containers($Document) {
      Get-List $Document 'Resources' | Where-Object { (Get-Value $_ 'Type') -eq 'Container' } |
        ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' }
    }
    """#)

  /// What is compared of documents of schema 1.
  static let hnsV1Facts = lines(
    #"""
    function Send-Request($Request) {
      $reply = [Hnsctl.HostNetworkingService]::Call($Request.Method, $Request.Path, $Request.Body)
      if (-not $reply) { return }
      $response = ConvertFrom-Json $reply
      if ((Get-Value $response 'Success') -eq $false) {
        throw ('{0} {1}: {2}' -f $Request.Method, $Request.Path, (Get-Value $response 'Error'))
      }
      Get-Value $response 'Output'
    }

    function Get-RequestName($Request) { 'HNSCall {0} {1}' -f $Request.Method, $Request.Path }

    # The document of an object; nothing if there is none.
    function Read-Document($Object) {
      $paths = @{ Network = '/networks/'; Endpoint = '/endpoints/'; Namespace = '/namespaces/'; LoadBalancer = '/policylists/' }
      $path = $paths[$Object.Kind]
      if (-not $script:lists.ContainsKey($path)) {
        $script:lists[$path] = @(Send-Request @{ Method = 'GET'; Path = $path; Body = '' })
      }
      $script:lists[$path] | Where-Object { (Get-Value $_ 'ID') -eq $Object.Id } | Select-Object -First 1
    }

    # A policy in one form: single protocols and ports as lists.
    function ConvertTo-Policy($Policy) {
      $members = @{}
      foreach ($member in $Policy.PSObject.Properties) {
        switch ($member.Name) {
          'Scope' { }
          'Protocol' {
            if ((Get-Value $Policy 'Type') -ne 'ACL') { $members['Protocol'] = "$($member.Value)" }
            elseif (@(0, 256) -notcontains $member.Value) { $members['Protocols'] = "$($member.Value)" }
          }
          { @('LocalPort', 'RemotePort') -contains $_ } {
            if ($member.Value -ne 0) { $members[$_ + 's'] = "$($member.Value)" }
          }
          default { $members[$member.Name] = $member.Value }
        }
      }
      New-Object PSObject -Property $members
    }

    # A value that is compared, in one form.
    function ConvertTo-Fact([string]$Name, $Value) {
      if (@('addresses', 'gateways') -contains $Name) { ConvertTo-Address $Value }
      elseif ($Name -eq 'MAC address' -or $Name -eq 'MAC pool') { "$Value".Replace(':', '-') }
      elseif ($Name -eq 'policies') { ConvertTo-Policy $Value }
      else { $Value }
    }

    # The names in a list with commas.
    function Split-List([string]$Text) { $Text.Split(',') | ForEach-Object { $_.Trim() } | Where-Object { $_ } }

    # What is compared of a document: lists by name. What a state does not mention is not compared.
    function ConvertTo-Facts($Document, $Object) {
      $facts = @{}
      switch ($Object.Kind) {
        'Network' {
          $subnets = @(Get-List $Document 'Subnets')
          $facts['name'] = @(Get-Value $Document 'Name')
          $facts['type'] = @(Get-Value $Document 'Type')
          $facts['adapter'] = @(Get-Value $Document 'NetworkAdapterName' | Split-Adapters)
          $facts['subnets'] = @($subnets | ForEach-Object { Get-Value $_ 'AddressPrefix' } | Where-Object { $_ -notlike '*/0' })
          $facts['gateways'] = @($subnets | ForEach-Object { Get-Value $_ 'GatewayAddress' } | Where-Object { $_ })
          $facts['isolation'] = @($subnets | ForEach-Object {
              $prefix = Get-Value $_ 'AddressPrefix'
              foreach ($policy in @(Get-List $_ 'Policies')) {
                $kind = Get-Value $policy 'Type'
                if (@('VLAN', 'VSID') -contains $kind) { '{0} {1} {2}' -f $prefix, $kind, (Get-Value $policy $kind) }
              }
            })
          $facts['address assignment'] = @()
          $facts['VXLAN port'] = @()
          $facts['MAC pool'] = @(Get-List $Document 'MacPools' | ForEach-Object { Get-PoolText $_ })
          $facts['name servers'] = @(Split-List (Get-Value $Document 'DNSServerList'))
          $facts['search domains'] = @(Split-List (Get-Value $Document 'DNSSuffix'))
        }
        'Endpoint' {
          $facts['network'] = @(Get-Value $Document 'VirtualNetwork')
          $facts['MAC address'] = @(Get-List $Document 'MacAddress')
          $facts['addresses'] = @('IPAddress', 'IPv6Address' | ForEach-Object { Get-Value $Document $_ } |
              Where-Object { $_ })
          $facts['gateways'] = @('GatewayAddress', 'GatewayAddressV6' | ForEach-Object { Get-Value $Document $_ } |
              Where-Object { $_ })
          $facts['name servers'] = @(Split-List (Get-Value $Document 'DNSServerList'))
          $facts['search domains'] = @(Split-List (Get-Value $Document 'DNSSuffix'))
          $facts['policies'] = @(Get-List $Document 'Policies' |
              Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') })
        }
        'Namespace' {
          $facts['default'] = @([bool](Get-Value $Document 'IsDefault'))
          $members = Get-List $Document 'ResourceList' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
          $facts['endpoints'] = @($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
        }
        'LoadBalancer' {
          $facts['endpoints'] = @(Get-List $Document 'References')
          $facts['ports'] = @(Get-List $Document 'Policies')
        }
      }
      $facts
    }

    # The containers in a namespace.
    function Get-Containers($Document) { Get-List $Document 'Containers' }
    """#)
}
