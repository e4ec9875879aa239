import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const packageFolder = new URL("..", import.meta.url)

it("the README's first snippet runs", async () => {
  const readme = readFileSync(new URL("README.md", packageFolder), "utf8")
  const snippet = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""
  expect(snippet).toContain("oidcProvider(")
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module-typescript", "--eval", `${snippet}\nconsole.log(proxy.issuer)`],
    { cwd: fileURLToPath(packageFolder) },
  )
  expect(stdout).toBe("http://localhost:8000\n")
})
