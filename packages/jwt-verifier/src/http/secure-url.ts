import { isSecureUrl } from "@doorward/boundary"

/** What is wrong with a URL that keys or tokens would travel to, to be read after its name. */
export function urlProblem(url: string | URL): string | undefined {
  if (!URL.canParse(url)) return "must be a URL"
  const parsed = new URL(url)
  if (parsed.username || parsed.password) return "must not contain credentials"
  return isSecureUrl(parsed) ? undefined : "must be https, or http on this machine"
}
