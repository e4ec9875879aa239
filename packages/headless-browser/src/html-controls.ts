import { type DefaultTreeAdapterTypes, html, parse } from "parse5"

type Element = DefaultTreeAdapterTypes.Element

/** A control of a form that sends a value by itself. */
export interface FormField {
  /** The name that its value is sent under. */
  name: string
  /** The value that the page gives it. */
  value: string
  /** The `type` of an `input`, or else `textarea` or `select`. */
  type: string
}

/** A control that submits its form. */
export interface FormButton {
  /** The name that its value is sent under; `undefined` if it sends none. */
  name: string | undefined
  /** The value that it sends; empty if it has none. */
  value: string
  /** What a person reads on it. */
  text: string
  /** Where it sends the form to, instead of the form's own action. */
  action?: string
  /** How it sends the form, instead of the form's own method. */
  method?: string
}

/** A form, as the page gives it. Disabled controls are left out. */
export interface HtmlForm {
  /** The `action`, as written: relative to the page, and empty for the page itself. */
  action: string
  /** How it is sent, if the button does not say otherwise. */
  method: "get" | "post"
  /** What it sends, in the page's order. */
  fields: FormField[]
  /** What submits it, in the page's order. */
  buttons: FormButton[]
}

/** A link. */
export interface HtmlLink {
  /** The `href`, as written: relative to the page. */
  href: string
  /** What a person reads. */
  text: string
}

/** What a program can do on a page. */
export interface HtmlControls {
  title: string
  forms: HtmlForm[]
  links: HtmlLink[]
}

const BUTTON_INPUTS = new Set(["submit", "image"])
const SILENT_INPUTS = new Set(["button", "reset", "file"])

/** Reads the title, the forms and the links of an HTML page, as a browser without scripts does. */
export function readHtmlControls(text: string): HtmlControls {
  const page: HtmlControls = { title: "", forms: [], links: [] }
  const elements = [...elementsOf(parse(text, { scriptingEnabled: false }))]
  const forms = new Map<Element, HtmlForm>()
  const byId = new Map<string, HtmlForm>()
  for (const { element } of elements) {
    if (element.tagName !== "form") continue
    const form = readForm(element)
    page.forms.push(form)
    forms.set(element, form)
    const id = attribute(element, "id")
    if (id && !byId.has(id)) byId.set(id, form)
  }
  for (const { element, around } of elements) {
    if (element.tagName === "title") page.title ||= textOf(element)
    const href = attribute(element, "href")
    if (element.tagName === "a" && href !== undefined) {
      page.links.push({ href, text: textOf(element) })
    }
    const named = attribute(element, "form")
    const owner = named === undefined ? around && forms.get(around) : byId.get(named)
    if (owner && attribute(element, "disabled") === undefined) addControl(owner, element)
  }
  return page
}

/**
 * The HTML elements below a node in the page's order, each with the form that it stands in.
 *
 * It keeps its own stack: a page may nest deeper than functions can call each other.
 */
function* elementsOf(
  root: DefaultTreeAdapterTypes.ParentNode,
): Generator<{ element: Element; around: Element | undefined }> {
  const pending: { node: DefaultTreeAdapterTypes.Node; around: Element | undefined }[] = [
    { node: root, around: undefined },
  ]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next
    let { around } = next
    if ("tagName" in node && node !== root) {
      if (node.namespaceURI === html.NS.HTML) yield { element: node, around }
      if (node.tagName === "form") around = node
    }
    const children = "childNodes" in node ? node.childNodes : []
    for (const child of children.toReversed()) pending.push({ node: child, around })
  }
}

function attribute(element: Element, wanted: string): string | undefined {
  return element.attrs.find(({ name }) => name === wanted)?.value
}

function readForm(element: Element): HtmlForm {
  return {
    action: attribute(element, "action") ?? "",
    method: attribute(element, "method")?.toLowerCase() === "post" ? "post" : "get",
    fields: [],
    buttons: [],
  }
}

function addControl(form: HtmlForm, element: Element): void {
  const name = attribute(element, "name")
  const type = attribute(element, "type")?.toLowerCase()
  switch (element.tagName) {
    case "button":
      if (type === undefined || type === "submit") {
        form.buttons.push(readButton(element, textOf(element)))
      }
      return
    case "input":
      if (type && BUTTON_INPUTS.has(type)) {
        form.buttons.push(readButton(element, attribute(element, "value") ?? ""))
      } else if (name && !SILENT_INPUTS.has(type ?? "")) {
        const checkable = type === "checkbox" || type === "radio"
        if (checkable && attribute(element, "checked") === undefined) return
        const value = attribute(element, "value") ?? (checkable ? "on" : "")
        form.fields.push({ name, value, type: type ?? "text" })
      }
      return
    case "textarea":
      if (name) form.fields.push({ name, value: rawText(element), type: "textarea" })
      return
    case "select": {
      const value = selectedOption(element)
      if (name && value !== undefined) form.fields.push({ name, value, type: "select" })
    }
  }
}

function readButton(element: Element, text: string): FormButton {
  const action = attribute(element, "formaction")
  const method = attribute(element, "formmethod")
  return {
    name: attribute(element, "name"),
    value: attribute(element, "value") ?? "",
    text,
    ...(action !== undefined && { action }),
    ...(method !== undefined && { method }),
  }
}

function selectedOption(select: Element): string | undefined {
  const options = [...elementsOf(select)]
    .map(({ element }) => element)
    .filter(({ tagName }) => tagName === "option")
    .filter((option) => attribute(option, "disabled") === undefined)
  const chosen = options.find((option) => attribute(option, "selected") !== undefined) ?? options[0]
  return chosen && (attribute(chosen, "value") ?? textOf(chosen))
}

/** The text of an element as a person reads it. */
function textOf(element: Element): string {
  return rawText(element).replace(/\s+/g, " ").trim()
}

function rawText(element: Element): string {
  let text = ""
  const pending: DefaultTreeAdapterTypes.Node[] = [element]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.nodeName === "#text" && "value" in node) text += node.value
    if ("childNodes" in node) for (const child of node.childNodes.toReversed()) pending.push(child)
  }
  return text
}
