import type { ServerEvent } from "../../ports/events.ts"
import type { Records } from "../../records/record-store.ts"
import { type SecretUse, secretUseLifetime, secretUses } from "../../records/secret-use.ts"
import { digestOf } from "../../tokens/digest.ts"
import type { Settings } from "../settings.ts"

/** Remembers when the secrets of configured clients were last used. */
export interface SecretUses {
  /**
   * Notes that a client authenticated with this secret. Writes at most once an hour for each secret; a
   * write that fails is a warning, never an error.
   */
  note(clientId: string, secret: string): Promise<void>
  /** When each of a client's secrets was last used, in the order of the configuration. */
  of(clientId: string): Promise<readonly (number | undefined)[]>
}

const hour = 60 * 60 * 1000

/** Creates the memory of last uses, which every instance shares by the store. */
export function createSecretUses({
  records,
  settings,
  emit,
  now,
}: {
  records: Records
  settings: Settings
  emit: (event: ServerEvent) => void
  now: () => number
}): SecretUses {
  /** When this process last tried to write, by digest. The store is not even read before an hour is over. */
  const tried = new Map<string, number>()
  const isRecent = (time: number | undefined) => time !== undefined && now() - time < hour

  async function write(clientId: string, digest: string, live: readonly string[]): Promise<void> {
    await records.update(secretUses, clientId, (current) => {
      const known = current?.value ?? []
      if (isRecent(known.find((use) => use.digest === digest)?.at)) return undefined
      const others = known.filter((use) => use.digest !== digest && live.includes(use.digest))
      const value: SecretUse[] = [...others, { digest, at: now() }]
      return { value, expiresAt: now() + secretUseLifetime }
    })
  }

  return {
    async note(clientId, secret) {
      const live = settings.secretDigests.get(clientId)
      if (!live) return
      const digest = await digestOf(secret)
      const key = `${clientId} ${digest}`
      if (isRecent(tried.get(key))) return
      tried.set(key, now())
      try {
        await write(clientId, digest, live)
      } catch {
        emit({ type: "warning", warning: `the last use of a secret of ${clientId} was not stored` })
      }
    },
    async of(clientId) {
      const uses = (await records.get(secretUses, clientId))?.value ?? []
      const live = settings.secretDigests.get(clientId) ?? []
      return live.map((digest) => uses.find((use) => use.digest === digest)?.at)
    },
  }
}
