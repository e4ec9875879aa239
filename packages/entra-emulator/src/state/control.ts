import { z } from "zod"
import { pick } from "../directory/consent.ts"
import type { Emulation } from "./emulation.ts"
import { graphClientId } from "../directory/graph-registration.ts"
import { isRecord } from "../keys/jwt.ts"
import {
  type AppRegistrationInput,
  appSchema,
  conditionalAccessSchema,
  faultSchema,
  type TenantInput,
  tenantSchema,
  type UserInput,
  userSchema,
} from "./options.ts"

/** The members to change; the result is validated as a whole. */
const changes = <Input>() => z.custom<Partial<Input>>(isRecord, "must be an object")

/** Everything that can be changed while the emulator runs, by its `action`. */
export const controlCommandSchema = z.discriminatedUnion("action", [
  /** Adds a fault: the endpoint refuses, breaks or hangs. */
  z.strictObject({ action: z.literal("fail"), fault: faultSchema }),
  /** Ends every fault. */
  z.strictObject({ action: z.literal("recover") }),
  /** Signs with a new key from now on; the old ones stay published unless `withdrawOld`. */
  z.strictObject({ action: z.literal("rotate-keys"), withdrawOld: z.boolean().default(false) }),
  /** Voids every session and refresh token of the user (AADSTS50173). Access tokens live on. */
  z.strictObject({ action: z.literal("revoke-sessions"), username: z.string() }),
  z.strictObject({ action: z.literal("put-user"), user: userSchema }),
  z.strictObject({
    action: z.literal("update-user"),
    username: z.string(),
    changes: changes<UserInput>(),
  }),
  z.strictObject({ action: z.literal("remove-user"), username: z.string() }),
  z.strictObject({ action: z.literal("put-app"), app: appSchema }),
  z.strictObject({
    action: z.literal("update-app"),
    clientId: z.string(),
    changes: changes<AppRegistrationInput>(),
  }),
  z.strictObject({ action: z.literal("put-tenant"), tenant: tenantSchema }),
  z.strictObject({
    action: z.literal("update-tenant"),
    id: z.string(),
    changes: changes<TenantInput>(),
  }),
  /** Consents without a page: for one user, or for the whole tenant if no username is given. */
  z.strictObject({
    action: z.literal("grant-consent"),
    clientId: z.string(),
    /** Default: the tenant of the registration. */
    tenantId: z.string().optional(),
    username: z.string().optional(),
    /** The API's client id. Default: Graph. */
    resource: z.string().default(graphClientId),
    /** Short names. */
    scopes: z.array(z.string()),
  }),
  /** Forgets every consent to the client. */
  z.strictObject({ action: z.literal("revoke-consent"), clientId: z.string() }),
  z.strictObject({
    action: z.literal("configure"),
    conditionalAccess: z.array(conditionalAccessSchema).optional(),
    resourceParameter: z.enum(["match", "refuse"]).optional(),
    /** Seconds; `null` makes it random again. */
    accessTokenLifetime: z.int().positive().nullable().optional(),
  }),
  /** Moves the emulator's clock. */
  z.strictObject({ action: z.literal("advance-clock"), seconds: z.number() }),
  /** Back to how the emulator was started. */
  z.strictObject({ action: z.literal("reset") }),
])

export type ControlCommand = z.input<typeof controlCommandSchema>
type ParsedCommand = z.output<typeof controlCommandSchema>

/** A command that names something which is not there. */
export class UnknownTargetError extends Error {
  override readonly name = "UnknownTargetError"
}

/** Carries out a command, but for `reset`, which needs a new emulation. */
export function applyCommand(
  emulation: Emulation,
  command: Exclude<ParsedCommand, { action: "reset" }>,
): void {
  const { directory } = emulation
  switch (command.action) {
    case "fail":
      emulation.faults.push(command.fault)
      return
    case "recover":
      emulation.faults.length = 0
      return
    case "rotate-keys":
      emulation.keys.rotate(command.withdrawOld)
      return
    case "revoke-sessions": {
      const { username } = found(directory.user(command.username), command.username)
      emulation.tokensValidFrom.set(username, emulation.now())
      return
    }
    case "put-user":
      directory.putUser(command.user)
      return
    case "update-user": {
      const user = found(directory.user(command.username), command.username)
      directory.removeUser(user.username)
      directory.putUser({ ...user, ...command.changes })
      return
    }
    case "remove-user":
      found(directory.removeUser(command.username) || undefined, command.username)
      return
    case "put-app":
      directory.putApp(command.app)
      return
    case "update-app": {
      const app = found(directory.app(command.clientId), command.clientId)
      directory.putApp({ ...app, ...command.changes })
      return
    }
    case "put-tenant":
      directory.putTenant(command.tenant)
      return
    case "update-tenant":
      directory.putTenant({ ...directory.tenant(command.id), ...command.changes })
      return
    case "grant-consent":
      grantConsent(emulation, command)
      return
    case "revoke-consent":
      emulation.consents.revoke(command.clientId)
      return
    case "configure":
      configure(emulation, command)
      return
    case "advance-clock":
      emulation.advanceClock(command.seconds * 1000)
      return
  }
}

function grantConsent(
  { directory, consents }: Emulation,
  command: Extract<ParsedCommand, { action: "grant-consent" }>,
): void {
  const client = found(directory.app(command.clientId), command.clientId)
  const resource = found(directory.app(command.resource), command.resource)
  const tenantId = command.tenantId ?? client.tenantId
  const { username } = command
  const user = username === undefined ? undefined : found(directory.user(username), username)
  const oid = user && found(directory.account(user, tenantId), user.username).oid
  const permissions = pick(resource, command.scopes)
  const unknown = command.scopes.find(
    (scope) => !permissions.some((permission) => permission.scope === scope),
  )
  if (unknown !== undefined) throw new UnknownTargetError(`${resource.name} has no ${unknown}`)
  consents.grant(tenantId, oid, client.clientId, permissions)
}

function configure(
  emulation: Emulation,
  command: Extract<ParsedCommand, { action: "configure" }>,
): void {
  const { conditionalAccess, resourceParameter, accessTokenLifetime } = command
  if (conditionalAccess) emulation.policies = conditionalAccess
  if (resourceParameter) emulation.resourceParameter = resourceParameter
  if (accessTokenLifetime !== undefined) {
    emulation.accessTokenLifetime = accessTokenLifetime ?? undefined
  }
}

function found<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new UnknownTargetError(`there is no ${name}`)
  return value
}
