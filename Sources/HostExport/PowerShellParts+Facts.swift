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

    # What is compared of a document: texts by name. A member that a state does not mention is not compared.
    function ConvertTo-Facts($Document, $Object) {
      $facts = @{}
      switch ($Object.Kind) {
        'Network' {
          $facts['name'] = ConvertTo-Canonical (Get-Value $Document 'Name')
          $type = Get-Value $Document 'Type'
          $facts['type'] = ConvertTo-Canonical $(if ($type) { $type } else { 'NAT' })
          $subnets = Get-List $Document 'Ipams' | ForEach-Object { Get-List $_ 'Subnets' }
          $facts['subnets'] = Join-Facts ($subnets | ForEach-Object { Get-Value $_ 'IpAddressPrefix' })
          $facts['name servers'] = Join-Facts (Get-List (Get-Value $Document 'Dns') 'ServerList')
        }
        'Endpoint' {
          $facts['network'] = ConvertTo-Canonical (Get-Value $Document 'HostComputeNetwork')
          $facts['MAC address'] = ConvertTo-MAC (Get-Value $Document 'MacAddress')
          $addresses = Get-List $Document 'IpConfigurations' | ForEach-Object { Get-Value $_ 'IpAddress' }
          $facts['addresses'] = Join-Facts ($addresses | ForEach-Object { ConvertTo-Address $_ })
          $policies = Get-List $Document 'Policies' | Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') }
          $facts['policies'] = Join-Facts $policies
        }
        'Namespace' {
          $type = Get-Value $Document 'Type'
          $facts['type'] = ConvertTo-Canonical $(if ($type) { $type } else { 'Host' })
          $members = Get-List $Document 'Resources' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
          $facts['endpoints'] = Join-Facts ($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
        }
        'LoadBalancer' {
          $facts['endpoints'] = Join-Facts (Get-List $Document 'HostComputeEndpoints')
          $facts['addresses'] = Join-Facts (Get-List $Document 'FrontendVIPs' | ForEach-Object { ConvertTo-Address $_ })
          $facts['source address'] = ConvertTo-Canonical (Get-Value $Document 'SourceVIP')
          $facts['ports'] = Join-Facts (Get-List $Document 'PortMappings')
          $facts['flags'] = ConvertTo-Canonical (Get-Value $Document 'Flags')
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

    # What is compared of a document: texts by name. A member that a state does not mention is not compared.
    function ConvertTo-Facts($Document, $Object) {
      $facts = @{}
      switch ($Object.Kind) {
        'Network' {
          $facts['name'] = ConvertTo-Canonical (Get-Value $Document 'Name')
          $facts['type'] = ConvertTo-Canonical (Get-Value $Document 'Type')
          $facts['subnets'] = Join-Facts (Get-List $Document 'Subnets' | ForEach-Object { Get-Value $_ 'AddressPrefix' })
          $facts['name servers'] = ConvertTo-Canonical (Get-Value $Document 'DNSServerList')
        }
        'Endpoint' {
          $facts['network'] = ConvertTo-Canonical (Get-Value $Document 'VirtualNetwork')
          $facts['MAC address'] = ConvertTo-MAC (Get-Value $Document 'MacAddress')
          $addresses = 'IPAddress', 'IPv6Address' | ForEach-Object { Get-Value $Document $_ } | Where-Object { $_ }
          $facts['addresses'] = Join-Facts ($addresses | ForEach-Object { ConvertTo-Address $_ })
          $policies = Get-List $Document 'Policies' | Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') }
          $facts['policies'] = Join-Facts ($policies | ForEach-Object { ConvertTo-Policy $_ })
        }
        'Namespace' {
          $facts['default'] = ConvertTo-Canonical (Get-Value $Document 'IsDefault')
          $members = Get-List $Document 'ResourceList' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
          $facts['endpoints'] = Join-Facts ($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
        }
        'LoadBalancer' {
          $facts['endpoints'] = Join-Facts (Get-List $Document 'References')
          $facts['ports'] = Join-Facts (Get-List $Document 'Policies')
        }
      }
      $facts
    }

    # The containers in a namespace.
    function Get-Containers($Document) { Get-List $Document 'Containers' }
    """#)
}
