// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as the file has them
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ConfigurationError, problemLine, readConfiguration } from "../../src/index.ts"

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "doorward-file-"))
  file = join(folder, "doorward.yaml")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const entra = `entra:
  tenantId: 8b1a9953-c461-4e2b-9a3f-0f1e2d3c4b5a
  clientId: 1a10cfee-f60f-4261-91f2-8d23619ee0f9
  clientSecret: a-secret
`

type Environment = Readonly<Record<string, string>>

function read(text: string, environment: Environment = {}) {
  writeFileSync(file, text)
  return readConfiguration(environment, { file })
}

/** What is wrong, as the command line prints it, with the file by its short name. */
function problemsOf(text: string, environment?: Environment): readonly string[] {
  try {
    read(text, environment)
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map((problem) => problemLine(problem).replaceAll(folder, "."))
  }
}

describe("what the file says", () => {
  test("is read with the defaults of what it leaves out", () => {
    const configuration = read(`${entra}listen: { port: 9000 }
backends:
  files: { command: [npx, -y, server] }
`)
    expect(configuration).toMatchObject({
      baseUrl: "http://localhost:9000",
      listen: { host: "localhost", port: 9000 },
      consent: "always",
      registration: true,
      backends: { files: { command: ["npx", "-y", "server"] } },
    })
  })

  test("may be JSON", () => {
    const json = { entra: { tenantId: "common", clientId: "1a10cfee-f60f-4261-91f2-8d23619ee0f9" } }
    const { entra: given } = read(JSON.stringify(json, null, 2), { AZURE_CLIENT_SECRET: "s" })
    expect(given).toMatchObject({ tenantId: "common", clientSecret: "s" })
  })

  test("comes before the environment, which fills in what is left out or empty", () => {
    const { operator, consent, listen } = read(`${entra}operator: Contoso\nconsent:\n`, {
      MCP_OPERATOR: "Fabrikam",
      MCP_CONSENT: "remember",
      MCP_SERVER_PORT: "9100",
    })
    expect({ operator, consent, port: listen.port }).toEqual({
      operator: "Contoso",
      consent: "remember",
      port: 9100,
    })
  })

  test("is found in the file that DOORWARD_CONFIG names", () => {
    writeFileSync(file, `${entra}operator: Contoso\n`)
    expect(readConfiguration({ DOORWARD_CONFIG: file }).operator).toBe("Contoso")
  })
})

describe("references", () => {
  test("stand for variables and for the content of files, inside texts too", () => {
    writeFileSync(join(folder, "secret"), "from-a-file\n")
    const {
      entra: given,
      store,
      listen,
      operator,
    } = read(
      `entra:
  tenantId: \${TENANT}
  clientId: 1a10cfee-f60f-4261-91f2-8d23619ee0f9
  clientSecret: \${file:${join(folder, "secret")}}
store: redis://user:\${PASSWORD}@redis:6379
listen: { port: "\${PORT}" }
operator: $\${PORT} is plain
`,
      { TENANT: "common", PASSWORD: "${TENANT} # not: [read, again]", PORT: "9200" },
    )
    expect(given).toMatchObject({ tenantId: "common", clientSecret: "from-a-file" })
    expect(store).toBe("redis://user:${TENANT} # not: [read, again]@redis:6379")
    expect(listen.port).toBe(9200)
    expect(operator).toBe("${PORT} is plain")
  })

  test.each([
    ["${NOWHERE}", "needs the environment variable NOWHERE, which is not set"],
    ["${EMPTY}", "needs the environment variable EMPTY, which is not set"],
    ["${file:/nowhere}", "needs the file /nowhere, which cannot be read (ENOENT)"],
    ["${not a name}", "has ${not a name}, which must be ${VARIABLE} or ${file:/path}"],
    ["${OPEN", "has ${ without a }; write $${ for a plain ${"],
  ])("%s is a mistake at its line", (value, message) => {
    expect(problemsOf(`${entra}operator: "x ${value}"\n`, { EMPTY: "" })).toEqual([
      `./doorward.yaml:5: operator ${message}`,
    ])
  })
})

describe("what keeps people out and is empty is a mistake, since it would let them in", () => {
  test.each([
    ["signIn: { groups: }", "signIn.groups"],
    ["signIn:", "signIn"],
    [
      "backends: { a: { url: http://127.0.0.1:1/mcp, requireScopes: } }",
      "backends.a.requireScopes",
    ],
    ["backends: { a: { url: http://127.0.0.1:1/mcp, policy: } }", "backends.a.policy"],
    [
      "backends: { a: { url: http://127.0.0.1:1/mcp, policy: { tools: { drop: } } } }",
      "backends.a.policy.tools.drop",
    ],
    [
      "backends: { a: { url: http://127.0.0.1:1/mcp, policy: { tools: { drop: { roles: } } } } }",
      "backends.a.policy.tools.drop.roles",
    ],
  ])("%s", (line, option) => {
    expect(problemsOf(`${entra}${line}\n`)).toEqual([
      `./doorward.yaml:5: ${option} is empty; write what it needs, or remove it`,
    ])
  })

  test("and so is a name that JavaScript would lose", () => {
    const line =
      "backends: { a: { url: http://127.0.0.1:1/mcp, policy: { tools: { __proto__: { roles: [x] } } } } }"
    expect(problemsOf(`${entra}${line}\n`)).toEqual([
      "./doorward.yaml:5: backends.a.policy.tools.__proto__ is not a name that can be used",
    ])
  })
})

describe("mistakes", () => {
  test("are told at once, each with its line, its setting and what to do", () => {
    const problems = problemsOf(`baseUrl: http://mcp.example.com
listen:
  prot: 1
  port: seventy
entra:
  tenantId: common
  clientId: my-app
signIn: { group: [a] }
backends:
  github:
    url: http://127.0.0.1:9001/mcp
    policy: { tools: { delete: { scope: [x] } } }
  files: {}
`)
    expect(problems).toEqual([
      expect.stringMatching(/^\.\/doorward\.yaml:1: baseUrl must be the https address/),
      "./doorward.yaml:4: listen.port must be a port number",
      "./doorward.yaml:3: listen.prot is not an option; did you mean listen.port?",
      expect.stringMatching(/^\.\/doorward\.yaml:7: entra\.clientId must be the Application/),
      "./doorward.yaml:8: signIn.group is not an option; did you mean signIn.groups?",
      "./doorward.yaml:12: backends.github.policy.tools.delete.scope is not an option; did you mean backends.github.policy.tools.delete.scopes?",
      expect.stringMatching(/^\.\/doorward\.yaml:5: entra\.clientSecret is missing; set it to/),
      "./doorward.yaml:13: backends.files must have a url, or a command that starts the server",
    ])
  })

  test("in a variable are told by the variable", () => {
    expect(problemsOf(entra, { MCP_SERVER_PORT: "http" })).toEqual([
      "MCP_SERVER_PORT must be a port number",
    ])
  })

  test.each([
    ["a: 1\na: 2\n", "./doorward.yaml:2: Map keys must be unique"],
    ["entra: [\n", /^\.\/doorward\.yaml:\d: Flow sequence/],
    ["entra: *nothing\n", /^\.\/doorward\.yaml is not YAML that can be used: .*nothing/],
    ["- a\n- b\n", "./doorward.yaml must hold settings, such as baseUrl: https://mcp.example.com"],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n`,
      /is not YAML that can be used: Excessive alias count/,
    ],
  ])("%j is refused as a whole", (text, problem) => {
    expect(problemsOf(text)).toEqual([
      typeof problem === "string" ? problem : expect.stringMatching(problem),
    ])
  })

  test("a file that is not there is named", () => {
    expect(() => readConfiguration({}, { file: "/nowhere/doorward.yaml" })).toThrow(
      "/nowhere/doorward.yaml cannot be read: ENOENT",
    )
  })

  test("print no secret", () => {
    const problems = problemsOf(`${entra}secret: { key: abcdefghijklmnop }\nstore: "\${STORE}"\n`, {
      STORE: "mysql://root:hunter2@db",
    })
    expect(problems).toHaveLength(2)
    expect(problems.join()).not.toMatch(/hunter2|abcdefghijklmnop/)
  })
})

describe("backends", () => {
  const backend = (text: string) => problemsOf(`${entra}backends:\n${text}`)

  test.each([
    [
      "  a: { url: http://127.0.0.1:1/mcp, command: [x] }\n",
      "6: backends.a.command cannot be combined with backends.a.url",
    ],
    [
      "  a: { url: http://127.0.0.1:1/mcp, cwd: /x }\n",
      "6: backends.a.cwd is only for a backend with a command; remove it",
    ],
    [
      "  a: { command: [x], headers: { k: v } }\n",
      "6: backends.a.headers is only for a backend with a url; remove it",
    ],
    [
      "  a: { command: [x], identity: { headers: true } }\n",
      "6: backends.a.identity must be true or false for a backend with a command",
    ],
    [
      "  a: { command: x }\n  b: { command: y, path: /a/mcp }\n",
      "7: backends.b.path has the path /a/mcp, as backends.a has",
    ],
    [
      "  a: { command: x, path: /token }\n",
      "6: backends.a.path has the path /token, which the server needs",
    ],
  ])("%j", (text, problem) => {
    expect(backend(text)).toEqual([`./doorward.yaml:${problem}`])
  })

  test("the command line names the only one, at /mcp, and none may be in the file then", () => {
    const source = { file, backend: { url: "http://127.0.0.1:9000/mcp" } }
    writeFileSync(file, entra)
    expect(readConfiguration({}, source).backends).toEqual({
      mcp: { url: "http://127.0.0.1:9000/mcp" },
    })
    writeFileSync(file, `${entra}backends: { a: { command: x } }\n`)
    expect(() => readConfiguration({}, source)).toThrow(
      "doorward.yaml:5: backends cannot be combined with a backend on the command line",
    )
  })

  test("DOORWARD_UPSTREAM_URL is enough for one", () => {
    const { backends } = read(entra, { DOORWARD_UPSTREAM_URL: "http://127.0.0.1:9000/mcp" })
    expect(backends).toEqual({ mcp: { url: "http://127.0.0.1:9000/mcp" } })
  })
})
