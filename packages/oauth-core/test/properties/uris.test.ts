import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { OAuthError } from "../../src/index.ts"
import { errorRedirect, successRedirect } from "../../src/protocol/authorization-response.ts"
import { isClientMetadataUrl } from "../../src/protocol/client-id-metadata-document.ts"
import { isGlobalAddress, isLoopbackAddress } from "../../src/protocol/global-address.ts"
import {
  checkRedirectUri,
  redirectUriKind,
  redirectUriMatches,
} from "../../src/protocol/redirect-uri.ts"
import { checkGrantedResource, chooseResource } from "../../src/protocol/resource.ts"
import { anyText, parsed, trickyUri } from "./arbitraries.ts"

const uri = fc.oneof({ weight: 3, arbitrary: trickyUri }, anyText, fc.webUrl())
const runs = { numRuns: 2000 }

describe("a redirect URI that is accepted", () => {
  const accepted = (text: string) => parsed(() => checkRedirectUri(text))

  it("can be read in only one way", () => {
    fc.assert(
      fc.property(uri, (text) => {
        const kind = accepted(text)
        if (kind === undefined) return
        const url = new URL(text)
        expect(text).toMatch(/^[\x21-\x7e]+$/)
        expect(text).not.toMatch(/[#\\]/)
        expect([url.username, url.password, url.hash]).toEqual(["", "", ""])
        expect(kind).toBe(redirectUriKind(text))
        expect(["javascript:", "data:", "file:"]).not.toContain(url.protocol)
        if (kind === "https") expect(text.toLowerCase()).toContain(`//${url.host}`)
        if (kind === "loopback") expect(["127.0.0.1", "[::1]", "localhost"]).toContain(url.hostname)
        // A browser that goes there does not normalize any part of its path.
        expect(url.pathname === "/" || text.includes(url.pathname)).toBe(true)
      }),
      runs,
    )
  })

  it("is where the answer goes, whatever the state", () => {
    fc.assert(
      fc.property(uri, fc.option(anyText, { nil: undefined }), anyText, (text, state, code) => {
        if (accepted(text) === undefined) return
        const issuer = "https://mcp.example.com"
        const error = new OAuthError("access_denied", "consent_denied", code || "x")
        for (const location of [
          successRedirect({ redirectUri: text, state }, code, issuer),
          errorRedirect({ redirectUri: text, state }, error, issuer),
        ]) {
          expect(location.startsWith(text)).toBe(true)
          expect(location).toMatch(/^[\x21-\x7e]+$/)
          const [there, here] = [new URL(location), new URL(text)]
          expect([there.protocol, there.host, there.pathname]).toEqual([
            here.protocol,
            here.host,
            here.pathname,
          ])
          if (state !== undefined) {
            expect(there.searchParams.getAll("state").at(-1)).toBe(state.toWellFormed())
          }
          expect(there.searchParams.getAll("iss").at(-1)).toBe(issuer)
        }
      }),
      runs,
    )
  })

  it("matches itself and nothing else, except a loopback URI with another port", () => {
    const loopback = fc
      .tuple(
        fc.constantFrom("127.0.0.1", "localhost", "[::1]", "127.0.0.1.example.com"),
        fc.constantFrom("", ":0", ":80", ":65535", ":65536", ":8a", ":"),
        fc.constantFrom("", "/", "/callback", "/callback?a=b", "@evil.example", "\\callback"),
      )
      .map(([host, port, rest]) => `http://${host}${port}${rest}`)
    const either = fc.oneof(loopback, uri)
    fc.assert(
      fc.property(either, either, (registered, requested) => {
        if (accepted(registered) === undefined) return
        expect(redirectUriMatches(registered, registered)).toBe(true)
        if (!redirectUriMatches(registered, requested) || registered === requested) return
        expect(accepted(requested)).toBe("loopback")
        const portless = (text: string) => Object.assign(new URL(text), { port: "" }).href
        expect(portless(requested)).toBe(portless(registered))
      }),
      { numRuns: 4000 },
    )
  })

  it("never throws anything else", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom("web", "native", undefined), (text, type) => {
        parsed(() => checkRedirectUri(text, type))
      }),
      runs,
    )
  })
})

describe("a client id that is the URL of a document", () => {
  it("is https, has a path, and is exactly the URL that is fetched", () => {
    fc.assert(
      fc.property(uri, fc.boolean(), (text, loopback) => {
        if (!isClientMetadataUrl(text, loopback)) return
        const url = new URL(text)
        expect(url.href).toBe(text)
        expect(url.pathname).not.toBe("/")
        expect(text).not.toMatch(/[#\\]/)
        expect(url.pathname).not.toMatch(/\/\.{1,2}(\/|$)|%2e/i)
        expect([url.username, url.password]).toEqual(["", ""])
        if (!loopback) expect(url.protocol).toBe("https:")
        if (!loopback) expect(url.hostname).not.toMatch(/^(localhost|127\.|\[::1\])/)
      }),
      runs,
    )
  })
})

describe("a resource", () => {
  const known = [
    "https://mcp.example.com/mcp",
    "https://root.example",
    "https://a.example:8443/x?y",
  ]
  const asked = fc.array(fc.oneof(fc.constantFrom(...known, "https://ROOT.example/"), uri), {
    maxLength: 3,
  })

  it("is always one of the configured ones, in their spelling", () => {
    fc.assert(
      fc.property(
        asked,
        fc.option(fc.constantFrom(...known), { nil: undefined }),
        (given, absent) => {
          const chosen = parsed(() => chooseResource(given, known, absent))
          if (chosen === undefined) return
          expect(known).toContain(chosen)
          for (const one of given) expect(new URL(one).host).toBe(new URL(chosen).host)
        },
      ),
      runs,
    )
  })

  it("never goes beyond the grant", () => {
    fc.assert(
      fc.property(asked, fc.constantFrom(...known), (given, granted) => {
        const fine = parsed(() => {
          checkGrantedResource(given, granted)
          return true
        })
        if (fine) for (const one of given) expect(new URL(one).href).toBe(new URL(granted).href)
      }),
      runs,
    )
  })
})

describe("an address", () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const ipv4 = fc.tuple(octet, octet, octet, octet)
  const words = ([a, b, c, d]: number[]) =>
    `${(((a ?? 0) << 8) | (b ?? 0)).toString(16)}:${(((c ?? 0) << 8) | (d ?? 0)).toString(16)}`

  it("that embeds IPv4 in IPv6 is never global", () => {
    fc.assert(
      fc.property(ipv4, (octets) => {
        const dotted = octets.join(".")
        for (const address of [
          `::ffff:${dotted}`,
          `::${dotted}`,
          `64:ff9b::${dotted}`,
          `64:ff9b:1::${dotted}`,
          `2002:${words(octets)}::1`,
          `2001:0:${words(octets)}::1`,
          `::ffff:0:${dotted}`,
        ]) {
          expect(isGlobalAddress(address)).toBe(false)
        }
      }),
    )
  })

  it("in a private block is never global", () => {
    fc.assert(
      fc.property(
        ipv4,
        fc.constantFrom([10], [127], [0], [192, 168], [169, 254], [224]),
        (octets, block) => {
          const address = [...block, ...octets].slice(0, 4).join(".")
          expect(isGlobalAddress(address)).toBe(false)
          expect(isLoopbackAddress(address)).toBe(block[0] === 127)
        },
      ),
    )
  })

  it("must be spelled out", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.ipV4Extended(), fc.ipV6()), (text) => {
        if (isGlobalAddress(text)) expect(text).toMatch(/^(\d+\.){3}\d+$|:/)
      }),
      runs,
    )
  })
})
