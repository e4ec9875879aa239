import { readOptions } from "@doorward/boundary"
import type { z } from "zod"
import { appSchema } from "../directory/app-registration.ts"
import { pick } from "../directory/consent.ts"
import { tenantSchema } from "../directory/tenant.ts"
import { userSchema } from "../directory/user.ts"
import type { Emulation } from "./emulation.ts"
import { commandName, type ParsedCommand } from "./read-command.ts"

/** A command names a user, application, tenant or scope that does not exist. */
export class UnknownTargetError extends Error {
  override readonly name = "UnknownTargetError"
}

/**
 * Carries out a command. `reset` needs a new emulation, so it is not done here.
 *
 * @throws {ConfigurationError} if what is changed would not be well formed.
 * @throws {UnknownTargetError} if the command names something that does not exist.
 */
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
      const changed = changedRecord(command, userSchema, user)
      directory.removeUser(user.username)
      directory.putUser(changed)
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
      directory.putApp(changedRecord(command, appSchema, app))
      return
    }
    case "put-tenant":
      directory.putTenant(command.tenant)
      return
    case "update-tenant":
      directory.putTenant(changedRecord(command, tenantSchema, directory.tenant(command.id)))
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

/** The record with the command's changes, checked as a whole. */
function changedRecord<Schema extends z.ZodType<object>>(
  { action, changes }: ParsedCommand<"update-user" | "update-app" | "update-tenant">,
  schema: Schema,
  record: z.output<Schema>,
): z.output<Schema> {
  const optionName = (option: string) => `changes.${option}`
  return readOptions(commandName(action), schema, { ...record, ...changes }, { optionName })
}

function grantConsent(
  { directory, consents }: Emulation,
  command: ParsedCommand<"grant-consent">,
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
  if (unknown !== undefined)
    throw new UnknownTargetError(`${resource.name} has no scope ${unknown}`)
  consents.grant(tenantId, oid, client.clientId, permissions)
}

function configure(emulation: Emulation, command: ParsedCommand<"configure">): void {
  const { conditionalAccess, resourceParameter, accessTokenSeconds } = command
  if (conditionalAccess) emulation.policies = conditionalAccess
  if (resourceParameter) emulation.resourceParameter = resourceParameter
  if (accessTokenSeconds !== undefined) {
    emulation.accessTokenSeconds = accessTokenSeconds ?? undefined
  }
}

function found<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new UnknownTargetError(`there is no ${name}`)
  return value
}
