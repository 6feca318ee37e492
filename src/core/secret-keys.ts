/** Words that every private key in text has in its first line, whoever wrote it: PEM, OpenSSH, PGP. */
export const KEY_WORDS = Buffer.from('PRIVATE KEY')

/** Of eight bytes or more, Node's search is five times as slow as of fewer. */
const FIRST_WORD = KEY_WORDS.subarray(0, 7)

function indexOfKeyWords(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(FIRST_WORD, from)
  return at === -1 ? -1 : bytes.indexOf(KEY_WORDS, at)
}

export const hasKeyWords = (bytes: Buffer): boolean => indexOfKeyWords(bytes, 0) !== -1

const BEFORE = 64
const AFTER = 32
const HEADER = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/
/** So much of the body shows whether there is one: documentation and code name the header alone. */
const BODY = 1024
const SHORTEST = 40
const BASE64_RUN = new RegExp(`[A-Za-z0-9+/=]{${SHORTEST}}`)
const DASHES = Buffer.from('-----')
const FOOTER = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY/

export interface FoundKey {
  readonly start: number
  readonly end: number
  /** The letters of the body without white space, quotes and `\n`: one key has one secret, in PEM and inside JSON. */
  readonly secret: string
}

/**
 * Private key blocks that start in `bytes` from `from` and before `limit`, in order. Looks at no more than `ahead` bytes from the start of each.
 */
export function* findPrivateKeys(bytes: Buffer, from: number, limit: number, ahead: number): Iterable<FoundKey> {
  let next = from
  for (let at = indexOfKeyWords(bytes, from); at !== -1; at = indexOfKeyWords(bytes, at + KEY_WORDS.length)) {
    const near = Math.max(at - BEFORE, next)
    if (near > at) continue
    const header = HEADER.exec(bytes.toString('latin1', near, at + AFTER))
    if (header === null) continue
    const start = near + header.index
    if (start >= limit) return
    const bodyAt = start + header[0].length
    const dashes = bytes.indexOf(DASHES, bodyAt)
    if (dashes !== -1 && dashes < bodyAt + SHORTEST) continue
    const shown = upToFooter(bytes.toString('latin1', bodyAt, bodyAt + BODY))
    if (!BASE64_RUN.test(withLines(shown))) continue
    const body = upToFooter(bytes.toString('latin1', bodyAt, start + ahead))
    next = bodyAt + body.length
    yield { start, end: next, secret: lettersOf(body) }
  }
}

const upToFooter = (body: string): string => body.slice(0, FOOTER.exec(body)?.index)
const withLines = (body: string): string => body.replace(/\\[nr]/g, '\n')

/** `Proc-Type: …` and other headers of the body go too. */
const lettersOf = (body: string): string =>
  withLines(body)
    .replace(/^[A-Za-z-]{2,40}: .*$/gm, '')
    .replace(/[\s"',\\]+/g, '')
