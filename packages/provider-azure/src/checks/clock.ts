import { type Finding, failed, passed, unknown } from "./check.ts"

/** How far apart the clocks may be before sign-ins fail, in seconds. */
const tolerance = 30

/** Whether this machine's clock agrees with Entra ID's, which sets the times in tokens. */
export function checkClock(serverTime: number | undefined, now: number): Finding {
  if (serverTime === undefined) return unknown("Entra ID did not say what time it is.")
  const seconds = Math.round((now - serverTime) / 1000)
  if (Math.abs(seconds) <= tolerance) return passed(`${Math.abs(seconds)} s apart.`)
  const direction = seconds > 0 ? "ahead" : "behind"
  return failed(`This server's clock is ${Math.abs(seconds)} s ${direction}. Set it by NTP.`)
}
