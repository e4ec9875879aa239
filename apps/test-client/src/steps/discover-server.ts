import { isSecureUrl } from "@doorward/boundary"
import { type ServerMetadata, serverMetadata } from "../protocol/metadata.ts"
import { serverMetadataUrls } from "../protocol/well-known.ts"
import { type Run, Stop } from "../step.ts"
import { fetchFirst } from "./fetch-json.ts"

/** Server metadata that may be used: the issuer is right, the endpoints are there, PKCE is advertised. */
export type UsableServer = ServerMetadata & {
  authorization_endpoint: string
  token_endpoint: string
}

function isSecure(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && isSecureUrl(url)
}

/** Finds the authorization server's metadata and checks it (RFC 8414 §3). */
export async function discoverServer(run: Run, issuer: string): Promise<UsableServer> {
  if (!URL.canParse(issuer)) throw new Stop(`The issuer is not a URL: ${issuer}`)
  run.demand("secure-endpoints", isSecure(issuer), `The issuer is not https: ${issuer}`)
  const found = await fetchFirst(run, serverMetadataUrls(new URL(issuer)), serverMetadata)
  run.demand(
    "server-metadata",
    found !== undefined,
    "It is at none of the addresses where it may be.",
  )
  const { value: metadata } = found
  run.demand(
    "issuer-matches",
    metadata.issuer === issuer,
    `The metadata belongs to ${metadata.issuer}, not to ${issuer}: it must not be used.`,
  )
  const { authorization_endpoint, token_endpoint, registration_endpoint } = metadata
  if (!authorization_endpoint || !token_endpoint) {
    throw new Stop("The metadata lacks an authorization endpoint or a token endpoint.")
  }
  const endpoints = [authorization_endpoint, token_endpoint, registration_endpoint]
  const insecure = endpoints.filter((url) => url !== undefined && !isSecure(url))
  run.demand("secure-endpoints", insecure.length === 0, `Not https: ${insecure.join(", ")}`)
  const methods = metadata.code_challenge_methods_supported ?? []
  run.demand(
    "pkce-advertised",
    methods.includes("S256"),
    `code_challenge_methods_supported is ${JSON.stringify(methods)}: a client must refuse.`,
  )
  run.check("iss-advertised", metadata.authorization_response_iss_parameter_supported === true)
  return { ...metadata, authorization_endpoint, token_endpoint }
}
