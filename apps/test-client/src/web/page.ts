/** The page. Its script and style are served beside it, so that its policy can forbid everything else. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Doorward test client</title>
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body>
<main>
<h1>Sign in to an MCP server, step by step</h1>
<form id="run">
<label>MCP server <input name="url" type="url" required placeholder="http://localhost:8000/mcp" autofocus></label>
<details>
<summary>More</summary>
<label>Protocol <select name="era">
<option value="legacy">up to 2025-11-25 (SDK 1.x)</option>
<option value="modern">2026-07-28 where it is spoken (SDK 2.x)</option>
</select></label>
<label>Tool <input name="tool" placeholder="whoami"></label>
<label>Scopes <input name="scope"></label>
<label>Client ID <input name="clientId" autocomplete="off"></label>
<label>Client secret <input name="clientSecret" type="password" autocomplete="off"></label>
<label>Client metadata URL <input name="clientMetadataUrl" type="url"></label>
</details>
<button>Run</button>
</form>
<p id="verdict" role="status" aria-live="polite"></p>
<ol id="steps"></ol>
</main>
</body>
</html>
`

export const pageStyle = `:root { font: 16px/1.5 system-ui, sans-serif; accent-color: #2563eb }
body { margin: 0; background: Canvas; color: CanvasText }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.4rem; line-height: 1.25 }
form { display: grid; gap: .75rem }
label { display: grid; gap: .25rem; margin-block: .5rem; font-weight: 600 }
input, select, button { font: inherit; font-weight: 400; padding: .5rem .6rem; border: 1px solid #8888; border-radius: .4rem }
button, .go { display: inline-block; justify-self: start; margin-block: .4rem; border: 0; border-radius: .4rem; background: #2563eb; color: #fff; padding: .55rem 1.2rem; text-decoration: none; cursor: pointer }
button:disabled { opacity: .5 }
:focus-visible { outline: 3px solid #2563eb; outline-offset: 2px }
#verdict { min-height: 1.5em; font-weight: 600 }
#steps { list-style: none; padding: 0; display: grid; gap: .75rem }
#steps > li { border: 1px solid #8885; border-left: .35rem solid #8888; border-radius: .4rem; padding: .6rem .9rem }
#steps > li.passed { border-left-color: #16a34a }
#steps > li.failed { border-left-color: #dc2626 }
#steps > li.skipped { border-left-color: #ca8a04 }
h2 { font-size: 1rem; margin: 0; display: flex; gap: .75rem; justify-content: space-between }
h2 small { font-weight: 400; opacity: .7; white-space: nowrap }
ul { margin: .4rem 0; padding-left: 1.2rem }
.MUST { color: light-dark(#b91c1c, #f87171) }
.SHOULD { color: light-dark(#a16207, #facc15) }
pre { margin: .3rem 0; padding: .5rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; border-radius: .3rem; font: .8rem/1.45 ui-monospace, monospace }
`

export const pageScript = `const form = document.getElementById("run")
const list = document.getElementById("steps")
const verdict = document.getElementById("verdict")
const marks = { passed: "holds", failed: "does not hold", skipped: "left out" }

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
    verdict.textContent = (result.ok ? "The flow holds for " : "The flow does not hold for ") + result.url
    form.querySelector("button").disabled = false
  },
}

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  list.replaceChildren()
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
    verdict.textContent = "The test client has ended."
    button.disabled = false
  }
})
`
