import { z } from "zod"
import type { RecordKind } from "./record-store.ts"

/** What a device asks a person to approve (RFC 8628 §3.1). */
export const deviceRequestSchema = z.object({
  clientId: z.string(),
  scopes: z.array(z.string()),
  resource: z.string(),
})
export type DeviceRequest = z.infer<typeof deviceRequestSchema>

/**
 * A device that waits for a person at another one (RFC 8628 §3.2). Handle: its device code.
 *
 * It is kept for a while after it has expired, so that the device learns why its code no longer works.
 */
const deviceAuthorizationSchema = z.object({
  request: deviceRequestSchema,
  userCode: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** How long the device must wait between two requests, in milliseconds. */
  interval: z.number(),
  /** When it last asked; in milliseconds since the epoch. */
  polledAt: z.number(),
  outcome: z.discriminatedUnion("type", [
    z.object({ type: z.literal("pending") }),
    z.object({ type: z.literal("denied") }),
    z.object({ type: z.literal("approved"), grantId: z.string() }),
    z.object({ type: z.literal("redeemed") }),
  ]),
})
export type DeviceAuthorization = z.infer<typeof deviceAuthorizationSchema>

export const deviceAuthorizations: RecordKind<DeviceAuthorization> = {
  name: "device",
  schema: deviceAuthorizationSchema,
}

/** The device code that a user code stands for. Handle: the user code. */
export const userCodes: RecordKind<string> = { name: "usercode", schema: z.string() }

/** How long a person has to enter the code and approve, in milliseconds. */
export const deviceCodeLifetime = 15 * 60 * 1000
/** How long an expired record still says that it has expired, in milliseconds. */
export const deviceCodeKept = deviceCodeLifetime + 10 * 60 * 1000
