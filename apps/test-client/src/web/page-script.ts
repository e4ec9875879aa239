/** What the page does: starts a run, and shows its events as they come. */
export const pageScript = `const form = document.getElementById("run")
const list = document.getElementById("steps")
const verdict = document.getElementById("verdict")
const marks = { passed: "passed", failed: "failed", skipped: "skipped" }

function make(name, text, className) {
  const element = document.createElement(name)
  if (text !== undefined) element.textContent = text
  if (className) element.className = className
  return element
}

function add(parent, ...rest) {
  const element = make(...rest)
  parent.append(element)
  return element
}

function lines({ request, response, error, milliseconds }) {
  const head = Object.entries(request.headers).map(([name, value]) => name + ": " + value)
  const sent = [request.method + " " + request.url, ...head, request.body]
  const back = response
    ? [response.status + " (" + milliseconds + " ms)", ...Object.entries(response.headers).map(([name, value]) => name + ": " + value), response.body]
    : [error]
  return ["→ " + sent.filter(Boolean).join("\\n  "), "← " + back.filter(Boolean).join("\\n  ")].join("\\n\\n")
}

function heading(item, { number, title }, right) {
  const line = add(item, "h2", number + ". " + title)
  add(line, "small", right)
}

const handlers = {
  "step-started"(event) {
    const item = add(list, "li")
    item.id = "step-" + event.number
    heading(item, event, "…")
    verdict.textContent = event.title + " …"
  },
  "sign-in"({ url }) {
    if (!/^https?:/.test(url)) return
    const link = add(list.lastElementChild, "a", "Sign in", "go")
    link.href = url
    link.target = "_blank"
    link.rel = "noopener noreferrer"
    link.focus()
    verdict.textContent = "Waiting for you to sign in"
  },
  "step-finished"({ step }) {
    const item = document.getElementById("step-" + step.number)
    item.className = step.outcome
    item.replaceChildren()
    heading(item, step, marks[step.outcome] + ", " + step.milliseconds + " ms")
    const found = add(item, "ul")
    for (const note of step.notes) add(found, "li", note)
    for (const check of step.checks.filter(({ held }) => !held)) {
      const detail = check.detail ? ": " + check.detail : ""
      add(found, "li", (check.level === "MUST" ? "✗ " : "! ") + check.level + ": " + check.text + " (" + check.source + ")" + detail, check.level)
    }
    if (step.error) add(found, "li", step.error, step.outcome === "failed" ? "MUST" : "SHOULD")
    if (step.exchanges.length === 0) return
    const more = add(item, "details")
    if (step.outcome === "failed") more.open = true
    add(more, "summary", step.exchanges.length + (step.exchanges.length === 1 ? " request" : " requests"))
    for (const exchange of step.exchanges) add(more, "pre", lines(exchange))
  },
  finished({ result }) {
    verdict.textContent = (result.ok ? "The flow passed for " : "The flow failed for ") + result.url
    verdict.className = result.ok ? "passed" : "failed"
    form.querySelector("button").disabled = false
  },
}

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  list.replaceChildren()
  verdict.className = ""
  const button = form.querySelector("button")
  button.disabled = true
  const body = JSON.stringify(Object.fromEntries(new FormData(form)))
  const response = await fetch("runs", { method: "POST", body, headers: { "content-type": "application/json" } })
  const { id, error } = await response.json()
  if (!response.ok) {
    verdict.textContent = error
    button.disabled = false
    return
  }
  const source = new EventSource("runs/" + id)
  source.onmessage = ({ data }) => {
    const told = JSON.parse(data)
    handlers[told.type](told)
    if (told.type === "finished") source.close()
  }
  source.onerror = () => {
    source.close()
    verdict.textContent = "The test client has stopped."
    button.disabled = false
  }
})
`
