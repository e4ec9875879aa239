import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readHtmlControls } from "../src/html-controls.ts"

const onlyForm = (html: string) => readHtmlControls(html).forms[0]

describe("form controls", () => {
  test.each([
    ["unquoted attributes", "<input name=a value=b>", "a", "b"],
    ["single quotes and a > inside", "<input name='a' value='x>y'>", "a", "x>y"],
    [
      "character references",
      '<input name="a" value="&lt;&amp;&#39;&#x41;&unknown;">',
      "a",
      "<&'A&unknown;",
    ],
    ["upper case", "<INPUT TYPE=HIDDEN NAME=a VALUE=b>", "a", "b"],
    ["a checked box without a value", "<input type=checkbox name=a checked>", "a", "on"],
    ["a textarea with tags in it", "<textarea name=a><b>x</b></textarea>", "a", "<b>x</b>"],
    [
      "the selected option",
      "<select name=a><option>x<option value=y selected>Y</select>",
      "a",
      "y",
    ],
    ["the first option", "<select name=a><option>x</option><option>y</option></select>", "a", "x"],
  ])("%s", (_, control, name, value) => {
    expect(onlyForm(`<form>${control}</form>`)?.fields).toMatchObject([{ name, value }])
  })

  test.each([
    ["disabled", "<input name=a value=b disabled>"],
    ["unchecked", "<input type=radio name=a value=b>"],
    ["without a name", "<input value=b>"],
    ["inside a comment", "<!-- <input name=a value=b> -->"],
    ["inside a script", "<script>x = '<input name=a value=b>'</script>"],
    ["after the form", "</form><input name=a value=b>"],
  ])("left out: %s", (_, control) => {
    expect(onlyForm(`<form>${control}</form>`)?.fields).toEqual([])
  })

  test("a control outside names its form", () => {
    const html =
      "<form id=f action=/x method=POST></form><button form=f name=n value=v formaction=/y>Go</button>"
    expect(onlyForm(html)).toEqual({
      action: "/x",
      method: "post",
      fields: [],
      buttons: [{ name: "n", value: "v", text: "Go", action: "/y" }],
    })
  })

  test("buttons that do not submit are none", () => {
    expect(
      onlyForm("<form><button type=button>x</button><input type=submit value=Send></form>")
        ?.buttons,
    ).toMatchObject([{ value: "Send", text: "Send" }])
  })
})

test("any text is read without an error, and without hanging", () => {
  const piece = fc.constantFrom(
    "<form",
    "<input",
    "<!--",
    "-->",
    ">",
    '"',
    "'",
    "=",
    "&#",
    ";",
    " a",
    "<script>",
    "</form>",
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      readHtmlControls(pieces.join(""))
    }),
  )
})

test.each([
  ["tags", "<a ".repeat(50_000)],
  ["a quotation", `<a ${"'".repeat(50_001)}`],
])("a long page that never closes %s has nothing on it", (_, page) => {
  expect(readHtmlControls(page)).toEqual({ title: "", forms: [], links: [] })
})

test("a long page that never closes its links and forms is read to its end", () => {
  expect(readHtmlControls("<a href=x>y".repeat(20_000)).links).toHaveLength(20_000)
  // As in any browser, a form within a form is none, and a select within a select ends it.
  const forms = "<form><select name=a><option>".repeat(20_000)
  const {
    length,
    0: first,
    1: last,
  } = readHtmlControls(`${forms}</select></form><form action=/last>`).forms
  expect(length).toBe(2)
  expect([first?.fields.length, last?.action]).toEqual([10_000, "/last"])
})

test("deep nesting is read", () => {
  const { forms } = readHtmlControls(`<form>${"<i><b>".repeat(2_000)}<input name=a value=b>`)
  expect(forms[0]?.fields).toMatchObject([{ name: "a", value: "b" }])
})

test("what is for browsers without scripts is read, and what is in a template or a drawing is not", () => {
  const html = `<noscript><form><button>Continue</button></form></noscript>
    <template><form action=/no></form></template>
    <svg><title>A drawing</title><a href=/no>no</a></svg><title>The page</title>`
  expect(readHtmlControls(html)).toMatchObject({
    title: "The page",
    forms: [{ action: "", buttons: [{ text: "Continue" }] }],
    links: [],
  })
})
