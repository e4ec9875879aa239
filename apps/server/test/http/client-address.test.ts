import { expect, test } from "vitest"
import { settingNames } from "../../src/configuration/setting-names.ts"
import { createClientAddress } from "../../src/http/client-address.ts"

const names = settingNames(new Set(), undefined)
const proxies = ["10.0.0.0/8", "fd00::/8"]

/** What a request counts under that came from `remoteAddress`, with these `X-Forwarded-For` hops. */
function addressOf(remoteAddress: string, hops?: string): string | undefined {
  const headers = hops === undefined ? {} : { "x-forwarded-for": hops }
  const request = new Request("https://mcp.example.com/token", { headers })
  return createClientAddress({ trustedProxies: proxies, names })(request, {
    incoming: { socket: { remoteAddress } },
  })
}

test.each([
  ["the connection's", "198.51.100.7", undefined, "198.51.100.7"],
  ["the connection's, which no proxy of ours made", "198.51.100.7", "192.0.2.1", "198.51.100.7"],
  ["what our proxy saw", "10.0.0.1", "192.0.2.1", "192.0.2.1"],
  ["the last that is not a proxy's", "10.0.0.1", "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"],
  ["an IPv6 subscriber's network", "10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["an IPv4 address, however it is written", "::ffff:10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"],
  ["the proxy's, if it reports none", "10.0.0.1", undefined, "10.0.0.1"],
  ["the proxy's, if what it reports is not an address", "10.0.0.1", "unknown", "10.0.0.1"],
])("limits count by %s", (_, remoteAddress, hops, counted) => {
  expect(addressOf(remoteAddress, hops)).toBe(counted)
})

test.each([
  ["192.0.2.1:51234", "192.0.2.1"],
  ["203.0.113.9:1, 192.0.2.1:51234, 10.0.0.2:443", "192.0.2.1"],
  ["[2001:db8:1:2:3:4:5:6]:51234", "2001:db8:1:2::/64"],
  ["[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64"],
])(
  "clients of a proxy that reports ports too, as Azure's do, are told apart: %s",
  (hops, counted) => {
    expect(addressOf("10.0.0.1", hops)).toBe(counted)
  },
)
