import type { ClientCredentials, TokenExchange } from "../client-options.ts"
import type { ConsentMode, Lifetimes, ResourceServer } from "../options.ts"
import type { Client } from "../ports/client.ts"
import type { GrantType } from "../protocol/grant-type.ts"

/** The validated options, with defaults filled in. */
export interface Settings {
  /** The issuer, and the base of every endpoint. */
  readonly issuer: string
  readonly callbackUrl: string
  /** Whether this server itself is on loopback, for development. */
  readonly loopback: boolean
  readonly resources: readonly ProtectedResource[]
  readonly clients: ReadonlyMap<string, Client>
  /** The digests of the live secrets of each client that is configured with their hashes. */
  readonly secretDigests: ReadonlyMap<string, readonly string[]>
  /** What each client may get without a person, for those that may. */
  readonly clientCredentials: ReadonlyMap<string, Readonly<Required<ClientCredentials>>>
  /** Which tokens each client may exchange, for those that may. */
  readonly tokenExchange: ReadonlyMap<string, Readonly<Required<TokenExchange>>>
  /** What the token endpoint takes. */
  readonly grantTypes: readonly GrantType[]
  /** Descriptions of scopes for the consent page. */
  readonly scopeDescriptions: Readonly<Record<string, string>>
  readonly consent: ConsentMode
  readonly registration: RegistrationSettings
  readonly metadataHosts: readonly string[] | undefined
  readonly redirectUriPatterns: readonly RegExp[] | undefined
  /** In milliseconds, unlike the options. */
  readonly lifetimes: Readonly<Required<Lifetimes>>
}

/** A resource server with its defaults filled in. */
export type ProtectedResource = Readonly<Required<ResourceServer>>

export interface RegistrationSettings {
  /** Whether clients may register themselves. */
  readonly open: boolean
  /** The initial access token that registration requires, if any (RFC 7591 §3). */
  readonly accessToken?: string
}
