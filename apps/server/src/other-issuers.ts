import { jwtVerifier, type SignatureAlgorithm, type TokenVerifier } from "@doorward/jwt-verifier"
import { entraTokenVerifier } from "@doorward/provider-azure"
import { defined } from "./configuration/defined.ts"
import type { Configuration } from "./configuration/read-configuration.ts"
import type { Endpoint } from "./endpoints.ts"
import { fromSettings } from "./wrong-setting.ts"

/**
 * Verifiers of the tokens that an endpoint accepts beside those of this server.
 *
 * @throws {ConfigurationError} naming each setting.
 */
export function otherIssuers(
  configuration: Configuration,
  { setting, resource, backend }: Endpoint,
): TokenVerifier[] | undefined {
  const { entra: callers, issuers = [] } = backend?.settings.alsoAccept ?? {}
  const verifiers: TokenVerifier[] = []
  if (callers && callers.length > 0) {
    const make = () => entraTokenVerifier({ ...registrationOf(configuration), callers })
    verifiers.push(fromSettings(configuration, (option) => `entra.${option}`, make))
  }
  for (const [index, { audience = resource, algorithms, ...issuer }] of issuers.entries()) {
    const options = defined({
      ...issuer,
      audience,
      // A name that is not one of them is refused below.
      algorithms: algorithms as SignatureAlgorithm[] | undefined,
    })
    const place = `${setting}.alsoAccept.issuers.${index}`
    const make = () => jwtVerifier(options)
    verifiers.push(fromSettings(configuration, (option) => `${place}.${option}`, make))
  }
  return verifiers.length === 0 ? undefined : verifiers
}

function registrationOf({ entra }: Configuration) {
  const { tenantId, clientId, allowedTenants, identifierUri } = entra
  const { acceptedAudiences, tokenVersion, authorityHost } = entra
  return {
    tenantId,
    clientId,
    allowedTenants,
    identifierUri,
    acceptedAudiences,
    tokenVersion,
    authorityHost,
  }
}
