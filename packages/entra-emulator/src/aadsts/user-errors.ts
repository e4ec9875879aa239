import type { AadstsRow } from "./row.ts"

const mfaReason =
  "Due to a configuration change made by your administrator, or because you moved to a new location, you must"

/** Refusals because of the user, missing consent or Conditional Access. */
export const userErrors = {
  50020: {
    error: "invalid_grant",
    redirectedError: "access_denied",
    status: 400,
    text: "User account '{{EUII Hidden}}' from identity provider '{identityProvider}' does not exist in tenant '{tenant}' and cannot access the application '{app}'({name}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  },
  50034: {
    error: "invalid_grant",
    redirectedError: "access_denied",
    status: 400,
    text: "The user account {{EUII Hidden}} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.",
  },
  50057: {
    error: "invalid_grant",
    status: 400,
    text: "The user account is disabled.",
  },
  50058: {
    error: "login_required",
    status: 400,
    text: "A silent sign-in request was sent but no user is signed in.",
  },
  50105: {
    error: "invalid_grant",
    redirectedError: "access_denied",
    status: 400,
    text: "Your administrator has configured the application {name} ('{app}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{{EUII Hidden}}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.",
  },
  65001: {
    error: "invalid_grant",
    redirectedError: "interaction_required",
    status: 400,
    suberror: "consent_required",
    text: "The user or administrator has not consented to use the application with ID '{app}' named '{name}'. Send an interactive authorization request for this user and resource.",
    noUri: true,
  },
  65004: {
    error: "access_denied",
    status: 400,
    text: "User declined to consent to access the app.",
  },
  90094: {
    error: "access_denied",
    status: 400,
    text: "An administrator of {tenant} has set a policy that prevents you from granting {name} the permissions it is requesting. Contact an administrator of {tenant}, who can grant permissions to this application on your behalf.",
  },
  50076: {
    error: "interaction_required",
    status: 400,
    suberror: "basic_action",
    text: `${mfaReason} use multi-factor authentication to access '{resource}'.`,
  },
  50079: {
    error: "interaction_required",
    status: 400,
    suberror: "basic_action",
    text: `${mfaReason} enroll in multi-factor authentication to access '{resource}'.`,
  },
  53003: {
    error: "invalid_grant",
    redirectedError: "access_denied",
    status: 400,
    suberror: "message_only",
    text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
  },
} as const satisfies Record<number, AadstsRow>
