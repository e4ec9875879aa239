import { lookup } from "node:dns/promises"
import { isIP, type LookupFunction } from "node:net"
import { DocumentError } from "../ports/document-fetcher.ts"
import { isGlobalAddress, isLoopbackAddress } from "../protocol/global-address.ts"

/** Resolves a host name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Resolves a name as the operating system does, including its hosts file. */
export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address)

/**
 * Resolves a URL's host and checks that every address may be connected to.
 *
 * @throws {DocumentError} if one of them may not be, because the host could choose which one is used.
 */
export async function checkedAddresses(
  url: URL,
  resolve: Resolve,
  allowLoopback: boolean,
): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const addresses = isIP(host) ? [host] : await resolve(host)
  const onLoopback = allowLoopback && addresses.every(isLoopbackAddress)
  if (addresses.length === 0 || !(onLoopback || addresses.every(isGlobalAddress))) {
    throw new DocumentError("the host has an address that is not on the public internet", false)
  }
  if (url.protocol !== "https:" && !(onLoopback && url.protocol === "http:")) {
    throw new DocumentError("the document must be served over https", false)
  }
  return addresses
}

/** A `lookup` that returns the checked addresses, even if the name resolves differently by then. */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, { all, family }, callback) => {
    const fitting = family ? entries.filter((entry) => entry.family === family) : entries
    const [first] = fitting
    if (!first) callback(new Error("the host has no address of that family"), "")
    else if (all) callback(null, fitting)
    else callback(null, first.address, first.family)
  }
}
