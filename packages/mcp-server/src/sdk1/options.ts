import { functionOption, type OptionFields } from "@doorward/boundary"
import { z } from "zod"
import type { Refusal } from "../refusals.ts"

/** What `sdk1Sessions` takes: how many sessions it keeps, and for how long. */
export interface Sdk1SessionOptions {
  /** Sessions in memory at once. Beyond it, the one that has been quiet for longest ends. Default: 1000. */
  maxSessions?: number | undefined
  /** Sessions of one user with one client. Beyond it, their oldest one ends. Default: 20. */
  maxSessionsPerCaller?: number | undefined
  /** Minutes without a request and without an open stream after which a session ends. Default: 30. */
  idleMinutes?: number | undefined
  /** Called with every request that is refused because of its session. Default: nothing is called. */
  onRefusal?: ((refusal: Refusal) => void) | undefined
}

const shape = {
  maxSessions: z.int().min(1).default(1000),
  maxSessionsPerCaller: z.int().min(1).default(20),
  idleMinutes: z.number().positive().default(30),
  onRefusal: functionOption<(refusal: Refusal) => void>().optional(),
} satisfies OptionFields<Sdk1SessionOptions>

export const sdk1SessionOptions = z.strictObject(shape)
