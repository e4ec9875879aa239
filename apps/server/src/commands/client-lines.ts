import type { ClientSummary, GrantSummary } from "@doorward/oauth-core"
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
  return [
    ["Client", idOf(client)],
    ["Name", client.clientName ?? "(none)"],
    ...client.redirectUris.map((uri) => ["Redirect URI", uri] as const),
    ["Authentication", client.authenticationMethod],
    ["Registered", timeOf(client.createdAt)],
    ["Last used", lastUsedAt === undefined ? "never" : `on ${dayOf(lastUsedAt)}`],
    ["Expires", `${timeOf(client.expiresAt)}, unless it is used before`],
    ["Sign-ins", String(client.grants)],
  ].map(([name = "", value]) => `${name.padEnd(15)} ${value}`)
}

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

const idOf = ({ clientId = "(known at its next use)" }: ClientSummary) => clientId

/** Where a redirect URI leads: a host, or the scheme of an application on the person's device. */
function hostOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return host === "" || !/^https?:$/.test(protocol) ? protocol : host
}

const timeOf = (time: number): string => new Date(time).toISOString()
const dayOf = (time: number): string => timeOf(time).slice(0, 10)
