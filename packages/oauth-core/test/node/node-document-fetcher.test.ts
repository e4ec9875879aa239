import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it, onTestFinished } from "vitest"
import { DocumentError } from "../../src/index.ts"
import { nodeDocumentFetcher } from "../../src/node/index.ts"
import { documentFetcher } from "../../src/node/node-document-fetcher.ts"
import { documentHost, documentUrl, hostName, limits, publicAddress } from "./document-host.ts"

const json: RequestListener = (_request, response) => {
  response.setHeader("content-type", "application/json")
  response.setHeader("cache-control", "max-age=120")
  response.end('{"client_name":"A client"}')
}

let requests: string[] = []
afterEach(() => {
  requests = []
})

async function host(answer: RequestListener = json) {
  const served = await documentHost((request, response) => {
    requests.push(`${request.method} ${request.headers.host}${request.url}`)
    answer(request, response)
  })
  onTestFinished(served.close)
  return served
}

async function refusal(fetching: Promise<unknown>): Promise<DocumentError> {
  const error = await fetching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DocumentError)
  return error as DocumentError
}

describe("a document on the public internet", () => {
  it("is fetched, with its headers", async () => {
    const { fetcher } = await host()
    const { status, headers, body } = await fetcher([publicAddress])(documentUrl, limits)
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("max-age=120")
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({ client_name: "A client" })
    expect(requests).toEqual([`GET ${hostName}/oauth/client.json`])
  })

  it("is fetched from an address that was checked, with the host's name", async () => {
    const { fetcher, opened } = await host()
    const addresses = [publicAddress, "2606:2800:220:1:248:1893:25c8:1946"]
    await fetcher(addresses)(documentUrl, limits)
    expect(opened).toEqual([{ addresses, servername: hostName }])
  })

  it("must come from a host with a valid certificate", async () => {
    const { fetcher } = await host()
    const error = await refusal(
      fetcher([publicAddress])(new URL("https://other.example/x"), limits),
    )
    expect(error.transient).toBe(true)
    expect(requests).toEqual([])
  })

  it("is requested without cookies, credentials or compression", async () => {
    let sent: Record<string, unknown> = {}
    const { fetcher } = await host((request, response) => {
      sent = request.headers
      json(request, response)
    })
    await fetcher([publicAddress])(documentUrl, limits)
    expect(sent).toEqual({
      accept: "application/json",
      "accept-encoding": "identity",
      connection: "close",
      host: hostName,
    })
  })
})

/** Every form of address that does not lead to the public internet. */
const notPublic: readonly (readonly [string, string])[] = [
  ["loopback", "127.0.0.1"],
  ["loopback, another", "127.255.255.254"],
  ["this host", "0.0.0.0"],
  ["private, 10/8", "10.0.0.1"],
  ["private, 172.16/12", "172.31.255.1"],
  ["private, 192.168/16", "192.168.1.1"],
  ["link-local", "169.254.1.1"],
  ["the metadata service of a cloud", "169.254.169.254"],
  ["shared by carriers (CGNAT)", "100.64.0.1"],
  ["IETF assignments", "192.0.0.8"],
  ["documentation", "192.0.2.1"],
  ["benchmarking", "198.18.0.1"],
  ["6to4 relays", "192.88.99.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["IPv6 loopback", "::1"],
  ["IPv6 unspecified", "::"],
  ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
  ["IPv4-mapped private", "::ffff:10.0.0.1"],
  ["IPv4-mapped link-local, in hexadecimal", "::ffff:a9fe:a9fe"],
  ["IPv4-mapped public", "::ffff:93.184.216.34"],
  ["IPv4-compatible", "::127.0.0.1"],
  ["IPv4-translated", "::ffff:0:127.0.0.1"],
  ["NAT64", "64:ff9b::7f00:1"],
  ["NAT64 of a public address", "64:ff9b::5db8:d822"],
  ["NAT64, local use", "64:ff9b:1::a00:1"],
  ["6to4", "2002:7f00:1::"],
  ["Teredo", "2001:0:53aa:64c::1"],
  ["ORCHID", "2001:20::1"],
  ["IPv6 benchmarking", "2001:2::1"],
  ["IPv6 documentation", "2001:db8::1"],
  ["IPv6 documentation, newer", "3fff::1"],
  ["IPv6 link-local", "fe80::1"],
  ["IPv6 link-local with a zone", "fe80::1%eth0"],
  ["IPv6 unique local", "fd00::1"],
  ["IPv6 site-local", "fec0::1"],
  ["IPv6 discard", "100::1"],
  ["IPv6 segment routing", "5f00::1"],
  ["IPv6 multicast", "ff02::1"],
  ["unassigned IPv6, below", "400::1"],
  ["unassigned IPv6, above", "4000::1"],
  ["IETF assignments in IPv6", "2001:1ff::1"],
  ["not an address", "localhost"],
]

describe("a host that is not on the public internet is never connected to", () => {
  it.each(notPublic)("a name that means %s: %s", async (_, address) => {
    const { fetcher, opened } = await host()
    const error = await refusal(fetcher([address])(documentUrl, limits))
    expect(error.transient).toBe(false)
    expect(opened).toEqual([])
  })

  it.each([
    "https://127.0.0.1/client.json",
    "https://127.1/client.json",
    "https://2130706433/client.json",
    "https://0x7f000001/client.json",
    "https://0177.0.0.1/client.json",
    "https://127.0.0.1./client.json",
    "https://10.0.0.1/client.json",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/client.json",
    "https://[::ffff:127.0.0.1]/client.json",
    "https://[::ffff:a00:1]/client.json",
    "https://[64:ff9b::127.0.0.1]/client.json",
    "https://[fe80::1]/client.json",
  ])("an address in the URL itself: %s", async (url) => {
    const { fetcher, opened } = await host()
    const error = await refusal(fetcher([publicAddress])(new URL(url), limits))
    expect(error.transient).toBe(false)
    expect(opened).toEqual([])
  })

  it("one bad address among good ones is enough, because the host could choose which one is used", async () => {
    const { fetcher, opened } = await host()
    const error = await refusal(fetcher([publicAddress, "10.0.0.1"])(documentUrl, limits))
    expect(error.transient).toBe(false)
    expect(opened).toEqual([])
  })

  it("a host without addresses", async () => {
    const { fetcher, opened } = await host()
    await refusal(fetcher([])(documentUrl, limits))
    expect(opened).toEqual([])
  })

  it("localhost, by the system's own resolver", async () => {
    const error = await refusal(nodeDocumentFetcher()(new URL("https://localhost/x"), limits))
    expect(error.transient).toBe(false)
  })

  it.each(["http://client.example.com/client.json", "ftp://client.example.com/client.json"])(
    "a document without TLS: %s",
    async (url) => {
      const { fetcher, opened } = await host()
      const error = await refusal(fetcher([publicAddress])(new URL(url), limits))
      expect(error.transient).toBe(false)
      expect(opened).toEqual([])
    },
  )
})

describe("limits", () => {
  it.each([301, 302, 303, 307, 308])(
    "a redirect (%i) is returned, not followed",
    async (status) => {
      const { fetcher } = await host((_request, response) => {
        response.writeHead(status, { location: "https://169.254.169.254/" }).end()
      })
      const answered = await fetcher([publicAddress])(documentUrl, limits)
      expect(answered.status).toBe(status)
      expect(requests).toHaveLength(1)
    },
  )

  it("a document of exactly the maximum size is read", async () => {
    const { fetcher } = await host((_request, response) =>
      response.end(Buffer.alloc(limits.maxBytes)),
    )
    const { body } = await fetcher([publicAddress])(documentUrl, limits)
    expect(body).toHaveLength(limits.maxBytes)
  })

  it("one byte more is refused", async () => {
    const { fetcher } = await host((_request, response) =>
      response.end(Buffer.alloc(limits.maxBytes + 1)),
    )
    const error = await refusal(fetcher([publicAddress])(documentUrl, limits))
    expect(error.transient).toBe(false)
  })

  it("an endless document is cut off, and its connection is closed", async () => {
    let closed: Promise<unknown> | undefined
    const { fetcher } = await host((_request, response) => {
      const pour = setInterval(() => response.write(Buffer.alloc(1024)), 1)
      closed = once(response, "close").finally(() => clearInterval(pour))
    })
    const error = await refusal(fetcher([publicAddress])(documentUrl, limits))
    expect(error.transient).toBe(false)
    await closed
  })

  it.each<[string, RequestListener]>([
    ["that does not answer", () => undefined],
    ["that never finishes", (_request, response) => void response.write("{")],
  ])("a host %s is given up on in time", async (_, answer) => {
    const { fetcher } = await host(answer)
    const slow = fetcher([publicAddress])(documentUrl, { ...limits, timeoutMilliseconds: 150 })
    expect((await refusal(slow)).transient).toBe(true)
  })

  it("a name that is never resolved is given up on in time", async () => {
    const fetcher = documentFetcher({ resolve: () => new Promise(() => undefined) })
    const slow = fetcher(documentUrl, { ...limits, timeoutMilliseconds: 50 })
    expect((await refusal(slow)).transient).toBe(true)
  })

  it("a host that hangs up is a temporary failure", async () => {
    const { fetcher } = await host((request) => request.socket.destroy())
    expect((await refusal(fetcher([publicAddress])(documentUrl, limits))).transient).toBe(true)
  })
})

describe("allowLoopback, for development", () => {
  async function localServer() {
    const server = createServer(json).listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return (server.address() as AddressInfo).port
  }

  it.each(["127.0.0.1", "localhost"])("fetches over http from %s", async (hostname) => {
    const url = new URL(`http://${hostname}:${await localServer()}/client.json`)
    const { status } = await nodeDocumentFetcher({ allowLoopback: true })(url, limits)
    expect(status).toBe(200)
  })

  it("is required for http and loopback", async () => {
    const url = new URL(`http://127.0.0.1:${await localServer()}/client.json`)
    expect((await refusal(nodeDocumentFetcher()(url, limits))).transient).toBe(false)
  })

  it("allows nothing else", async () => {
    const fetch = nodeDocumentFetcher({ allowLoopback: true })
    for (const url of ["http://10.0.0.1/", "http://[fe80::1]/", "https://169.254.169.254/"]) {
      expect((await refusal(fetch(new URL(url), limits))).transient).toBe(false)
    }
  })

  it("does not accept an untrusted certificate", async () => {
    const { port } = await host()
    const fetch = nodeDocumentFetcher({ allowLoopback: true })
    await refusal(fetch(new URL(`https://127.0.0.1:${port}/`), limits))
    expect(requests).toEqual([])
  })
})
