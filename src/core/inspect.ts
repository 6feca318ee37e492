import { createFormatScanner, formatOf, HEAD_BYTES } from './formats.ts'
import { hasKeyWords } from './secret-keys.ts'
import { createSecretScanner, hasNameRule, type ScanMode, type SecretFinding } from './secrets.ts'

/** What to look for in a file while its bytes go by. Plain data: it crosses threads. */
export interface Watch {
  /** The key of the fingerprints. */
  readonly app: string
  /** Relative to the project: some names tell by themselves. */
  readonly path: string
  readonly scan: ScanMode
}

/** What was seen. */
export interface Seen {
  readonly findings: readonly SecretFinding[]
  /** Of weights and the like; null where the bytes say nothing. */
  readonly format: string | null
}

export interface Inspector {
  /** The next bytes; they may be overwritten afterwards. */
  chunk(bytes: Uint8Array): void
  end(): Seen
}

/** Watches one file. How its bytes are cut into chunks never changes what is seen. */
export function startInspector({ app, path, scan }: Watch): Inspector {
  const scanner = createSecretScanner(app, path, scan)
  const sniffer = createFormatScanner(path)
  return {
    chunk(bytes) {
      scanner.chunk(bytes)
      sniffer.chunk(bytes)
    },
    end: () => ({ findings: scanner.end(), format: sniffer.end()?.format ?? null }),
  }
}

/** The same for all bytes of a file at once: most small files have nothing that is worth a scanner. */
export function inspect(bytes: Buffer, watch: Watch): Seen {
  const isPlain = watch.scan === 'names-and-keys' && !hasNameRule(watch.path) && !hasKeyWords(bytes)
  if (!isPlain || bytes.length > HEAD_BYTES) {
    const inspector = startInspector(watch)
    inspector.chunk(bytes)
    return inspector.end()
  }
  return { findings: [], format: formatOf(bytes, watch.path, bytes)?.format ?? null }
}
