import type { AppRegistrationInput } from "../directory/app-registration.ts"
import type { ConditionalAccessPolicyInput } from "../directory/conditional-access.ts"
import type { ResourceParameterRule } from "../directory/resource-parameter.ts"
import type { TenantInput } from "../directory/tenant.ts"
import type { UserInput } from "../directory/user.ts"
import type { FaultInput } from "./faults.ts"

/** A change that can be made while the emulator runs, by its `action`. */
export type ControlCommand =
  | FailCommand
  | RecoverCommand
  | RotateKeysCommand
  | RevokeSessionsCommand
  | PutUserCommand
  | UpdateUserCommand
  | RemoveUserCommand
  | PutAppCommand
  | UpdateAppCommand
  | PutTenantCommand
  | UpdateTenantCommand
  | GrantConsentCommand
  | RevokeConsentCommand
  | ConfigureCommand
  | AdvanceClockCommand
  | ResetCommand

interface Command<Action extends string> {
  /** What to do. */
  action: Action
}

/** Makes requests to an endpoint fail. */
export interface FailCommand extends Command<"fail"> {
  /** Which requests, and how they fail. */
  fault: FaultInput
}

/** Removes every fault. */
export type RecoverCommand = Command<"recover">

/** Signs with a new key from now on. */
export interface RotateKeysCommand extends Command<"rotate-keys"> {
  /**
   * Whether the old keys are no longer published, so that tokens they signed no longer verify. Default:
   * false.
   */
  withdrawOld?: boolean | undefined
}

/** Revokes every session and refresh token of a user (AADSTS50173). Access tokens stay valid. */
export interface RevokeSessionsCommand extends Command<"revoke-sessions"> {
  /** The user's username. */
  username: string
}

/** Adds a user, or replaces the one with the same username. */
export interface PutUserCommand extends Command<"put-user"> {
  /** The user. */
  user: UserInput
}

/** Changes a user. */
export interface UpdateUserCommand extends Command<"update-user"> {
  /** The user's username. */
  username: string
  /** The members to replace. */
  changes: Partial<UserInput>
}

/** Removes a user. */
export interface RemoveUserCommand extends Command<"remove-user"> {
  /** The user's username. */
  username: string
}

/** Adds an application registration, or replaces the one with the same client id. */
export interface PutAppCommand extends Command<"put-app"> {
  /** The application registration. */
  app: AppRegistrationInput
}

/** Changes an application registration. */
export interface UpdateAppCommand extends Command<"update-app"> {
  /** The application's client id. */
  clientId: string
  /** The members to replace. */
  changes: Partial<AppRegistrationInput>
}

/** Adds a tenant, or replaces the one with the same id. */
export interface PutTenantCommand extends Command<"put-tenant"> {
  /** The tenant. */
  tenant: TenantInput
}

/** Changes a tenant. */
export interface UpdateTenantCommand extends Command<"update-tenant"> {
  /** The tenant's id. */
  id: string
  /** The members to replace. */
  changes: Partial<TenantInput>
}

/** Consents to scopes without a permission page. */
export interface GrantConsentCommand extends Command<"grant-consent"> {
  /** The client id of the application that gets the permissions. */
  clientId: string
  /** The tenant in which the consent is given. Default: the tenant of the registration. */
  tenantId?: string | undefined
  /** The user who consents. Default: an administrator consents for the whole tenant. */
  username?: string | undefined
  /** The client id of the API. Default: Microsoft Graph's. */
  resource?: string | undefined
  /** The short names of the scopes, such as `User.Read`. */
  scopes: readonly string[]
}

/** Withdraws every consent that an application was given. */
export interface RevokeConsentCommand extends Command<"revoke-consent"> {
  /** The application's client id. */
  clientId: string
}

/** Changes options. Those that are left out stay as they are. */
export interface ConfigureCommand extends Command<"configure"> {
  /** The Conditional Access policies, in place of the former ones. */
  conditionalAccess?: readonly ConditionalAccessPolicyInput[] | undefined
  /** What the v2.0 endpoints do with `resource`. */
  resourceParameter?: ResourceParameterRule | undefined
  /** The lifetime of access tokens, in seconds; `null` makes it random again. */
  accessTokenSeconds?: number | null | undefined
}

/** Moves the emulator's clock. */
export interface AdvanceClockCommand extends Command<"advance-clock"> {
  /** How far, in seconds. */
  seconds: number
}

/** Puts the emulator back to how it was started. */
export type ResetCommand = Command<"reset">
