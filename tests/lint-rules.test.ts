import { cp } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runCommand } from "./run-command.ts"
import { repository, temporaryFolder } from "./temporary-folder.ts"

const core = "packages/oauth-core/src"

/** Each file breaks the rule named first, and, where the message is given, for the reason it states. */
const guilty: readonly (readonly [rule: string, file: string, source: string, message?: string])[] =
  [
    // Layers of oauth-core.
    restricted(`${core}/ports/store.ts`, "../records/grant.ts", "ports/ is the ground"),
    restricted(`${core}/ports/errors.ts`, "../protocol/scope.ts", "ports/ is the ground"),
    restricted(`${core}/ports/consent-page.ts`, "hono/html", "ports/ is the ground"),
    restricted(`${core}/protocol/scope.ts`, "../flow/authorize/issue-code.ts", "protocol/ is pure"),
    restricted(`${core}/protocol/resource.ts`, "../http/cookies.ts", "protocol/ is pure"),
    restricted(`${core}/protocol/pkce.ts`, "../tokens/seal.ts", "protocol/ is pure"),
    restricted(`${core}/protocol/redirect-uri.ts`, "../records/client.ts", "protocol/ is pure"),
    restricted(`${core}/protocol/token-response.ts`, "hono", "protocol/ is pure"),
    restricted(`${core}/protocol/server-metadata.ts`, "jose", "protocol/ is pure"),
    restricted(`${core}/tokens/seal.ts`, "hono/utils/crypto", "Only http/"),
    restricted(`${core}/tokens/digest.ts`, "../records/grant.ts", "tokens/ seals and makes"),
    restricted(`${core}/tokens/crypto.ts`, "../http/routes.ts", "http/ is the outermost"),
    restricted(`${core}/records/grant.ts`, "../flow/grants/list.ts", "Records, tokens and ports"),
    restricted(`${core}/records/client.ts`, "hono", "Only http/"),
    restricted(
      `${core}/records/user.ts`,
      "../access-tokens/signing-keys.ts",
      "records/ does not know",
    ),
    restricted(
      `${core}/access-tokens/signing-keys.ts`,
      "../flow/deps.ts",
      "Records, tokens and ports",
    ),
    restricted(`${core}/options.ts`, "./flow/settings.ts", "Records, tokens and ports"),
    restricted(`${core}/read-settings.ts`, "./http/context.ts", "http/ is the outermost"),
    restricted(`${core}/flow/deps.ts`, "../read-settings.ts", "Options are read once"),
    restricted(`${core}/flow/authorize/issue-code.ts`, "hono", "Only http/"),
    restricted(`${core}/flow/tokens/refresh.ts`, "hono/cookie", "Only http/"),
    restricted(`${core}/flow/tokens/revoke.ts`, "../../http/routes.ts", "http/ is the outermost"),
    restricted(`${core}/flow/tokens/exchange.ts`, "../../oauth-proxy.ts", "Nothing imports"),
    restricted(`${core}/flow/authorize/start.ts`, "../../index.ts", "An entry point is for"),
    restricted(`${core}/flow/clients/resolve.ts`, "../grants/list.ts", "A wing of flow/"),
    restricted(`${core}/flow/grants/list.ts`, "../upstream/refresh.ts", "A wing of flow/"),
    restricted(`${core}/flow/upstream/refresh.ts`, "../authorize/start.ts", "A wing of flow/"),
    restricted(`${core}/flow/authorize/consent-needed.ts`, "../tokens/issue.ts", "A wing of flow/"),
    restricted(`${core}/flow/tokens/issue.ts`, "../authorize/issue-code.ts", "A wing of flow/"),
    restricted(`${core}/http/routes.ts`, "../oauth-proxy.ts", "Nothing imports"),
    restricted(`${core}/http/cookies.ts`, "../testing/index.ts", "An entry point is for"),
    restricted(`${core}/http/limits.ts`, "../testing/store-conformance.ts", "The server does not"),
    restricted(`${core}/http/programs/app.ts`, "../browsers/app.ts", "Programs and browsers are"),
    restricted(`${core}/http/programs/refuse.ts`, "../pages/page.ts", "Programs and browsers are"),
    restricted(`${core}/http/browsers/app.ts`, "../programs/app.ts", "Programs and browsers are"),
    restricted(`${core}/http/pages/page.ts`, "../browsers/refuse.ts", "A page knows nothing"),
    restricted(`${core}/oauth-proxy.ts`, "./testing/store-conformance.ts", "The server does not"),
    restricted(`${core}/index.ts`, "hono", "Only http/"),
    restricted(`${core}/testing/store-conformance.ts`, "hono", "Only http/"),
    // Packages that know nothing of the HTTP framework, and the optional peer.
    restricted("packages/jwt-verifier/src/a.ts", "hono", "knows nothing of the HTTP framework"),
    restricted("packages/provider-azure/src/a.ts", "hono", "knows nothing of the HTTP framework"),
    restricted("packages/provider-oidc/src/a.ts", "hono/html", "knows nothing of the HTTP"),
    restricted("packages/upstream-client/src/a.ts", "hono", "knows nothing of the HTTP framework"),
    restricted("packages/provider-azure/src/b.ts", "@doorward/provider-oidc", "import each other"),
    restricted("packages/store-sqlite/src/a.ts", "@hono/node-server", "knows nothing of the HTTP"),
    restricted("packages/mcp-server/src/a.ts", "@modelcontextprotocol/sdk/types.js", "1.x SDK"),
    restricted("packages/mcp-server/src/b.ts", "hono", "knows nothing of the HTTP framework"),
    restricted("packages/mcp-server/src/sdk1/a.ts", "hono", "knows nothing of the HTTP framework"),
    // Layers of mcp-gateway.
    restricted("packages/mcp-gateway/src/http/a.ts", "hono", "knows nothing of the HTTP framework"),
    restricted("packages/mcp-gateway/src/protocol/a.ts", "../http/b.ts", "every kind of backend"),
    restricted("packages/mcp-gateway/src/identity/a.ts", "undici", "they send nothing"),
    // Web-standard APIs only.
    ["correctness/noNodejsModules", `${core}/tokens/node.ts`, `import "node:crypto"`],
    ["correctness/noNodejsModules", `${core}/http/node.ts`, `import "fs"`],
    ["correctness/noNodejsModules", "packages/boundary/src/node.ts", `import "node:url"`],
    ["correctness/noNodejsModules", "packages/jwt-verifier/src/node.ts", `import "node:util"`],
    ["correctness/noNodejsModules", "packages/provider-azure/src/node.ts", `import "node:fs"`],
    ["correctness/noNodejsModules", "packages/upstream-client/src/node.ts", `import "node:tls"`],
    ["correctness/noNodejsModules", "packages/mcp-server/src/node.ts", `import "node:http"`],
    ["style/noRestrictedGlobals", `${core}/tokens/global.ts`, `export const a = Buffer.alloc(1)`],
    // Cycles: of values, and of types alone.
    ["suspicious/noImportCycles", `${core}/records/egg.ts`, cycle("hen")],
    ["suspicious/noImportCycles", `${core}/records/hen.ts`, cycle("egg")],
    ["suspicious/noImportCycles", `${core}/records/ping.ts`, typeCycle("pong")],
    ["suspicious/noImportCycles", `${core}/records/pong.ts`, typeCycle("ping")],
    // Conventions.
    ["style/noProcessEnv", "packages/store-redis/src/a.ts", "export const a = process.env.HOME"],
    ["suspicious/noExplicitAny", "apps/server/src/a.ts", "export type A = any"],
    ["suspicious/noConsole", "apps/server/src/b.ts", `console.log("hello")`],
    ["style/noNonNullAssertion", "apps/server/src/c.ts", "export const a = [1].at(0)!"],
    ["style/noDefaultExport", "apps/server/src/d.ts", "export default 1"],
    ["performance/noReExportAll", "apps/server/src/e.ts", `export * from "./b.ts"`],
    ["correctness/useImportExtensions", "apps/server/src/f.ts", `import "./b"`],
    ["correctness/noUndeclaredDependencies", "apps/server/src/g.ts", `import "undeclared"`],
    ["style/useFilenamingConvention", "apps/server/src/camelCase.ts", "export const a = 1"],
    ["style/noExcessiveLinesPerFile", "apps/server/src/h.ts", "export {}\n".repeat(281)],
    [
      "nursery/noFloatingPromises",
      "apps/server/src/i.ts",
      "async function later() {}\nexport function now() {\n  later()\n}",
    ],
    [
      "nursery/useExhaustiveSwitchCases",
      "apps/server/src/j.ts",
      `export function f(x: "a" | "b") {\n  switch (x) {\n    case "a":\n      return 1\n  }\n}`,
    ],
  ]

/** What each layer may do; a rule that fired here would be too strict to keep. */
const innocent: Readonly<Record<string, string>> = {
  [`${core}/ports/identity-provider.ts`]: `import "./errors.ts"\nimport "@doorward/jwt-verifier"`,
  [`${core}/protocol/scope.ts`]: `import "zod"\nimport "ipaddr.js"\nimport "./pkce.ts"\nimport "../ports/errors.ts"`,
  [`${core}/protocol/pkce.ts`]: `import "../tokens/digest.ts"`,
  [`${core}/flow/authorize/issue-code.ts`]: `import "../../protocol/scope.ts"\nimport "../../records/grant.ts"\nimport "../../tokens/seal.ts"\nimport "../grants/end-grants.ts"\nimport "../upstream/failure.ts"`,
  [`${core}/http/routes.ts`]: `import "hono"\nimport "hono/html"\nimport "./programs/app.ts"\nimport "./browsers/app.ts"`,
  [`${core}/http/browsers/app.ts`]: `import "../pages/page.ts"\nimport "../context.ts"\nimport "../../flow/authorize/start.ts"`,
  [`${core}/oauth-proxy.ts`]: `import "hono"\nimport "./http/routes.ts"\nimport "./read-settings.ts"\nimport "./flow/tokens/check.ts"`,
  [`${core}/read-settings.ts`]: `import "./options-schema.ts"\nimport "./flow/settings.ts"`,
  [`${core}/index.ts`]: `import "./oauth-proxy.ts"`,
  [`${core}/node/resolve.ts`]: `import "node:dns"`,
  [`${core}/tokens/platform.ts`]: `export const crypto = globalThis.process?.getBuiltinModule?.("node:crypto")`,
  "packages/mcp-server/src/sdk1.ts": `import "@modelcontextprotocol/sdk/types.js"`,
  "packages/store-redis/src/index.ts": `import "node:net"`,
  "packages/entra-emulator/src/main.ts": `console.log(process.env.HOME)`,
  "packages/oauth-core/test/a.test.ts": `import "vitest"\n\nexport const a = [1].at(0)!`,
}

const dependencies = [
  "@doorward/jwt-verifier",
  "hono",
  "@hono/node-server",
  "jose",
  "zod",
  "ipaddr.js",
]
const manifest = JSON.stringify({
  type: "module",
  dependencies: Object.fromEntries(
    [...dependencies, "@modelcontextprotocol/sdk"].map((name) => [name, "*"]),
  ),
})

describe("the lint rules", () => {
  test("each fires by its name on a fixture that breaks it", async () => {
    const sources = Object.fromEntries(guilty.map(([, file, source]) => [file, source]))
    const { code, diagnostics } = await lint(sources)

    expect(code).toBe(1)
    for (const [rule, file, , message = ""] of guilty) {
      expect(diagnostics.filter((one) => one.file === file)).toContainEqual({
        rule: `lint/${rule}`,
        file,
        message: expect.stringContaining(message),
      })
    }
  })

  test("none fires on what the layers allow", async () => {
    expect(await lint(innocent)).toEqual({ code: 0, diagnostics: [] })
  })
})

function restricted(file: string, imported: string, message: string) {
  return ["style/noRestrictedImports", file, `import "${imported}"`, message] as const
}

function cycle(other: string): string {
  return `import { it as other } from "./${other}.ts"\n\nexport const it = () => other`
}

function typeCycle(other: string): string {
  return `import type { It as Other } from "./${other}.ts"\n\nexport type It = { other?: Other }`
}

/**
 * Lints the sources in a folder of their own that has the repository's configuration: linted from
 * outside their project, overrides and import cycles pass silently.
 */
async function lint(sources: Readonly<Record<string, string>>) {
  const folders = new Set(Object.keys(sources).map((file) => file.split("/").slice(0, 2).join("/")))
  const manifests = [...folders].map((folder) => [`${folder}/package.json`, manifest])
  await using folder = await temporaryFolder({ ...Object.fromEntries(manifests), ...sources })
  for (const file of ["biome.json", ".gitignore"]) {
    await cp(join(repository, file), join(folder.path, file))
  }
  const { code, stdout } = await runCommand(
    join(repository, "node_modules/.bin/biome"),
    ["lint", "--reporter=gitlab", "--max-diagnostics=none"],
    folder.path,
  )
  const report: { check_name: string; description: string; location: { path: string } }[] =
    JSON.parse(stdout)
  const diagnostics = report.map((one) => ({
    rule: one.check_name,
    file: one.location.path,
    message: one.description,
  }))
  return { code, diagnostics }
}
