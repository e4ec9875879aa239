import { join } from "node:path"
import { type Configuration, readConfiguration } from "doorward"
import { temporaryFolder } from "./temporary-folder.ts"

/**
 * Reads a `doorward.yaml` as the server does, with a folder in place of `/run/secrets`. Every file that it
 * names there exists.
 */
export async function readWithSecrets(
  text: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Configuration> {
  const named = [...text.matchAll(/\$\{file:\/run\/secrets\/([\w/-]+)\}/g)]
  const secrets = named.map(([, name = ""]) => [name, contentOf(name)] as const)
  await using folder = await temporaryFolder(Object.fromEntries(secrets))
  await using file = await temporaryFolder({
    "doorward.yaml": text.replaceAll("/run/secrets", folder.path),
  })
  return readConfiguration(environment, { file: join(file.path, "doorward.yaml") })
}

/** A secret that the server takes: 32 bytes in hex. */
export const anySecret = "5e".repeat(32)

function contentOf(name: string): string {
  if (name.endsWith("store-url")) return "redis://redis"
  return /doorward.secret$/.test(name) ? anySecret : `the ${name}`
}
