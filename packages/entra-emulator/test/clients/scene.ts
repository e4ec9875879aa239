import { Visitor } from "../visitor.ts"

/** What a test gives its client program. */
export interface Scene {
  origin: string
  tenantId: string
  clientId: string
  clientSecret: string
  publicClientId: string
  redirectUri: string
  certificatePath: string
  privateKey: string
  thumbprintSha256: string
  federatedTokenFile: string
}

export const scene: Scene = JSON.parse(process.argv[2] ?? "{}")

export const apiScope = `api://${scene.clientId}/access_as_user`

/** Signs Bob in at `url`. @returns where the emulator sends him. */
export async function signIn(url: string): Promise<URL> {
  const page = new Visitor(scene.origin)
  await page.open(url)
  await page.type("username", "bob@contoso.example")
  if (!page.location) await page.press("decision", "accept")
  if (!page.location) throw new Error(page.page.text)
  return page.location
}

/** Enters a device's code as Bob. */
export async function approveDevice(verificationUri: string, userCode: string): Promise<void> {
  const page = new Visitor(scene.origin)
  await page.open(verificationUri)
  await page.type("otc", userCode)
  await page.type("username", "bob@contoso.example")
  if (page.page.title === "Permissions requested") await page.press("decision", "accept")
}

/** The claims that tell tokens apart. */
export function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"))
}

/** The program's result, which its test reads. */
export function report(result: unknown): void {
  process.stdout.write(JSON.stringify(result))
}
