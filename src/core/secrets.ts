import { createHmac, type Hmac } from 'node:crypto'
import { makeMatcher } from './globs.ts'
import type { Role } from './model.gen.ts'
import type { SecretAllowance } from './ports.ts'
import { findPrivateKeys, hasKeyWords, KEY_WORDS } from './secret-keys.ts'
import { MAX_TOKEN, NAME_RULES, TOKEN_FAMILIES, type TokenRule } from './secret-rules.ts'

/** How deep a file is looked into. Names and private keys are looked for in both. */
export type ScanMode = 'names-and-keys' | 'tokens'

export interface SecretFinding {
  readonly path: string
  /** From 1; 0 for the file as a whole, and in binary files. */
  readonly line: number
  readonly rule: string
  /** As in "serve/app.py:3: a GitHub token". */
  readonly what: string
  /** The first four characters and "…": enough to recognise it, no use to anybody else. Empty for a whole file. */
  readonly preview: string
  /** `k1:` and the HMAC-SHA256 of the secret (of the whole file for a file's name), keyed with the app's name. */
  readonly fingerprint: string
}

export interface SecretScanner {
  /** The next bytes of the file; they may be overwritten afterwards. An empty chunk says that the file starts anew. */
  chunk(bytes: Uint8Array): void
  /** What was found, by line; at most 100. */
  end(): readonly SecretFinding[]
}

const HEAD = 8 * 1024
/** Bytes that a match may need after its first one, so that it does not matter how the file came in pieces. */
const AHEAD = 16 * 1024
const BEHIND = 128
const PIECE = 256 * 1024
/** So much is gathered before it is looked at: looking at every small chunk would look at what is ahead again and again. */
const ENOUGH = AHEAD + 64 * 1024
/** Of one rule, and in all. */
const MAX_FINDINGS = 100

const DATA_ROLES: ReadonlySet<Role> = new Set(['dataset', 'eval-set', 'embedding-index', 'model-weights'])

/** Data and weights are looked into for private keys only, unless `full`: text of other people's is full of what looks like a token. */
export const scanModeOf = (role: Role, path: string, scan: 'auto' | 'full'): ScanMode =>
  scan === 'full' || !DATA_ROLES.has(role) || /\.ipynb$/i.test(path) ? 'tokens' : 'names-and-keys'

/** True if the allow-list of aiship.yaml has this secret at this place. */
export const isAllowed = (finding: SecretFinding, allow: readonly SecretAllowance[]): boolean =>
  allow.some(({ path, fingerprint }) => fingerprint === finding.fingerprint && makeMatcher(path)(finding.path))

/** True if a file's name alone says that it may hold a secret. */
export const hasNameRule = (path: string): boolean => NAME_RULES.some((rule) => rule.name.test(path))

const PRIVATE_KEY = { id: 'private-key', what: 'a private key' }
const KEYS = TOKEN_FAMILIES.length

interface Match {
  readonly family: number
  readonly start: number
  readonly end: number
  readonly finding: SecretFinding
}

/**
 * Looks for secrets in one file while its bytes go by. In: the app (the key of the fingerprints) and the file's path relative to the
 * project. How the bytes are cut into chunks never changes what is found.
 */
export function createSecretScanner(app: string, path: string, mode: ScanMode): SecretScanner {
  const names = NAME_RULES.filter((rule) => rule.name.test(path))
  let state = start()

  function start() {
    return {
      whole: names.length > 0 ? (createHmac('sha256', app) as Hmac) : null,
      /** The bytes not yet done with; before the head is full, all of them. */
      carry: Buffer.alloc(0),
      /** Offset of `carry` in the file, and newlines before it. */
      at: 0,
      lines: 0,
      kind: null as 'text' | 'binary' | null,
      head: '',
      /** What starts before this offset has been looked at. */
      done: 0,
      /** By family of rules, the private keys last: where its last match ended, and its matches. */
      from: [...TOKEN_FAMILIES.map(() => 0), 0],
      matches: [...TOKEN_FAMILIES, null].map(() => [] as Match[]),
    }
  }

  function add(
    family: number,
    rule: Pick<TokenRule, 'id' | 'what'>,
    secret: string,
    start: number,
    line: number,
  ): void {
    // Of a short secret, four characters would be half of it.
    const preview = `${secret.slice(0, Math.min(4, secret.length >> 2)).replace(/[^!-~]/g, '?')}…`
    const finding = { path, line, rule: rule.id, what: rule.what, preview, fingerprint: fingerprint(app, secret) }
    state.matches[family]?.push({ family, start, end: start + secret.length, finding })
  }

  const firstStart = (family: number): number => Math.max(state.from[family] as number, state.done) - state.at
  const isFull = (family: number): boolean => (state.matches[family]?.length ?? 0) >= MAX_FINDINGS

  /** Looks at what starts in `window` before `limit`; the rest of it is what a match may need. */
  function look(window: Buffer, limit: number): void {
    const { at } = state
    const lineAt = (offset: number): number =>
      state.kind === 'binary' ? 0 : state.lines + countNewlines(window, 0, offset) + 1
    for (const key of findPrivateKeys(window, firstStart(KEYS), limit, AHEAD)) {
      if (isFull(KEYS)) break
      state.from[KEYS] = at + key.end
      add(KEYS, PRIVATE_KEY, key.secret, at + key.start, lineAt(key.start))
    }
    if (state.kind === 'text' && mode === 'tokens') {
      const text = window.toString('latin1', 0, Math.min(window.length, limit + MAX_TOKEN))
      for (const [i, { rules, pattern }] of TOKEN_FAMILIES.entries()) {
        pattern.lastIndex = firstStart(i)
        for (let hit = pattern.exec(text); hit !== null && hit.index < limit && !isFull(i); hit = pattern.exec(text)) {
          const group = hit.findIndex((part, g) => g > 0 && part !== undefined)
          const [rule, secret] = [rules[group - 1] as TokenRule, hit[group] as string]
          state.from[i] = at + pattern.lastIndex
          if (rule.check?.(secret, text[pattern.lastIndex] ?? '') === false) continue
          const start = hit.index + hit[0].lastIndexOf(secret)
          add(i, rule, secret, at + start, lineAt(start))
        }
      }
    }
    state.done = at + limit
  }

  function keep(window: Buffer, from: number): void {
    if (state.kind === 'text') state.lines += countNewlines(window, 0, from)
    state.at += from
    state.carry = Buffer.from(window.subarray(from))
  }

  function advance(piece: Buffer): void {
    if (mode === 'names-and-keys' || state.kind === 'binary') {
      const edge = Buffer.concat([state.carry.subarray(-KEY_WORDS.length), piece.subarray(0, KEY_WORDS.length)])
      const isClean = !hasKeyWords(state.carry) && !hasKeyWords(edge) && !hasKeyWords(piece)
      if (isClean && piece.length > AHEAD) {
        if (state.kind === 'text')
          state.lines +=
            countNewlines(state.carry, 0, state.carry.length) + countNewlines(piece, 0, piece.length - AHEAD)
        state.at += state.carry.length + piece.length - AHEAD
        state.carry = Buffer.from(piece.subarray(-AHEAD))
        state.done = state.at
        return
      }
    }
    const window = Buffer.concat([state.carry, piece])
    if (window.length < ENOUGH) {
      state.carry = window
      return
    }
    const limit = window.length - AHEAD
    look(window, limit)
    keep(window, limit - BEHIND)
  }

  function begin(): void {
    state.kind = state.carry.subarray(0, HEAD).includes(0) ? 'binary' : 'text'
    state.head = state.carry.toString('latin1', 0, HEAD)
    const whole = state.carry
    state.carry = Buffer.alloc(0)
    feed(whole)
  }

  function feed(bytes: Buffer): void {
    const size = mode === 'tokens' && state.kind === 'text' ? PIECE : bytes.length
    for (let from = 0; from < bytes.length; from += size) advance(bytes.subarray(from, from + size))
  }

  return {
    chunk(bytes) {
      if (bytes.length === 0) {
        state = start()
        return
      }
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      state.whole?.update(buffer)
      if (state.kind !== null) return feed(buffer)
      state.carry = Buffer.concat([state.carry, buffer])
      if (state.carry.length >= HEAD) begin()
    },
    end() {
      if (state.kind === null) begin()
      look(state.carry, state.carry.length)
      const files = names
        .filter(({ content }) => content?.test(state.head) ?? true)
        .slice(0, 1)
        .map(({ id, what }) => {
          const print = `k1:${(state.whole as Hmac).digest('hex')}`
          return { path, line: 0, rule: id, what, preview: '', fingerprint: print }
        })
      return [...files, ...withoutDoubles(state.matches.flat())].slice(0, MAX_FINDINGS)
    },
  }
}

const fingerprint = (app: string, secret: string): string =>
  `k1:${createHmac('sha256', app).update(secret, 'latin1').digest('hex')}`

/** By place; of several that overlap, the private key, else the one whose family stands first. */
function withoutDoubles(matches: readonly Match[]): readonly SecretFinding[] {
  const kept: Match[] = []
  const rank = ({ family }: Match): number => (family === KEYS ? -1 : family)
  for (const match of [...matches].sort((a, b) => rank(a) - rank(b) || a.start - b.start)) {
    if (!kept.some((other) => match.start < other.end && other.start < match.end)) kept.push(match)
  }
  return kept.sort((a, b) => a.start - b.start).map(({ finding }) => finding)
}

/** Four bytes at a time: a byte of `x` is zero where there is a newline. */
function countNewlines(bytes: Buffer, from: number, to: number): number {
  let count = 0
  let i = from
  for (; i < to && ((bytes.byteOffset + i) & 3) !== 0; i++) if (bytes[i] === 10) count++
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + i, Math.max(0, (to - i) >> 2))
  for (let k = 0; k < words.length; k++) {
    const x = (words[k] as number) ^ 0x0a0a0a0a
    const hits = ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f) >>> 7
    if (hits !== 0) count += (hits & 1) + ((hits >>> 8) & 1) + ((hits >>> 16) & 1) + ((hits >>> 24) & 1)
  }
  for (i += words.length * 4; i < to; i++) if (bytes[i] === 10) count++
  return count
}
