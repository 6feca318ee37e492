import { AishipError } from '../core/errors.ts'
import type { Seen, Watch } from '../core/inspect.ts'
import type { Config, SecretAllowance, SourceFile } from '../core/ports.ts'
import { isAllowed, type SecretFinding, scanModeOf } from '../core/secrets.ts'
import type { Part } from './parts.ts'

/** What is looked for in the bytes of a bundle's files while they pass: secrets, and formats of weights. */
export interface Inspection {
  /** What to look for in a file. */
  watch(file: SourceFile, part: Part): Watch
  /** Takes in what was seen in it. */
  saw(file: SourceFile, part: Part, seen: Seen): void
  /** Findings that aiship.yaml does not allow, by path and line. */
  refused(): readonly SecretFinding[]
  /** Formats met in a component, and the files that have them, as the project calls them. */
  formats(component: string): Readonly<Record<string, readonly string[]>>
}

export function startInspection({ app, secrets }: Config): Inspection {
  const findings: SecretFinding[] = []
  const formats = new Map<string, Map<string, string[]>>()
  return {
    watch: (file, { spec }) => ({ app, path: file.from, scan: scanModeOf(spec.role, file.from, spec.scan) }),
    saw(file, { spec }, seen) {
      findings.push(...seen.findings)
      if (seen.format === null) return
      const found = formats.get(spec.name) ?? new Map<string, string[]>()
      const files = found.get(seen.format) ?? []
      files.push(file.from)
      formats.set(spec.name, found.set(seen.format, files))
    },
    refused: () => findings.filter((finding) => !isAllowed(finding, secrets.allow)).sort(byPlace),
    formats(component) {
      const found = [...(formats.get(component) ?? new Map<string, string[]>())].map(
        ([format, files]) => [format, files.sort()] as const,
      )
      return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
    },
  }
}

const byPlace = (a: SecretFinding, b: SecretFinding): number =>
  a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1

/** The line of `secrets: allow:` that lets a finding through, ready to paste. JSON is YAML. */
const allowLine = ({ path, fingerprint }: SecretFinding): string =>
  `- ${JSON.stringify({ path, fingerprint, reason: 'WHY' } satisfies SecretAllowance)}`

/** The refusal. It names place and rule and shows a few characters: never the secret. */
export function secretError(findings: readonly SecretFinding[]): AishipError {
  const [first] = findings as readonly [SecretFinding, ...SecretFinding[]]
  const place = (finding: SecretFinding): string => `${finding.path}${finding.line > 0 ? `:${finding.line}` : ''}`
  const shown = `${place(first)}: ${first.what}${first.preview === '' ? '' : ` (${first.preview})`}, rule ${first.rule}`
  const more = findings.length === 1 ? '' : `, and ${findings.length - 1} more`
  return new AishipError('SECRET_FOUND', `${shown}${more}; nothing was bundled`, {
    hint: `take it out of the file; or, if it may be public, add to aiship.yaml under secrets: allow:  ${allowLine(first)}`,
    next: ['aiship bundle --allow-secrets "REASON"'],
    details: {
      findings: findings.slice(0, 100).map((finding) => ({ ...finding, allow: allowLine(finding) })),
      count: findings.length,
    },
  })
}
