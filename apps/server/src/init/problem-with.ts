import { ConfigurationError } from "@doorward/boundary"
import { isTree, type SettingsTree } from "../configuration/environment-settings.ts"
import { checkSettings } from "../configuration/read-configuration.ts"
import { settingNames } from "../configuration/setting-names.ts"
import { createIdentityProvider } from "../identity-provider.ts"

/** Stands for what has not been asked yet. */
const standIn = "00000000-0000-0000-0000-000000000000"
const credentials = ["clientSecret", "certificate", "federatedTokenFile", "managedIdentity"]

/**
 * What the server would find wrong with a setting when it starts, worded to follow the setting's name.
 *
 * @param path the path of the setting.
 * @param tree the settings that are known, with this one.
 */
export function problemWith(path: string, tree: SettingsTree): string | undefined {
  const names = settingNames(new Set(), undefined)
  try {
    const settings = checkSettings({ tree: completed(tree), names, problems: [] })
    createIdentityProvider(settings, Date.now)
    return undefined
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.find(({ option }) => option === names.placeOf(path))?.message
  }
}

function completed({ entra, ...others }: SettingsTree): SettingsTree {
  const known = isTree(entra) ? entra : {}
  const hasCredential = credentials.some((name) => name in known)
  return {
    secret: "0".repeat(64),
    ...others,
    entra: {
      tenantId: standIn,
      clientId: standIn,
      ...(!hasCredential && { clientSecret: "-" }),
      ...known,
    },
  }
}
