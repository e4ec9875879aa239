import type { EntraEmulatorOptions } from "@doorward/entra-emulator"
import type { UpstreamFailure } from "@doorward/oauth-core"

/** The AADSTS codes that the emulator can answer with. */
export type Code = NonNullable<NonNullable<EntraEmulatorOptions["faults"]>[number]["code"]>

/** What each refusal of a refresh means for the person. */
export const meanings: Record<UpstreamFailure, readonly Code[]> = {
  sign_in_required: [50173, 700082, 700084, 70008, 65001, 9002313, 54005, 501481, 50148, 50058],
  interaction_required: [50076, 50079],
  denied: [50020, 50034, 50057, 50105, 53003, 65004],
  operator: [
    7000215, 7000222, 7000218, 700025, 700027, 700213, 700016, 90002, 50011, 50194, 500011, 500112,
    650053, 70011, 28000, 28003, 90009, 90094, 901002, 9010010, 900144, 9002326, 9002327, 70003,
  ],
  unavailable: [90055, 90033, 50000],
}
