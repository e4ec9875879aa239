import { globSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { runCommand } from "./run-command.ts"
import { repository } from "./temporary-folder.ts"

/** What a reader of the first snippet is expected to have already. */
const ownServer = `import { McpServer } from "@modelcontextprotocol/server"
export const createMcpServer = () => new McpServer({ name: "mine", version: "1.0.0" })
`

test("the first snippet of every README compiles against the packages", async () => {
  // Beside a package that has every dependency that snippets import.
  const folder = await mkdtemp(join(repository, "apps/server/snippets-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  const readmes = ["README.md", ...globSync("{packages,apps}/*/README.md", { cwd: repository })]
  for (const readme of readmes) {
    const text = await readFile(join(repository, readme), "utf8")
    const snippet = /^```ts\n([\s\S]*?)^```$/m.exec(text)?.[1]
    if (snippet !== undefined) {
      await writeFile(join(folder, `${readme.replaceAll("/", "-")}.ts`), `${snippet}\nexport {}\n`)
    }
  }
  await writeFile(join(folder, "my-mcp-server.ts"), ownServer)
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.base.json",
      compilerOptions: {
        noUnusedLocals: false,
        paths: {
          doorward: ["../src/index.ts"],
          "@doorward/*": ["../../../packages/*/src/index.ts", "../../../apps/*/src/index.ts"],
          // Authors of providers have it, and the server does not.
          oauth4webapi: [
            "../../../packages/upstream-client/node_modules/oauth4webapi/build/index.d.ts",
          ],
        },
      },
      include: ["."],
    }),
  )
  const { stdout } = await runCommand("tsc", ["-p", folder], repository)
  expect(stdout).toBe("")
})
