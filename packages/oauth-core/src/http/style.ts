/** The style of every page. Its digest is in the Content-Security-Policy. */
export const style = `
:root {
  --ink: #1d2530; --quiet: #5a6675; --paper: #ffffff; --ground: #eef1f4; --line: #d5dbe2;
  --accent: #0b5fae; --on-accent: #ffffff; --warn-ink: #7a4100; --warn-ground: #fff3df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf1; --quiet: #a3afbd; --paper: #1c222a; --ground: #12161b; --line: #36404c;
    --accent: #7cbcf5; --on-accent: #0b1a29; --warn-ink: #ffd9a0; --warn-ground: #3a2a12;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%; max-width: 32rem; padding: 2rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 14px; overflow-wrap: anywhere;
}
h1 { margin: 0.25rem 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
p { margin: 0 0 0.9rem; }
ul { margin: 0 0 0.9rem; padding-left: 1.2rem; }
li { margin: 0.25rem 0; }
dl { margin: 0 0 1rem; border-top: 1px solid var(--line); }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0.25rem 1rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; }
code { font: 0.9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.server, .quiet, .code { color: var(--quiet); }
.server { margin: 0; font-size: 0.9rem; }
.code { margin: 1.5rem 0 0; font-size: 0.85rem; }
.warning { padding: 0.75rem 1rem; color: var(--warn-ink); background: var(--warn-ground); border-radius: 8px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
button, .button {
  flex: 1 1 9rem; display: inline-block; padding: 0.7rem 1.2rem; font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer; border-radius: 8px;
  color: var(--accent); background: transparent; border: 1px solid var(--accent);
}
button.primary { color: var(--on-accent); background: var(--accent); }
button:focus-visible, a:focus-visible, input:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
label { display: flex; gap: 0.6rem; align-items: baseline; margin-top: 1rem; }
.grants { list-style: none; padding: 0; }
.grants li { padding: 1rem 0; border-top: 1px solid var(--line); }
.grants button { flex: none; margin-top: 0.5rem; padding: 0.4rem 0.9rem; }
@media (max-width: 30rem) {
  main { padding: 1.25rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
}
`
