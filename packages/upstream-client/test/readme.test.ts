import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's snippet makes an authorization URL", async () => {
  const readme = readFileSync(new URL("README.md", packageFolder), "utf8")
  const snippet = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""
  const request = {
    state: "state",
    nonce: "nonce",
    codeVerifier: "v".repeat(43),
    redirectUri: "http://localhost:8000/auth/callback",
    scopes: ["tools.read"],
    hints: { prompt: "login" },
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--input-type=module-typescript",
      "--eval",
      `${snippet}\nconsole.log((await authorizationUrl(${JSON.stringify(request)})).href)`,
    ],
    { cwd: fileURLToPath(packageFolder) },
  )
  const url = new URL(stdout)
  expect(url.origin + url.pathname).toBe("https://id.example.com/authorize")
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: "mcp",
    scope: "openid tools.read",
    prompt: "login",
    domain_hint: "example.com",
    code_challenge_method: "S256",
  })
})
