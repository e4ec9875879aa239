import type { ClientSummary, GrantSummary, StaticClientSummary } from "@doorward/oauth-core"
import { countOf } from "./command.ts"

/** A client in one line, for people. */
export function clientLine(client: ClientSummary): string {
  const hosts = [...new Set(client.redirectUris.map(hostOf))].join(" ")
  return [
    idOf(client).padEnd(22),
    client.clientName ?? "(no name)",
    hosts,
    `registered ${dayOf(client.createdAt)}`,
    client.lastUsedAt === undefined ? "never used" : `last used ${dayOf(client.lastUsedAt)}`,
    countOf(client.grants, "sign-in"),
  ].join("  ")
}

/** All that is known about a client, for people. */
export function clientLines(client: ClientSummary): readonly string[] {
  const { lastUsedAt } = client
  return rows([
    ["Client", idOf(client)],
    ["Name", client.clientName ?? "(none)"],
    ...client.redirectUris.map((uri) => ["Redirect URI", uri] as const),
    ["Authentication", client.authenticationMethod],
    ["Registered", timeOf(client.createdAt)],
    ["Last used", lastUsedAt === undefined ? "never" : `on ${dayOf(lastUsedAt)}`],
    ["Expires", `${timeOf(client.expiresAt)}, unless it is used before`],
    ["Sign-ins", String(client.grants)],
  ])
}

/** A configured client in one line, for people. */
export function staticClientLine(client: StaticClientSummary): string {
  const hosts = [...new Set(client.redirectUris.map(hostOf))].join(" ")
  const used = client.secretsLastUsedAt.map((time, at) => `secret ${at + 1} ${useOf(time)}`)
  const name = client.clientName ?? "(no name)"
  return [client.clientId, name, hosts || "(no redirect URI)", "configured", ...used].join("  ")
}

/** All that is known about a configured client, for people. */
export const staticClientLines = (client: StaticClientSummary): readonly string[] =>
  rows([
    ["Client", client.clientId],
    ["Name", client.clientName ?? "(none)"],
    ...client.redirectUris.map((uri) => ["Redirect URI", uri] as const),
    ["Authentication", client.authenticationMethod],
    ...client.secretsLastUsedAt.map((time, at) => [`Secret ${at + 1}`, useOf(time)] as const),
  ])

/** A configured client for machines: one line of JSON. */
export const staticClientJson = ({ secretsLastUsedAt, ...client }: StaticClientSummary): string =>
  JSON.stringify({
    ...client,
    secretsLastUsedAt: secretsLastUsedAt.map((time) => (time === undefined ? null : timeOf(time))),
  })

/** A client for machines: one line of JSON. */
export const clientJson = ({ createdAt, lastUsedAt, expiresAt, ...client }: ClientSummary) =>
  JSON.stringify({
    ...client,
    createdAt: timeOf(createdAt),
    lastUsedOn: lastUsedAt === undefined ? undefined : dayOf(lastUsedAt),
    expiresAt: timeOf(expiresAt),
  })

/** A grant in one line, for people. */
export const grantLine = ({ clientId, clientName, ...grant }: GrantSummary): string =>
  [
    clientId,
    clientName ?? "(no name)",
    grant.resource,
    grant.scopes.join(" "),
    `signed in ${timeOf(grant.createdAt)}`,
    `expires ${timeOf(grant.expiresAt)}`,
  ].join("  ")

/** A grant for machines: one line of JSON. */
export const grantJson = ({ createdAt, expiresAt, ...grant }: GrantSummary): string =>
  JSON.stringify({ ...grant, createdAt: timeOf(createdAt), expiresAt: timeOf(expiresAt) })

const rows = (named: readonly (readonly [name: string, value: string])[]) =>
  named.map(([name, value]) => `${name.padEnd(15)} ${value}`)

/** The time is that of the first use in an hour. */
const useOf = (time: number | undefined): string =>
  time === undefined ? "never used" : `last used ${timeOf(time)}`

const idOf = ({ clientId = "(known at its next use)" }: ClientSummary) => clientId

/** Where a redirect URI leads: a host, or the scheme of an application on the person's device. */
function hostOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host === "" || !/^https?:$/.test(protocol) ? protocol : host
}

const timeOf = (time: number): string => new Date(time).toISOString()
const dayOf = (time: number): string => timeOf(time).slice(0, 10)
