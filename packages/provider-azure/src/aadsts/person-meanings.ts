import type { UpstreamFailure } from "@doorward/oauth-core"

const signInAgain = "The sign-in at Microsoft has ended. Sign in again."
const startAgain = "This sign-in can't be completed. Start again."
const unknownAccount =
  "This account is not known in this organization. Sign in with another account."
const later = "Microsoft Entra ID is not able to answer at the moment."

/**
 * What the AADSTS codes mean that a person, an administrator of people, or time can resolve. Codes:
 * learn.microsoft.com, "Entra error codes".
 */
export const personMeanings: Readonly<
  Record<number, readonly [failure: Exclude<UpstreamFailure, "operator">, message: string]>
> = {
  // The person must sign in again.
  16000: ["sign_in_required", "Microsoft needs to know which account to use. Sign in again."],
  50058: ["sign_in_required", signInAgain],
  50089: ["sign_in_required", signInAgain],
  50132: ["sign_in_required", signInAgain],
  50133: ["sign_in_required", "The password has changed. Sign in again."],
  50144: ["sign_in_required", "The password has expired. Change it, then sign in again."],
  50148: ["sign_in_required", startAgain],
  50173: ["sign_in_required", "The sign-in was revoked. Sign in again."],
  54005: ["sign_in_required", startAgain],
  65001: ["sign_in_required", "A permission was not agreed to, or was withdrawn. Sign in again."],
  70000: ["sign_in_required", signInAgain],
  70008: ["sign_in_required", "The sign-in has expired. Sign in again."],
  70043: ["sign_in_required", "A policy limits how long a sign-in lasts. Sign in again."],
  500133: ["sign_in_required", signInAgain],
  501481: ["sign_in_required", startAgain],
  700005: ["sign_in_required", startAgain],
  700082: ["sign_in_required", "The sign-in was not used for a long time. Sign in again."],
  700084: ["sign_in_required", "The sign-in has expired. Sign in again."],
  9002313: ["sign_in_required", startAgain],

  // Another step is required; `claims`, where Entra ID sends it, says which.
  50072: ["interaction_required", "A second factor must be set up. Sign in again."],
  50074: ["interaction_required", "A second factor is required. Sign in again."],
  50076: ["interaction_required", "A second factor is required. Sign in again."],
  50079: ["interaction_required", "A second factor must be set up. Sign in again."],
  50158: ["interaction_required", "Another step is required. Sign in again."],
  53000: ["interaction_required", "A policy requires a compliant device."],
  53001: ["interaction_required", "A policy requires a device that is joined to the organization."],
  53002: ["interaction_required", "A policy requires an approved app."],
  53004: [
    "interaction_required",
    "A second factor must be set up, which is not possible during this sign-in.",
  ],

  // The person may not sign in, or declined.
  50020: ["denied", unknownAccount],
  50034: ["denied", "This account does not exist. Sign in with another account."],
  50053: ["denied", "This account is locked."],
  50057: ["denied", "This account is disabled."],
  50105: [
    "denied",
    "This account is not assigned to the application. An administrator can assign it under Enterprise applications > Users and groups.",
  ],
  50177: ["denied", unknownAccount],
  51004: ["denied", unknownAccount],
  53003: ["denied", "A Conditional Access policy blocks this sign-in."],
  65004: ["denied", "The permissions were declined."],

  // Trying again later may help.
  90033: ["unavailable", later],
  90055: ["unavailable", later],
  90090: ["unavailable", later],
}
