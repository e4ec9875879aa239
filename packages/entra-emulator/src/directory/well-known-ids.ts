/** The tenant of every personal Microsoft account. It always exists. */
export const consumersTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad"

/** Microsoft Graph's client id, the same in every tenant and cloud. */
export const graphClientId = "00000003-0000-0000-c000-000000000000"
