/** The stylesheet of every page. The Content-Security-Policy allows it by its digest. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #17202b; --quiet: #566273; --paper: #ffffff; --ground: #eceff3; --line: #dbe1e8; --edge: #8391a2;
  --inset: #f5f7f9; --accent: #0a58a6; --accent-deep: #084680; --on-accent: #ffffff;
  --good: #12693f; --good-ground: #e7f4ec; --warn: #7c4300; --warn-ground: #fff2dc;
  --shadow: 0 1px 2px #17202b14, 0 12px 32px -12px #17202b26;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e9eef4; --quiet: #a2afbf; --paper: #1a2029; --ground: #10141a; --line: #323c49; --edge: #66758a;
    --inset: #222a35; --accent: #84c1f7; --accent-deep: #a9d4fa; --on-accent: #08192b;
    --good: #8ed9ae; --good-ground: #15301f; --warn: #ffd394; --warn-ground: #362710;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 2.5rem 1rem;
  display: grid; grid-template-columns: minmax(0, 1fr); place-items: center;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main {
  width: 100%; max-width: 36rem; padding: 2rem 2.25rem 2.25rem; overflow-wrap: anywhere;
  background: var(--paper); border: 1px solid var(--line); border-radius: 16px;
  box-shadow: var(--shadow);
}
main > :last-child { margin-bottom: 0; }
header { margin: 0 0 1.25rem; }
h1 { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.3; letter-spacing: -0.01em; text-wrap: balance; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1rem; font-weight: 650; }
p { margin: 0 0 0.9rem; }
ul { margin: 0; padding: 0; list-style: none; }
dl { margin: 0; }
dt { color: var(--quiet); font-size: 0.875rem; }
dd { margin: 0; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, monospace; unicode-bidi: isolate; }
pre { margin: 0 0 0.9rem; padding: 0.7rem 0.9rem; white-space: pre-wrap; background: var(--inset); border-radius: 8px; }
pre code { font-size: 1em; }
a { color: var(--accent); text-underline-offset: 0.15em; }
svg { flex: none; width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.server { display: flex; align-items: center; gap: 0.5rem; margin: 0 0 1rem; color: var(--quiet); font-size: 0.875rem; }
.quiet { color: var(--quiet); }
.small { font-size: 0.875rem; }
.notice { display: flex; gap: 0.7rem; margin: 0 0 0.75rem; padding: 0.75rem 0.9rem; border-radius: 10px; background: var(--inset); font-size: 0.9375rem; }
.notice svg { margin-top: 0.1rem; }
.notice.good { color: var(--good); background: var(--good-ground); }
.notice.warning { color: var(--warn); background: var(--warn-ground); }
.facts { margin-top: 1.25rem; border-top: 1px solid var(--line); }
.facts > div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.1rem 1rem; align-items: baseline; padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
.facts code { display: block; max-height: 4.6em; overflow: auto; color: var(--quiet); }
.scopes li { display: flex; gap: 0.65rem; padding: 0.3rem 0; }
.scopes svg { margin-top: 0.15rem; color: var(--accent); }
.scopes span { min-width: 0; }
.scopes code { color: var(--quiet); }
.permissions { display: flex; flex-wrap: wrap; gap: 0.4rem; max-height: 11.5rem; margin: 0.4rem 0 0.75rem; overflow: auto; }
.permissions li { max-width: 100%; padding: 0.1rem 0.55rem; border-radius: 6px; background: var(--inset); }
.choice { display: flex; gap: 0.65rem; align-items: flex-start; margin-top: 1.5rem; cursor: pointer; }
.choice input { flex: none; width: 1.15rem; height: 1.15rem; margin: 0.2rem 0 0; accent-color: var(--accent); }
label[for] { display: block; margin-bottom: 0.35rem; font-weight: 600; }
input.code { width: 100%; margin-bottom: 0.9rem; padding: 0.6rem 0.8rem; font: 1.375rem/1.4 ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, monospace; letter-spacing: 0.1em; text-transform: uppercase; color: inherit; background: var(--inset); border: 1px solid var(--edge); border-radius: 10px; }
.actions { display: flex; gap: 0.75rem; margin-top: 1.75rem; }
button, .button {
  display: inline-block; padding: 0.7rem 1.2rem; font: inherit; font-weight: 600; line-height: 1.4;
  text-align: center; text-decoration: none; cursor: pointer; border-radius: 10px;
  color: var(--accent); background: transparent; border: 1px solid var(--edge);
}
button:hover, .button:hover { border-color: var(--accent); }
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.primary:hover { background: var(--accent-deep); border-color: var(--accent-deep); }
.actions > * { flex: 1; min-width: 0; }
/* A click that was meant for a page before this one must not decide. */
.actions .primary { animation: arm 0.6s; }
@keyframes arm { 0%, 99% { pointer-events: none; } }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
button:focus-visible, .button:focus-visible { border-radius: 10px; }
.grants > li { padding: 1.1rem 0; border-top: 1px solid var(--line); }
.grants > li:last-child { border-bottom: 1px solid var(--line); margin-bottom: 1.25rem; }
.grants h2 { margin: 0 0 0.4rem; }
.grants dl > div { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 1rem; align-items: baseline; }
.grants form { margin-top: 0.75rem; }
.grants button { padding: 0.4rem 0.9rem; }
footer { margin-top: 1.75rem; color: var(--quiet); font-size: 0.875rem; }
@media (max-width: 36rem) {
  body { padding: 0; place-items: start stretch; background: var(--paper); }
  main { min-height: 100vh; min-height: 100dvh; padding: 1.25rem 1.1rem 1.5rem; border: 0; border-radius: 0; box-shadow: none; }
  h1 { font-size: 1.375rem; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
}
@media (forced-colors: active) {
  main, .notice, .permissions li, button, .button { border: 1px solid; }
}
`
