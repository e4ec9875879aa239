import { randomInt } from "node:crypto"
import { type Cloud, cloudOf, isRealLoginHost } from "../directory/cloud.ts"
import type { ConditionalAccessPolicy } from "../directory/conditional-access.ts"
import { Consents } from "../directory/consent.ts"
import { Directory } from "../directory/directory.ts"
import { SigningKeys } from "../keys/signing-keys.ts"
import { Devices } from "./devices.ts"
import { ExpiringMap } from "./expiring-map.ts"
import type { Fault } from "./faults.ts"
import { Grants, type SignInSession } from "./grants.ts"
import type { EntraEmulatorSettings } from "./options.ts"
import type { Transaction } from "./transaction.ts"

const hour = 3_600_000

/** The state of one emulator. The steps of each flow are functions that take it. */
export interface Emulation {
  readonly urls: Urls
  readonly cloud: Cloud
  readonly directory: Directory
  readonly keys: SigningKeys
  readonly grants: Grants
  readonly consents: Consents
  readonly devices: Devices
  /** Sign-ins in progress, by their handle. */
  readonly transactions: ExpiringMap<Transaction>
  /** Browser sessions, by cookie value. */
  readonly sessions: ExpiringMap<SignInSession>
  /** The session behind each access token, by its `uti`. */
  readonly tokenSessions: ExpiringMap<SignInSession>
  /** By username: sessions and refresh tokens of sign-ins before this time (milliseconds) are revoked. */
  readonly tokensValidFrom: Map<string, number>
  readonly faults: Fault[]
  policies: readonly ConditionalAccessPolicy[]
  resourceParameter: "match" | "refuse"
  /** In seconds; random if undefined. */
  accessTokenSeconds: number | undefined
  /** In seconds. */
  readonly devicePollingSeconds: number
  /** Milliseconds since the epoch. */
  now(): number
  advanceClock(milliseconds: number): void
  /** In seconds. */
  newTokenLifetime(): number
}

export interface Urls {
  base: string
  issuerBase: string
  graph: string
}

export function createEmulation(settings: EntraEmulatorSettings): Emulation {
  const base = settings.baseUrl
  const issuerBase = settings.issuerBase ?? base
  const cloud = cloudOf(issuerBase)
  const graph = settings.graphUrl ?? (isRealLoginHost(base) ? `https://${cloud.msgraphHost}` : base)
  const clock = settings.now ?? Date.now
  let offset = 0
  const now = () => clock() + offset
  return {
    urls: { base, issuerBase, graph },
    cloud,
    directory: new Directory(settings, cloud),
    keys: new SigningKeys(),
    grants: new Grants(now),
    consents: new Consents(),
    devices: new Devices(now),
    transactions: new ExpiringMap(hour, now),
    sessions: new ExpiringMap(24 * hour, now),
    tokenSessions: new ExpiringMap(2 * hour, now),
    tokensValidFrom: new Map(),
    faults: [...settings.faults],
    policies: settings.conditionalAccess,
    resourceParameter: settings.resourceParameter,
    now,
    advanceClock: (milliseconds) => {
      offset += milliseconds
    },
    accessTokenSeconds: settings.accessTokenSeconds,
    devicePollingSeconds: settings.devicePollingSeconds,
    newTokenLifetime() {
      return this.accessTokenSeconds ?? randomInt(3600, 5400)
    },
  }
}

/** The issuer of v2.0 tokens: `https://<host>/<tid>/v2.0`. */
export function issuerOf(emulation: Emulation, tenantId: string): string {
  return `${emulation.urls.issuerBase}/${tenantId}/v2.0`
}

/** The issuer of v1.0 tokens: `https://sts.windows.net/<tid>/`. */
export function v1IssuerOf(emulation: Emulation, tenantId: string): string {
  return `${emulation.cloud.stsUrl}/${tenantId}/`
}
