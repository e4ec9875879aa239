import type { OptionFields } from "@doorward/boundary"
import { readOptions } from "@doorward/boundary"
import { z } from "zod"
import { type AppRegistrationInput, appSchema } from "../directory/app-registration.ts"
import { conditionalAccessPolicySchema } from "../directory/conditional-access.ts"
import { type TenantInput, tenantSchema } from "../directory/tenant.ts"
import { type UserInput, userSchema } from "../directory/user.ts"
import { graphClientId } from "../directory/well-known-ids.ts"
import { isRecord } from "../keys/jwt.ts"
import type {
  AdvanceClockCommand,
  ConfigureCommand,
  ControlCommand,
  FailCommand,
  GrantConsentCommand,
  PutAppCommand,
  PutTenantCommand,
  PutUserCommand,
  RecoverCommand,
  RemoveUserCommand,
  ResetCommand,
  RevokeConsentCommand,
  RevokeSessionsCommand,
  RotateKeysCommand,
  UpdateAppCommand,
  UpdateTenantCommand,
  UpdateUserCommand,
} from "./control-command.ts"
import { faultSchema } from "./faults.ts"

/** The members to replace. They are checked later, together with the record that they change. */
const changes = <Input>() => z.custom<Partial<Input>>(isRecord, "must be an object")

/** The schema of each command, by its action. */
export const commandSchemas = {
  fail: z.strictObject({
    action: z.literal("fail"),
    fault: faultSchema,
  } satisfies OptionFields<FailCommand>),
  recover: z.strictObject({
    action: z.literal("recover"),
  } satisfies OptionFields<RecoverCommand>),
  "rotate-keys": z.strictObject({
    action: z.literal("rotate-keys"),
    withdrawOld: z.boolean().default(false),
  } satisfies OptionFields<RotateKeysCommand>),
  "revoke-sessions": z.strictObject({
    action: z.literal("revoke-sessions"),
    username: z.string(),
  } satisfies OptionFields<RevokeSessionsCommand>),
  "put-user": z.strictObject({
    action: z.literal("put-user"),
    user: userSchema,
  } satisfies OptionFields<PutUserCommand>),
  "update-user": z.strictObject({
    action: z.literal("update-user"),
    username: z.string(),
    changes: changes<UserInput>(),
  } satisfies OptionFields<UpdateUserCommand>),
  "remove-user": z.strictObject({
    action: z.literal("remove-user"),
    username: z.string(),
  } satisfies OptionFields<RemoveUserCommand>),
  "put-app": z.strictObject({
    action: z.literal("put-app"),
    app: appSchema,
  } satisfies OptionFields<PutAppCommand>),
  "update-app": z.strictObject({
    action: z.literal("update-app"),
    clientId: z.string(),
    changes: changes<AppRegistrationInput>(),
  } satisfies OptionFields<UpdateAppCommand>),
  "put-tenant": z.strictObject({
    action: z.literal("put-tenant"),
    tenant: tenantSchema,
  } satisfies OptionFields<PutTenantCommand>),
  "update-tenant": z.strictObject({
    action: z.literal("update-tenant"),
    id: z.string(),
    changes: changes<TenantInput>(),
  } satisfies OptionFields<UpdateTenantCommand>),
  "grant-consent": z.strictObject({
    action: z.literal("grant-consent"),
    clientId: z.string(),
    tenantId: z.string().optional(),
    username: z.string().optional(),
    resource: z.string().default(graphClientId),
    scopes: z.array(z.string()),
  } satisfies OptionFields<GrantConsentCommand>),
  "revoke-consent": z.strictObject({
    action: z.literal("revoke-consent"),
    clientId: z.string(),
  } satisfies OptionFields<RevokeConsentCommand>),
  configure: z.strictObject({
    action: z.literal("configure"),
    conditionalAccess: z.array(conditionalAccessPolicySchema).optional(),
    resourceParameter: z.enum(["match", "refuse"]).optional(),
    accessTokenSeconds: z.int().positive().nullable().optional(),
  } satisfies OptionFields<ConfigureCommand>),
  "advance-clock": z.strictObject({
    action: z.literal("advance-clock"),
    seconds: z.number(),
  } satisfies OptionFields<AdvanceClockCommand>),
  reset: z.strictObject({
    action: z.literal("reset"),
  } satisfies OptionFields<ResetCommand>),
} satisfies Record<ControlCommand["action"], z.ZodType>

type Action = keyof typeof commandSchemas
type Parsed<Name extends Action> = z.output<(typeof commandSchemas)[Name]>

/** A checked command, with its defaults. */
export type ParsedCommand<Name extends Action = Action> = { [Key in Name]: Parsed<Key> }[Name]

const withAction = z.looseObject({ action: z.enum(Object.keys(commandSchemas) as Action[]) })

/**
 * Checks a command against the schema of its action.
 *
 * @throws {ConfigurationError} with every mistake.
 */
export function readCommand(input: unknown): ParsedCommand {
  const { action } = readOptions("control", withAction, input)
  return readOptions(commandName(action), commandSchemas[action], input)
}

/** What an error calls a command. */
export function commandName(action: Action): string {
  return `control({ action: "${action}" })`
}
