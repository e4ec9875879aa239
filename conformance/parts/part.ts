import type { Check, Revision } from "../suite.ts"

/** What one run of the suite found. */
export interface Found {
  /** The revision of MCP that it was about; the authorization server's requirements have one only. */
  revision?: Revision
  checks: readonly Check[]
  /** The scenarios that must be among them. */
  required: readonly string[]
}

/** What of Doorward the suite is run against: yields what each run found. */
export type Part = () => AsyncIterable<Found>
