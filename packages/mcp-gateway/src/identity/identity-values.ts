import type { Caller } from "./caller.ts"

/** The names of all values, as headers and variables have them at their end. */
export const identityNames = [
  "Subject",
  "Email",
  "Name",
  "Tenant",
  "Roles",
  "Groups",
  "Client",
  "Scopes",
  "Overage",
] as const

/** Longer values are not sent, so that no server refuses a request because of them. */
export const longestValue = 6 * 1024

/**
 * What a backend is told about the caller, by name: `Subject`, `Email`, `Name`, `Tenant`, `Roles`,
 * `Groups`, `Client`, `Scopes`.
 *
 * Values are percent-encoded: everything but visible ASCII, and `%` itself; in a list, which commas
 * separate, commas too. What the caller has none of is missing. A value of more than 6 KiB is missing as
 * well, and then `Overage` lists its name: a list that was cut off would look like a complete one.
 */
export function identityValues(caller: Caller): Map<string, string> {
  const all: [string, string | undefined][] = [
    ["Subject", single(caller.subject)],
    ["Email", single(caller.email)],
    ["Name", single(caller.name)],
    ["Tenant", single(caller.tenant)],
    ["Roles", list(caller.roles)],
    ["Groups", list(caller.groups ?? [])],
    ["Client", single(caller.clientId)],
    ["Scopes", list(caller.scopes)],
  ]
  const values = new Map<string, string>()
  const tooLong: string[] = []
  for (const [name, value] of all) {
    if (!value) continue
    if (value.length > longestValue) tooLong.push(name)
    else values.set(name, value)
  }
  if (tooLong.length > 0) values.set("Overage", tooLong.join(","))
  return values
}

function single(value: string | undefined): string | undefined {
  return value?.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]+/g, encodeURIComponent)
}

function list(values: readonly string[]): string {
  return values.map((value) => single(value)?.replaceAll(",", "%2C")).join(",")
}
