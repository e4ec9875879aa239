import { defaultApp } from "@doorward/entra-emulator"
import { describe, expect, test } from "vitest"
import { environmentFor } from "../support/stack.ts"
import { practice, runDoctor } from "./examination.ts"

describe("what it prints", () => {
  test("one line for each check, and a summary", async () => {
    await using doctor = await practice()
    const { code, output } = await runDoctor([], {
      ...environmentFor(doctor.entra.url, 8000, "/nowhere"),
      AZURE_CLIENT_SECRET: "wrong",
    })
    const [checks = "", summary] = output.split("\n\n")
    expect(checks.split("\n").map((line) => line.slice(0, 15))).toEqual([
      "✓ configuration",
      "✓ tenant       ",
      "✓ clock        ",
      "✗ credential   ",
      "✓ token version",
      "✓ redirect URI ",
      "✓ scopes       ",
      "– consent      ",
    ])
    expect(checks).toMatch(/Secrets? ID.*\(AADSTS7000215\)/i)
    expect(summary).toBe("1 failed (✗). 1 could not be checked (–).")
    expect(code).toBe(1)
  })

  test("never contains a secret or a token", async () => {
    await using doctor = await practice()
    const environment = environmentFor(doctor.entra.url, 8000, "/nowhere")
    for (const args of [[], ["--json"]]) {
      const { output } = await runDoctor(args, environment)
      expect(output).not.toContain(defaultApp.clientSecret)
      expect(output).not.toContain("eyJ")
    }
  })

  test("an unknown option is a usage error", async () => {
    const { code, errors } = await runDoctor(["--yaml"], {})
    expect(code).toBe(2)
    expect(errors).toContain("Usage: doorward doctor [--json]")
  })
})
