import { randomBytes } from "node:crypto"
import { onTestFinished } from "vitest"
import {
  type Backend,
  type BackendEvent,
  type ForwardToOptions,
  forwardTo,
} from "../../src/index.ts"
import { type Guarded, type GuardedOptions, guarded } from "./guarded-backend.ts"

export const secret = randomBytes(32).toString("base64url")

export interface Forwarding extends Guarded {
  backend: Backend
  events: BackendEvent[]
}

/** A guarded gateway in front of the server at `url`. */
export async function forwarding(
  url: string,
  options: Partial<ForwardToOptions> = {},
  guard: GuardedOptions = {},
): Promise<Forwarding> {
  const events: BackendEvent[] = []
  const backend = forwardTo(url, { secret, onEvent: (event) => events.push(event), ...options })
  onTestFinished(() => backend.close())
  return { ...(await guarded(backend, guard)), backend, events }
}
