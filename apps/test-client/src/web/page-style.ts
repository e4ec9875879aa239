/** The page's style, light and dark, for phones and larger screens. */
export const pageStyle = `:root {
  --ink: #1d2530; --quiet: #5a6675; --paper: #fff; --ground: #ebeef2; --soft: #f4f6f8; --line: #d5dbe2;
  --accent: #0b5fae; --on-accent: #fff; --good: #157f3c; --bad: #b91c1c; --warn: #8a5a00;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf1; --quiet: #a3afbd; --paper: #1c222a; --ground: #12161b; --soft: #252c36; --line: #36404c;
    --accent: #7cbcf5; --on-accent: #0b1a29; --good: #5fd38a; --bad: #ff8f8f; --warn: #f2c36b;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink) }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1rem 4rem }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.25 }
.lead { margin: 0 0 1.5rem; color: var(--quiet); max-width: 42rem }
form, #steps > li { background: var(--paper); border: 1px solid var(--line); border-radius: 12px }
form { display: grid; gap: .5rem; padding: 1.25rem 1.5rem }
label { display: grid; gap: .25rem; margin-block: .4rem; font-weight: 600 }
summary { cursor: pointer; color: var(--accent) }
input, select { font: inherit; font-weight: 400; width: 100%; padding: .55rem .7rem; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 8px }
.more { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 1rem; padding-top: .5rem }
button, .go { display: inline-block; justify-self: start; margin-top: .5rem; padding: .6rem 1.5rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; text-decoration: none; cursor: pointer }
button:disabled { opacity: .5; cursor: default }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
#verdict { min-height: 1.5em; margin: 1.25rem 0 1rem; font-weight: 600 }
#verdict.passed { color: var(--good) }
#verdict.failed { color: var(--bad) }
#steps { display: grid; gap: .6rem; margin: 0; padding: 0; list-style: none }
#steps > li { padding: .7rem 1rem; border-left-width: 5px }
#steps > li.passed { border-left-color: var(--good) }
#steps > li.failed { border-left-color: var(--bad) }
#steps > li.skipped { border-left-color: var(--warn) }
h2 { display: flex; gap: .75rem; justify-content: space-between; margin: 0; font-size: 1rem }
h2 small { font-weight: 400; color: var(--quiet); white-space: nowrap }
ul { margin: .4rem 0; padding-left: 1.2rem; overflow-wrap: anywhere }
.MUST { color: var(--bad) }
.SHOULD { color: var(--warn) }
pre { margin: .4rem 0; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border-radius: 8px; font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
@media (max-width: 30rem) { main { padding-top: 1.25rem } form { padding: 1rem } }
`
