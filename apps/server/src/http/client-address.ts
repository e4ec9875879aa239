import type { HttpBindings } from "@hono/node-server"
import ipaddr from "ipaddr.js"
import type { Configuration } from "../configuration/read-configuration.ts"
import { wrongSetting } from "../wrong-setting.ts"

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Finds the address that limits are counted by: that of the connection or, behind trusted proxies, the
 * last one in `X-Forwarded-For` that is not a proxy's. IPv6 addresses count by their /64, the smallest
 * network that a subscriber gets.
 *
 * @throws {ConfigurationError} if one of `trustedProxies` is neither an address nor a CIDR range.
 */
export function createClientAddress(
  configuration: Pick<Configuration, "trustedProxies" | "names">,
): (request: Request, env: unknown) => string | undefined {
  const ranges = configuration.trustedProxies.map((text) => readRange(text, configuration))
  const isTrusted = (address: Address) =>
    ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))

  return (request, env) => {
    let address = parse((env as Partial<HttpBindings>).incoming?.socket.remoteAddress)
    if (!address) return undefined
    const hops = (request.headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim())
    while (isTrusted(address)) {
      const next = parse(withoutPort(hops.pop()))
      if (!next) break
      address = next
    }
    return keyOf(address)
  }
}

/** Some proxies, Azure's among them, report the port too. */
const withoutPort = (hop: string | undefined): string | undefined =>
  hop?.replace(/^\[([^\]]*)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1")

const parse = (text: string | undefined): Address | undefined =>
  text !== undefined && ipaddr.isValid(text) ? ipaddr.process(text) : undefined

function keyOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString()
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`)
  return `${network.toString()}/64`
}

function readRange(text: string, configuration: Pick<Configuration, "names">): [Address, number] {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text)
    const address = ipaddr.process(text)
    return [address, address.kind() === "ipv4" ? 32 : 128]
  } catch {
    throw wrongSetting(
      configuration,
      "trustedProxies",
      `must list addresses or ranges such as 10.0.0.0/8, not ${text}`,
    )
  }
}
