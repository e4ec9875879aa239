import type { ConsentMode, Lifetimes, ResourceServer } from "../options.ts"
import type { Client } from "../ports/client.ts"

/** How the server behaves: the options, checked, with their defaults. */
export interface Settings {
  /** As clients see it; endpoints are below it. */
  readonly issuer: string
  readonly callbackUrl: string
  /** Whether the server itself is on loopback, for development. */
  readonly loopback: boolean
  readonly resources: readonly ProtectedResource[]
  readonly clients: ReadonlyMap<string, Client>
  /** Words for scopes, for the consent page. */
  readonly scopeDescriptions: Readonly<Record<string, string>>
  readonly consent: ConsentMode
  readonly registration: RegistrationSettings
  readonly metadataHosts: readonly string[] | undefined
  readonly redirectUriPatterns: readonly RegExp[] | undefined
  /** Milliseconds. */
  readonly lifetimes: Readonly<Required<Lifetimes>>
}

/** A resource server with nothing left open. */
export type ProtectedResource = Readonly<Required<ResourceServer>>

export interface RegistrationSettings {
  /** Whether clients may register themselves. */
  readonly open: boolean
  /** If set, only with this initial access token (RFC 7591 §3). */
  readonly accessToken?: string
}
