/** A control of a form that sends a value by itself. */
export interface FormField {
  name: string
  value: string
  type: string
}

/** A control that submits its form. */
export interface FormButton {
  name: string | undefined
  value: string
  /** What a person reads on it. */
  text: string
  action?: string
  method?: string
}

export interface HtmlForm {
  action: string
  method: "get" | "post"
  fields: FormField[]
  buttons: FormButton[]
}

export interface HtmlLink {
  href: string
  text: string
}

/** What a program can do on a page. */
export interface HtmlControls {
  title: string
  forms: HtmlForm[]
  links: HtmlLink[]
}

type Attributes = ReadonlyMap<string, string>

interface Token {
  /** The tag's name in lower case, `/name` for an end tag, or `#text`. */
  name: string
  attributes: Attributes
  text: string
}

const NO_ATTRIBUTES: Attributes = new Map()
const RAW_TEXT = new Set(["script", "style", "textarea", "title"])
const BUTTON_INPUTS = new Set(["submit", "image"])
const SILENT_INPUTS = new Set(["button", "reset", "file"])

/**
 * Reads the title, the forms and the links of an HTML page: what a server's own pages consist of.
 *
 * Not an HTML parser: it knows tags, attributes, comments, raw text and character references, and
 * builds no tree. Disabled controls are left out; a control may name its form by `form=`.
 */
export function readHtmlControls(html: string): HtmlControls {
  const page: HtmlControls = { title: "", forms: [], links: [] }
  const byId = new Map<string, HtmlForm>()
  const tokens = [...tokenize(html)]
  for (const { name, attributes } of tokens) {
    if (name !== "form") continue
    const form = readForm(attributes)
    page.forms.push(form)
    const id = attributes.get("id")
    if (id) byId.set(id, form)
  }

  let nextForm = 0
  let open: HtmlForm | undefined
  for (const [index, { name, attributes }] of tokens.entries()) {
    if (name === "form") open = page.forms[nextForm++]
    if (name === "/form") open = undefined
    if (name === "title") page.title ||= textOf(tokens, index)
    const href = attributes.get("href")
    if (name === "a" && href !== undefined) {
      page.links.push({ href, text: textOf(tokens, index) })
    }
    const owner = attributes.has("form") ? byId.get(attributes.get("form") ?? "") : open
    if (owner && !attributes.has("disabled")) addControl(owner, tokens, index)
  }
  return page
}

function readForm(attributes: Attributes): HtmlForm {
  return {
    action: attributes.get("action") ?? "",
    method: attributes.get("method")?.toLowerCase() === "post" ? "post" : "get",
    fields: [],
    buttons: [],
  }
}

function addControl(form: HtmlForm, tokens: readonly Token[], index: number): void {
  const token = tokens[index]
  if (!token) return
  const { attributes } = token
  const name = attributes.get("name")
  const type = attributes.get("type")?.toLowerCase()
  switch (token.name) {
    case "button":
      if (type === undefined || type === "submit") {
        form.buttons.push(readButton(attributes, textOf(tokens, index)))
      }
      return
    case "input":
      if (type && BUTTON_INPUTS.has(type)) {
        form.buttons.push(readButton(attributes, attributes.get("value") ?? ""))
      } else if (name && !SILENT_INPUTS.has(type ?? "")) {
        const checkable = type === "checkbox" || type === "radio"
        if (checkable && !attributes.has("checked")) return
        const value = attributes.get("value") ?? (checkable ? "on" : "")
        form.fields.push({ name, value, type: type ?? "text" })
      }
      return
    case "textarea":
      if (name) {
        form.fields.push({ name, value: textOf(tokens, index), type: "textarea" })
      }
      return
    case "select": {
      const value = selectedOption(tokens, index)
      if (name && value !== undefined) form.fields.push({ name, value, type: "select" })
    }
  }
}

function readButton(attributes: Attributes, text: string): FormButton {
  const action = attributes.get("formaction")
  const method = attributes.get("formmethod")
  return {
    name: attributes.get("name"),
    value: attributes.get("value") ?? "",
    text,
    ...(action !== undefined && { action }),
    ...(method !== undefined && { method }),
  }
}

function selectedOption(tokens: readonly Token[], from: number): string | undefined {
  let first: string | undefined
  for (let index = from + 1; index < tokens.length; index++) {
    const token = tokens[index]
    if (!token || token.name === "select" || token.name === "/select") break
    if (token.name !== "option" || token.attributes.has("disabled")) continue
    const value = token.attributes.get("value") ?? textOf(tokens, index)
    if (token.attributes.has("selected")) return value
    first ??= value
  }
  return first
}

/** The text up to the element's end tag, or to the next element of its kind: none of them nests. */
function textOf(tokens: readonly Token[], from: number): string {
  const name = tokens[from]?.name
  let text = ""
  for (let index = from + 1; index < tokens.length; index++) {
    const token = tokens[index]
    if (!token || token.name === name || token.name === `/${name}`) break
    if (token.name === "#text") text += token.text
  }
  return text.replace(/\s+/g, " ").trim()
}

const TAG_START = /<(?:!--|!|\/?[a-zA-Z][^\s/>]*)/g
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g

function* tokenize(html: string): Generator<Token> {
  const tagStart = new RegExp(TAG_START)
  let from = 0
  for (let match = tagStart.exec(html); match; match = tagStart.exec(html)) {
    if (match.index > from) yield textToken(html.slice(from, match.index))
    const opening = match[0]
    const end = opening === "<!--" ? html.indexOf("-->", match.index) : tagEnd(html, match.index)
    if (end === -1) return
    tagStart.lastIndex = from = end + (opening === "<!--" ? 3 : 1)
    if (opening.startsWith("<!")) continue
    const name = opening.slice(1).toLowerCase()
    const attributes = readAttributes(html.slice(match.index + opening.length, end))
    yield { name, attributes, text: "" }
    if (!RAW_TEXT.has(name)) continue
    const length = html.slice(from).search(new RegExp(`</${name}[\\s/>]`, "i"))
    const close = length === -1 ? html.length : from + length
    if (name === "textarea" || name === "title") yield textToken(html.slice(from, close))
    tagStart.lastIndex = from = close
  }
  if (from < html.length) yield textToken(html.slice(from))
}

/** The index of the `>` that ends the tag, outside quotes; -1 if the page ends first. */
function tagEnd(html: string, from: number): number {
  let quote = ""
  for (let index = from; index < html.length; index++) {
    const character = html[index]
    if (quote) {
      if (character === quote) quote = ""
    } else if (character === '"' || character === "'") quote = character
    else if (character === ">") return index
  }
  return -1
}

function textToken(raw: string): Token {
  return { name: "#text", attributes: NO_ATTRIBUTES, text: decodeReferences(raw) }
}

function readAttributes(raw: string): Attributes {
  const attributes = new Map<string, string>()
  for (const [, name = "", double, single, bare] of raw.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, decodeReferences(double ?? single ?? bare ?? ""))
  }
  return attributes
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
}

function decodeReferences(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));/g,
    (whole, dec, hex, name) => {
      if (name !== undefined) return NAMED[name] ?? whole
      const point = dec === undefined ? Number.parseInt(hex, 16) : Number(dec)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
