// Each requirement is broken by a server once, and the flow must report it.

import { describe, expect, test } from "vitest"
import { createSecrets } from "../src/http/secrets.ts"
import { REQUIREMENTS } from "../src/index.ts"
import { runStep } from "../src/step.ts"
import { tryRefusals } from "../src/steps/try-refusals.ts"
import {
  callback,
  type ExampleOptions,
  headers,
  ISSUER,
  json,
  status,
  type Twist,
} from "./support/example-server.ts"
import { run } from "./support/run.ts"

const RESOURCE_METADATA = "GET /.well-known/oauth-protected-resource/mcp"

/** Changes only the answers to requests without a token. */
const unsigned =
  (twist: Twist): Twist =>
  (response, request) =>
    request.headers.has("authorization") || response.status !== 401
      ? response
      : twist(response, request)
const onMcp = (twist: Twist): ExampleOptions => ({ twists: { "POST /mcp": unsigned(twist) } })
const challenge = (value: string | undefined) => onMcp(headers({ "www-authenticate": value }))
const METADATA_URL = "http://mcp.localhost:8000/.well-known/oauth-protected-resource/mcp"

/** Accepts what it must refuse. */
const accepting = (test: (request: Request) => boolean): ExampleOptions => ({
  twists: {
    "POST /mcp": (response, request) => (test(request) ? Response.json({ ok: true }) : response),
  },
})

const broken: [keyof typeof REQUIREMENTS, ExampleOptions, goesOn: boolean][] = [
  ["token-required", onMcp(status(403)), false],
  ["bearer-challenge", challenge(undefined), true],
  ["challenge-metadata", challenge('Bearer scope="mcp.read"'), true],
  [
    "challenge-without-error",
    challenge(
      `Bearer error="invalid_token", scope="mcp.read", resource_metadata="${METADATA_URL}"`,
    ),
    true,
  ],
  ["challenge-scope", challenge(`Bearer resource_metadata="${METADATA_URL}"`), true],
  [
    "challenge-offline-access",
    challenge(`Bearer scope="mcp.read offline_access", resource_metadata="${METADATA_URL}"`),
    true,
  ],
  [
    "resource-metadata",
    {
      twists: {
        [RESOURCE_METADATA]: status(404),
        "GET /.well-known/oauth-protected-resource": status(404),
      },
    },
    false,
  ],
  [
    "authorization-servers",
    {
      twists: {
        [RESOURCE_METADATA]: json((body) => {
          body.authorization_servers = []
        }),
      },
    },
    false,
  ],
  ["server-metadata", { metadataPath: "/elsewhere" }, false],
  ["iss-advertised", { metadata: { authorization_response_iss_parameter_supported: false } }, true],
  ["registration-created", { twists: { "POST /register": status(200) } }, true],
  [
    "registration-redirect",
    {
      twists: {
        "POST /register": json((body) => {
          body.redirect_uris = ["http://127.0.0.1/other"]
        }),
      },
    },
    true,
  ],
  [
    "token-not-stored",
    { twists: { "POST /token": headers({ "cache-control": undefined }) } },
    true,
  ],
  [
    "token-response",
    {
      twists: {
        "POST /token": json((body) => {
          delete body.token_type
        }),
      },
    },
    false,
  ],
  [
    "scope-not-widened",
    {
      twists: {
        "POST /token": async (response, request) =>
          (await request.text()).includes("refresh_token=")
            ? json((body) => {
                body.scope = "mcp.read offline_access admin"
              })(response, request)
            : response,
      },
    },
    true,
  ],
  [
    "refresh-rotated",
    {
      twists: {
        "POST /token": async (response, request) =>
          (await request.text()).includes("refresh_token=")
            ? json((body) => {
                delete body.refresh_token
              })(response, request)
            : response,
      },
    },
    true,
  ],
  [
    "code-returned",
    {
      twists: {
        "POST /consent": callback((parameters) => {
          parameters.delete("code")
        }),
      },
    },
    false,
  ],
  [
    "tools-listed",
    {
      twists: {
        "POST /mcp": (response) => (response.ok ? new Response("", { status: 500 }) : response),
      },
    },
    false,
  ],
  [
    "two-tokens-refused",
    accepting((r) => r.headers.get("authorization")?.includes(",") ?? false),
    true,
  ],
  ["query-token-ignored", accepting((r) => r.url.includes("access_token=")), true],
  ["local-origin-validated", { protect: { allowedOrigins: "*" } }, true],
]

describe("a server that breaks", () => {
  test.each(broken)("%s is reported", async (id, example, goesOn) => {
    const { result, broken } = await run(example)
    const { level } = REQUIREMENTS[id]
    expect(broken).toContain(`${level} ${id}`)
    expect(result.steps.at(-1)?.id === "tool-again").toBe(goesOn)
    expect(result.ok).toBe(level === "SHOULD")
  })

  test("forged-token-refused is reported, whether it answers with 403 or with another error", async () => {
    const forgedAs = (twist: Twist): ExampleOptions => ({
      twists: {
        "POST /mcp": (response, request) =>
          response.headers.get("www-authenticate")?.includes("invalid_token")
            ? twist(response, request)
            : response,
      },
    })
    for (const twist of [status(403), headers({ "www-authenticate": 'Bearer error="other"' })]) {
      expect((await run(forgedAs(twist))).broken).toEqual(["MUST forged-token-refused"])
    }
  })

  test("step-up-challenge is reported", async () => {
    const { broken } = await run(
      {
        protect: { policy: { tools: { whoami: { scopes: ["mcp.write"] } } } },
        twists: {
          "POST /mcp": (response, request) =>
            response.status === 403
              ? headers({ "www-authenticate": 'Bearer error="insufficient_scope"' })(
                  response,
                  request,
                )
              : response,
        },
      },
      { tool: "whoami" },
    )
    expect(broken).toContain("SHOULD step-up-challenge")
  })
})

test("origin-validated is reported for a server that is not on this machine", async () => {
  const deps = {
    fetch: () => Response.json({ ok: true }),
    secrets: createSecrets(),
    timeout: 30_000,
  }
  const step = { number: 1, id: "refusals", title: "" }
  const url = new URL("https://mcp.example/mcp")
  const { result } = await runStep(step, (run) => tryRefusals(run, url, "a-long-token"), deps)
  const ids = result.checks.filter(({ held }) => !held).map(({ id }) => id)
  expect(ids).toContain("origin-validated")
  expect(ids).not.toContain("local-origin-validated")
})

test("every requirement is broken somewhere here, or where clients must refuse", () => {
  const elsewhere: (keyof typeof REQUIREMENTS)[] = [
    "resource-matches",
    "issuer-matches",
    "secure-endpoints",
    "pkce-advertised",
    "client-metadata-document",
    "state-returned",
    "iss-returned",
    "tool-called",
    "forged-token-refused",
    "step-up-challenge",
    "origin-validated",
  ]
  const tested = new Set<string>([...broken.map(([id]) => id), ...elsewhere])
  expect(Object.keys(REQUIREMENTS).filter((id) => !tested.has(id))).toEqual([])
})

describe("a token endpoint that refuses", () => {
  test("is quoted", async () => {
    const { failure } = await run({
      twists: {
        "POST /token": () =>
          Response.json(
            { error: "invalid_grant", error_description: "The code is old" },
            { status: 400 },
          ),
      },
    })
    expect(failure).toBe(
      "token: The token endpoint answers with 400 invalid_grant: The code is old",
    )
  })

  test("in HTML breaks token-response", async () => {
    const { broken } = await run({
      twists: { "POST /token": () => new Response("<p>Oops", { status: 502 }) },
    })
    expect(broken).toEqual(["MUST token-response"])
  })
})

describe("documents that are not what they should be", () => {
  test.each([
    ["not JSON", () => new Response("<p>hello"), "is not JSON"],
    ["a list", () => Response.json([]), "the document"],
    ["of the wrong types", () => Response.json({ resource: 7 }), "resource: "],
  ])("%s", async (_, twist, message) => {
    const { failure } = await run({ twists: { [RESOURCE_METADATA]: twist } })
    expect(failure).toContain(message)
  })

  test("a resource_metadata that is not a web address is not fetched", async () => {
    const { failure, server } = await run(
      challenge('Bearer resource_metadata="file:///etc/passwd"'),
    )
    expect(failure).toBe("resource: resource_metadata is not a URL to fetch: file:///etc/passwd")
    expect(server.requests).toHaveLength(1)
  })

  test("an issuer that is not https is not asked", async () => {
    const { broken, server } = await run({
      twists: {
        [RESOURCE_METADATA]: json((body) => {
          body.authorization_servers = ["http://auth.example"]
        }),
      },
    })
    expect(broken).toEqual(["MUST secure-endpoints"])
    expect(server.requests.some((line) => line.includes(ISSUER))).toBe(false)
  })
})

test("a server that issues no refresh token is not blamed for it", async () => {
  const { result, broken } = await run({
    twists: {
      "POST /token": json((body) => {
        delete body.refresh_token
      }),
    },
  })
  expect(broken).toEqual([])
  expect(result.ok).toBe(true)
  expect(result.steps.at(-1)).toMatchObject({ id: "refresh", outcome: "skipped" })
})
