/** One line of the doctor's report. */
export interface Check {
  /** What was checked. */
  name: string
  /** `unknown` means that it could not be seen, which is not a fault. */
  outcome: "passed" | "failed" | "unknown"
  /** What was found; after a failure, how to fix it. */
  detail: string
  /** The stable reason if Entra ID refused, such as `AADSTS7000215`. */
  reason?: string
}
