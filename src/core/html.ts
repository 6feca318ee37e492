/** HTML that is put together from text of strangers. What is `Html` was made here, or escaped. */
export interface Html {
  readonly html: string
}

/** Control, bidi and invisible characters could make a page say what is not there. */
const INVISIBLE = /\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text.replace(INVISIBLE, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character] as string)

type Part = string | number | Html | readonly Part[]

const partOf = (part: Part): string => {
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escaped(part)
  return 'html' in part ? part.html : part.map(partOf).join('')
}

/** A template whose values are escaped, but for what is HTML already; lists are joined. For element content and quoted attributes. */
export const html = (texts: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  html: texts.map((text, i) => (i === 0 ? text : partOf(values[i - 1] as Part) + text)).join(''),
})
