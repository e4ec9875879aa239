import type { ClientAuthenticationMethod } from "../../ports/client.ts"
import type { Deps } from "../deps.ts"

/** A client that the operator configured. */
export interface StaticClientSummary {
  /** The `client_id`. */
  readonly clientId: string
  /** The name that the configuration gives it. */
  readonly clientName: string | undefined
  /** Its redirect URIs. */
  readonly redirectUris: readonly string[]
  /** How it authenticates at the token endpoint. */
  readonly authenticationMethod: ClientAuthenticationMethod
  /**
   * When each secret of its `clientSecretHash` was last used, in the order of the configuration: in
   * milliseconds since the epoch and up to an hour too early, or `undefined` if never.
   */
  readonly secretsLastUsedAt: readonly (number | undefined)[]
}

/** Every client that the operator configured, with the last use of its secrets. */
export const listStaticClients = (deps: Deps): Promise<readonly StaticClientSummary[]> =>
  Promise.all(
    [...deps.settings.clients.values()].map(async (client) => ({
      clientId: client.id,
      clientName: client.name,
      redirectUris: client.redirectUris,
      authenticationMethod: client.authenticationMethod,
      secretsLastUsedAt: await deps.secretUses.of(client.id),
    })),
  )
