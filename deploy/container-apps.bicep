// Doorward on Azure Container Apps, with no secret of Entra ID: a user-assigned managed identity stands in
// for the app registration's credential and opens the Key Vault. README.md has the steps before and after.

@description('Where everything is.')
param location string = resourceGroup().location

@description('The name of the app, and the start of the names beside it.')
@minLength(2)
@maxLength(24)
param name string = 'doorward'

@description('The image, such as registry.example.com/doorward:1.0.0.')
param image string

@description('A registry of Azure that the identity may pull from, such as example.azurecr.io. Empty: the image is public.')
param registry string = ''

@description('Directory (tenant) ID of the app registration, which must be the tenant of the identity.')
param tenantId string = tenant().tenantId

@description('Application (client) ID of the app registration.')
param clientId string

@description('A Key Vault in this resource group that uses Azure RBAC. It holds the secrets doorward-secret (32 random bytes in base64url) and store-url (rediss:// or postgres://).')
param keyVaultName string

@description('The MCP server that Doorward stands in front of, such as http://backend/mcp. Its own ingress must be internal.')
param upstreamUrl string

@description('The https address that clients use. Empty: the one that Container Apps gives the app.')
param baseUrl string = ''

@description('Where the ingress of Container Apps connects from. Its X-Forwarded-For is believed, so that limits count clients and not the ingress.')
param trustedProxies string = '100.100.0.0/16'

@description('Instances at least. Two outlive a restart of one.')
@minValue(1)
param minReplicas int = 2

@description('Instances at most.')
@minValue(1)
param maxReplicas int = 6

// Key Vault Secrets User: reads secrets, and nothing more.
var secretsUserRole = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: keyVaultName
}

resource vaultAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, secretsUserRole)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: secretsUserRole
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource managedEnvironment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  dependsOn: [vaultAccess]
  properties: {
    environmentId: managedEnvironment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8000
        transport: 'http'
        allowInsecure: false
        // Any instance serves any request.
        stickySessions: { affinity: 'none' }
      }
      registries: empty(registry) ? [] : [{ server: registry, identity: identity.id }]
      secrets: [
        {
          name: 'doorward-secret'
          keyVaultUrl: '${vault.properties.vaultUri}secrets/doorward-secret'
          identity: identity.id
        }
        {
          name: 'store-url'
          keyVaultUrl: '${vault.properties.vaultUri}secrets/store-url'
          identity: identity.id
        }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 15
      containers: [
        {
          name: 'doorward'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          // Container Apps sets IDENTITY_ENDPOINT and IDENTITY_HEADER by itself.
          env: [
            { name: 'AZURE_TENANT_ID', value: tenantId }
            { name: 'AZURE_CLIENT_ID', value: clientId }
            { name: 'AZURE_MANAGED_IDENTITY', value: identity.properties.clientId }
            {
              name: 'MCP_BASE_URL'
              value: empty(baseUrl) ? 'https://${name}.${managedEnvironment.properties.defaultDomain}' : baseUrl
            }
            { name: 'DOORWARD_UPSTREAM_URL', value: upstreamUrl }
            { name: 'MCP_TRUSTED_PROXIES', value: trustedProxies }
            { name: 'MCP_STORE_URL', secretRef: 'store-url' }
            { name: 'DOORWARD_SECRET', secretRef: 'doorward-secret' }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/healthz', port: 8000 }
              periodSeconds: 2
              failureThreshold: 30
            }
            {
              type: 'Liveness'
              httpGet: { path: '/healthz', port: 8000 }
              periodSeconds: 10
              failureThreshold: 3
            }
            {
              type: 'Readiness'
              httpGet: { path: '/readyz', port: 8000 }
              periodSeconds: 5
              failureThreshold: 3
            }
          ]
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        rules: [{ name: 'http', http: { metadata: { concurrentRequests: '100' } } }]
      }
    }
  }
}

@description('The redirect URI of the app registration, on the platform Web.')
output redirectUri string = '${empty(baseUrl) ? 'https://${app.properties.configuration.ingress.fqdn}' : baseUrl}/auth/callback'

@description('The subject of the federated credential on the app registration.')
output identityPrincipalId string = identity.properties.principalId
