/**
 * A reader for the few documents that S3 answers with. Elements and text only: no DTD, so no entities but the five of XML, and nothing
 * to expand. Who calls has bounded the size.
 */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

const MAX_DEPTH = 16
const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The root element; null for what is no such document (a web page, say). */
export function parseXml(text: string): Element | null {
  const root = { name: '', text: '', children: [] as Element[] }
  const open: (typeof root)[] = [root]
  TOKEN.lastIndex = text.startsWith('\ufeff') ? 1 : 0
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text)
    if (found === null) return null
    const [, closes, name, , isEmpty, words] = found
    const top = open.at(-1) ?? root
    if (words !== undefined) {
      const said = unescaped(words)
      if (said === null || (top === root && said.trim() !== '')) return null
      top.text += said
    } else if (closes === '/') {
      if (top === root || top.name !== name) return null
      open.pop()
    } else if (name !== undefined) {
      const element = { name, text: '', children: [] }
      top.children.push(element)
      if (isEmpty !== '/' && open.push(element) > MAX_DEPTH) return null
    }
  }
  return open.length === 1 && root.children.length === 1 ? (root.children[0] ?? null) : null
}

function unescaped(text: string): string | null {
  if (!text.includes('&')) return text
  let isSound = true
  const plain = text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));|&/g, (_, decimal, hex, name) => {
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    const said = name === undefined ? (point <= 0x10ffff ? String.fromCodePoint(point) : undefined) : NAMED[name]
    if (said === undefined) isSound = false
    return said ?? ''
  })
  return isSound ? plain : null
}

export const all = (element: Element, name: string): readonly Element[] =>
  element.children.filter((child) => child.name === name)

/** The text of the first child of that name; '' where there is none. */
export const textOf = (element: Element | null, name: string): string =>
  element?.children.find((child) => child.name === name)?.text ?? ''

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '')

/** XML 1.0 has no way to write these, or readers change them. */
export const hasUnwritable = (text: string): boolean => /(?![\t\n])\p{Cc}|[\p{Cs}\ufffe\uffff]/u.test(text)
