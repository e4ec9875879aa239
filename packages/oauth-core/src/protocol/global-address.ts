import ipaddr from "ipaddr.js"

/** The only block from which global unicast addresses are assigned (RFC 4291 §2.4). */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3")

/**
 * Whether an address belongs to the public internet. Special-use addresses don't: loopback, private,
 * link-local, shared, multicast, reserved, and every IPv6 form that embeds an IPv4 address (mapped,
 * NAT64, 6to4, Teredo), whatever that address is.
 */
export function isGlobalAddress(address: string): boolean {
  const parsed = parse(address)
  if (parsed?.range() !== "unicast") return false
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(globalUnicast)
}

/** Whether an address is in 127.0.0.0/8 or is ::1. */
export const isLoopbackAddress = (address: string): boolean =>
  parse(address)?.range() === "loopback"

/** Accepts only RFC 4291 spellings and dotted decimals, not shortened or octal IPv4 addresses. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address)
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined
}
