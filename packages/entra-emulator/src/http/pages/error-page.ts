import { html } from "hono/html"
import type { EntraError, RequestTrace } from "../../aadsts/entra-error.ts"
import { type Html, page, stepForm } from "./layout.ts"

export interface ErrorPageInput {
  refusal: EntraError
  trace: RequestTrace
  /** Present if the sign-in can go on, with another account or back at the application. */
  next?: { action: string; transaction: string }
}

/** Shows a refusal, with the ids that an administrator needs to find it. */
export function errorPage({ refusal, trace, next }: ErrorPageInput): Html {
  const needsAdministrator = refusal.code === 90094
  return page({
    title: needsAdministrator
      ? "Need admin approval"
      : "Sorry, but we’re having trouble signing you in.",
    body: html`
      <p class="problem" role="alert">${refusal.message}</p>
      ${
        next === undefined
          ? ""
          : stepForm(
              next.action,
              next.transaction,
              html`<div class="row stack">
                <button class="main" name="decision" value="cancel">Return to the application</button>
                <button name="account" value="other">Use another account</button>
              </div>`,
            )
      }
      <dl>
        <dt>Request Id</dt><dd><code>${trace.traceId}</code></dd>
        <dt>Correlation Id</dt><dd><code>${trace.correlationId}</code></dd>
        <dt>Timestamp</dt><dd>${trace.timestamp}</dd>
      </dl>`,
  })
}
