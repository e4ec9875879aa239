import type { OAuthProxy } from "@doorward/oauth-core"
import type { MountOptions, ResourceOfProxy } from "./options.ts"

/**
 * The resource of a proxy that a guard is for: the one that is named; else the one whose URL has the
 * path of the endpoint; else the only one.
 */
export function resourceOfProxy({
  proxy: { resources },
  resource,
  path,
}: Pick<ResourceOfProxy, "proxy" | "resource"> & { path?: MountOptions["path"] | undefined }):
  | OAuthProxy["resources"][number]
  | undefined {
  if (resource !== undefined) return resources.find((each) => each.resource === resource)
  const only = resources.length === 1 ? resources[0] : undefined
  return resources.find((each) => new URL(each.resource).pathname === path) ?? only
}
