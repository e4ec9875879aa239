import type { Check, Revision } from "../suite.ts"

/** What one run of the suite found. */
export interface Found {
  /** The revision of MCP that it was about; the authorization server's requirements have one only. */
  revision?: Revision
  checks: readonly Check[]
  /** The scenarios that must be among them. */
  required: readonly string[]
}

/** One half of Doorward as the suite sees it: each run of the suite against it. */
export type Part = () => AsyncIterable<Found>
