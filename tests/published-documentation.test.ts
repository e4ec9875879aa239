import { basename, join } from "node:path"
import type { Expression } from "typescript/unstable/ast"
import {
  type Checker,
  SymbolFlags,
  TypeFlags,
  type Symbol as TypeScriptSymbol,
} from "typescript/unstable/sync"
import { beforeAll, describe, expect, test } from "vitest"
import { publishedPackages } from "../scripts/packing/pack.ts"
import { type Entry, entriesOf, inScratchProject, resolved } from "./published-types.ts"
import { runCommand } from "./run-command.ts"
import { repository } from "./temporary-folder.ts"

const folders = await publishedPackages(repository)
const entries = folders.flatMap(entriesOf)

beforeAll(async () => {
  const turbo = join(repository, "node_modules/.bin/turbo")
  const { code, stdout, stderr } = await runCommand(turbo, ["run", "build"], repository)
  expect(code, stdout + stderr).toBe(0)
}, 300_000)

const hasMembers =
  SymbolFlags.Interface | SymbolFlags.Class | SymbolFlags.TypeAlias | SymbolFlags.TypeLiteral

/** What an entry exports without a word about it: names, and members of interfaces, types and classes. */
function undocumented({ name }: Entry, checker: Checker, file: string, source: string): string[] {
  const module = checker.getSymbolAtPosition(file, source.indexOf(`"${name}"`) + 1)
  if (!module) throw new Error(`${name} is not found`)
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = resolved(exported, checker)
    const found = isDocumented(symbol, checker) ? [] : [exported.name]
    if ((symbol.flags & hasMembers) === 0) return found
    const type = checker.getDeclaredTypeOfSymbol(symbol)
    // What the members of a union have in common is documented where each of them is declared.
    if (type.flags & TypeFlags.Union) return found
    const members = checker.getPropertiesOfType(type)
    const silent = members.filter((member) => isOurs(member) && !isDocumented(member, checker))
    return [...found, ...silent.map((member) => `${exported.name}.${member.name}`)]
  })
}

const isDocumented = (symbol: TypeScriptSymbol, checker: Checker) =>
  checker.getDocumentationCommentOfSymbol(symbol) !== ""

/** Whether a member is declared by one of the packages, and not by a library that they build on. */
function isOurs({ declarations, name }: TypeScriptSymbol): boolean {
  const ours = declarations.some(({ path }) =>
    folders.some((folder) => path.toLowerCase().startsWith(`${folder}/dist/`.toLowerCase())),
  )
  // Each error class repeats the `name` of `Error`.
  return ours && name !== "name"
}

test.each(folders.map((folder) => basename(folder)))(
  "everything that %s exports says what it is",
  async (name) => {
    const own = entries.filter((entry) => entry.folder === name)
    const source = own
      .map((entry, index) => `export * as e${index} from "${entry.name}"\n`)
      .join("")
    const silent = await inScratchProject(entries, source, ({ checker, file }) =>
      own.flatMap((entry) => undocumented(entry, checker, file, source)),
    )
    expect(silent).toEqual([])
  },
)

describe("hovering an option in a program shows its text", () => {
  const program = `
import { jwtVerifier } from "@doorward/jwt-verifier"
import { protectMcp } from "@doorward/mcp-server"
import { oauthProxy } from "@doorward/oauth-core"
import { azureProvider } from "@doorward/provider-azure"

azureProvider({ tenantId: "", clientId: "", scopes: [] })
oauthProxy({ baseUrl: "", registration: false, lifetimes: { accessToken: 60 } })
protectMcp(app, { path: "/mcp", requireScopes: [] })
jwtVerifier({ issuer: "", audience: "", typ: "JWT" })
`

  test.each([
    ["azureProvider", "tenantId", /domain/],
    ["azureProvider", "scopes", /MCP clients/],
    ["oauthProxy", "baseUrl", /issuer/],
    ["oauthProxy", "registration", /RFC 7591/],
    ["oauthProxy", "accessToken", /one hour/],
    ["protectMcp", "requireScopes", /must have/],
    ["jwtVerifier", "audience", /aud/],
    ["jwtVerifier", "typ", /at\+jwt/],
  ])("%s: %s", async (call, option, text) => {
    const position = program.indexOf(`${option}:`, program.indexOf(`\n${call}(`))
    const shown = await inScratchProject(entries, program, ({ checker, file }) => {
      const symbol = checker.getSymbolAtPosition(file, position)
      if (!symbol) return ""
      const literal = symbol.valueDeclaration?.resolve()?.parent
      const contextual = literal && checker.getContextualType(literal as Expression)
      const options = contextual && checker.getNonNullableType(contextual)
      const member = options && checker.getPropertyOfType(options, option)
      return member ? checker.getDocumentationCommentOfSymbol(member) : ""
    })
    expect(shown).toMatch(text)
  })
})
