/** The stylesheet of all pages, light and dark, for windows of 320 pixels and more. */
export const stylesheet = `
:root {
  --ground: #eef1f5; --card: #ffffff; --text: #1b1f27; --soft: #5b6472; --line: #d5dae2; --edge: #848d9c;
  --accent: #2457c5; --accent-text: #ffffff; --hover: #f3f6fb; --danger: #b3261e; --danger-ground: #fdecea;
  --note: #fff4d6; --note-text: #5c4300; --note-line: #e8cf8a;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151b; --card: #1c2129; --text: #e8ebf0; --soft: #a2abb9; --line: #363d49; --edge: #707a8a;
    --accent: #8db4ff; --accent-text: #0d1b38; --hover: #252b36; --danger: #ffb4ab; --danger-ground: #3b1f1d;
    --note: #33290f; --note-text: #f3dd9f; --note-line: #5d4c1d;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; background: var(--ground); color: var(--text);
  display: flex; flex-direction: column; align-items: center;
}
.emulator {
  margin: 0; width: 100%; padding: .55rem 1rem; text-align: center; font-size: .875rem;
  background: var(--note); color: var(--note-text); border-bottom: 1px solid var(--note-line);
}
main {
  width: 100%; max-width: 27.5rem; margin: auto; padding: 2.25rem 2rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 12px 32px rgb(15 23 42 / .08);
}
main.wide { max-width: 44rem; margin-block: 2rem; }
@media (max-width: 30rem) {
  body { background: var(--card); }
  main, main.wide { margin: 0; max-width: none; padding: 1.5rem 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
}
.organization { margin: 0 0 .25rem; color: var(--soft); font-size: .875rem; font-weight: 600; letter-spacing: .01em; }
h1 { margin: 0 0 .35rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: .8125rem; font-weight: 600; color: var(--soft); }
p { margin: .35rem 0 1rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.problem {
  margin: 1rem 0; padding: .75rem .9rem; border-radius: 9px; color: var(--danger); background: var(--danger-ground);
  font-size: .9375rem; overflow-wrap: anywhere;
}
form { margin: 0; }
ul.people, ul.permissions, ul.plain { list-style: none; margin: 1rem 0 0; padding: 0; }
ul.people li + li { margin-top: .4rem; }
button, .button {
  font: inherit; min-height: 2.75rem; padding: .5rem 1.1rem; border-radius: 9px; border: 1px solid var(--edge);
  background: var(--card); color: var(--text); cursor: pointer; text-decoration: none; display: inline-block;
}
button:hover, .button:hover { background: var(--hover); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600; }
button.main:hover { filter: brightness(1.06); background: var(--accent); }
button.person {
  width: 100%; min-height: 4rem; padding: .6rem .75rem; border-color: var(--line); text-align: left; display: grid; column-gap: .8rem; align-items: center;
  grid-template-columns: 2.5rem minmax(0, 1fr) auto;
}
button.person:hover { border-color: var(--accent); }
.person .tag { grid-column: 3; grid-row: 1; align-self: end; }
.person .initials {
  grid-row: span 2; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid; place-items: center;
  background: var(--hover); border: 1px solid var(--line); color: var(--accent); font-weight: 600; font-size: .9rem;
}
.person .name { grid-column: 2; align-self: end; font-weight: 600; line-height: 1.3; overflow: hidden; text-overflow: ellipsis; }
.person .username { grid-column: 2 / -1; align-self: start; color: var(--soft); font-size: .875rem; line-height: 1.35; overflow-wrap: anywhere; }
.tag {
  font-size: .75rem; line-height: 1.2; padding: .15rem .5rem; border-radius: 99px; border: 1px solid var(--line); color: var(--soft);
  font-weight: 400; white-space: nowrap;
}
.row { display: flex; gap: .6rem; flex-wrap: wrap; justify-content: flex-end; margin-top: 1.5rem; }
.row.start { justify-content: flex-start; }
.row.stack { flex-direction: column; }
.row.stack button { width: 100%; }
.field { display: flex; gap: .6rem; flex-wrap: wrap; }
.field input { flex: 1 1 12rem; min-width: 0; }
label { display: block; font-size: .875rem; font-weight: 600; margin-bottom: .35rem; }
input[type=text], input:not([type]) {
  font: inherit; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border-radius: 9px; border: 1px solid var(--edge);
  background: var(--card); color: var(--text);
}
label.check { display: flex; gap: .6rem; align-items: flex-start; font-weight: 400; margin-top: 1.25rem; cursor: pointer; }
label.check input { width: 1.15rem; height: 1.15rem; margin: .15rem 0 0; flex: none; accent-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul.plain { columns: 18rem; column-gap: 1.5rem; }
ul.plain.long { columns: auto; }
ul.plain code { font-size: .8125rem; }
ul.plain li { break-inside: avoid; padding: .35rem 0; }
ul.permissions li { padding: .65rem 0; border-top: 1px solid var(--line); }
ul.permissions li:last-child { border-bottom: 1px solid var(--line); }
ul.permissions .scope { display: block; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0 1.25rem; }
.quiet { background: none; border-color: transparent; color: var(--accent); padding-inline: .5rem; margin-inline: -.5rem; }
a { color: var(--accent); text-underline-offset: .15em; }
code { font: .875em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl { margin: 1rem 0 0; font-size: .875rem; }
dt { color: var(--soft); }
dd { margin: 0 0 .6rem; overflow-wrap: anywhere; }
`
