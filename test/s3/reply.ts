/** An answer of the API that is no success: its status, its code, and what else its XML says. */
export class S3Error extends Error {
  readonly status: number
  readonly code: string
  readonly details: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  get xml(): string {
    return xml('Error', { Code: this.code, Message: this.message, ...this.details })
  }
}

/** Text, a list of elements of the same name, or elements by their names, in their order. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [name: string]: Xml }

/** A document. Errors alone stand in no namespace. */
export function xml(root: string, content: Xml): string {
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${inner(content)}</${root}>`
}

function inner(content: Xml): string {
  if (typeof content !== 'object') return escapeXml(String(content))
  return Object.entries(content)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `<${name}>${inner(one)}</${name}>`),
    )
    .join('')
}

/** What XML cannot hold even as a reference is the reason for `encoding-type=url`. */
const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (char) => `&#${char.charCodeAt(0)};`)

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The texts of all elements of a name. Good for the flat documents that clients send and for what is answered them. */
export const textsOf = (document: string, name: string): readonly string[] =>
  [...document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, entity) => {
      if (entity !== undefined) return ENTITIES[entity] ?? whole
      return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
    }),
  )
