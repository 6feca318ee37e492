/** Control, escape, bidi and invisible characters: what could change what a terminal shows. */
const UNSAFE = /(?![\n\t])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}]/gu

/** Most text is; and the classes of Unicode take half a millisecond to compile. */
const PLAIN = /^[\n\t -~]*$/

/** Foreign text without the control, escape, bidi and invisible characters that could change what a terminal shows. */
export const clean = (text: string): string => (PLAIN.test(text) ? text : text.replace(UNSAFE, ''))

/** The same for every string in a result, keys too, before anything is drawn from it. Line breaks become spaces: a name must stay on its line. */
export function cleanAll<T>(value: T, keep: ReadonlySet<string> = KEEP_LINES): T {
  return walk(value, keep, '') as T
}

/** Fields whose text is many lines by nature. */
const KEEP_LINES: ReadonlySet<string> = new Set(['text'])

function walk(value: unknown, keep: ReadonlySet<string>, key: string): unknown {
  if (typeof value === 'string') return keep.has(key) ? clean(value) : clean(value).replace(/[\n\t]+/g, ' ')
  if (Array.isArray(value)) return value.map((item) => walk(item, keep, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), walk(item, keep, name)]))
}

/** One JSON document on one line, in which what could change what a terminal shows is escaped. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value)
  return `${PLAIN.test(text) ? text : text.replace(UNSAFE, escaped)}\n`
}

const escaped = (character: string): string =>
  [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
