import type { Finding } from '../core/ports.ts'

/** What fsck has found so far; one thing about one subject once, whoever noticed it first. */
export interface Report {
  readonly findings: readonly Finding[]
  /** Log entries read. */
  entries: number
  /** Puts in front what was found elsewhere; it says more of the same thing. */
  addFirst(findings: readonly Finding[]): void
  error(id: string, subject: string, message: string): void
  warning(id: string, subject: string, message: string): void
  info(id: string, subject: string, message: string): void
  has(id: string, subject: string): boolean
}

export function startReport(): Report {
  let findings = new Map<string, Finding>()
  const add = (finding: Finding): void => {
    const key = `${finding.id} ${finding.subject}`
    if (!findings.has(key)) findings.set(key, finding)
  }
  const adder =
    (severity: Finding['severity']) =>
    (id: string, subject: string, message: string): void =>
      add({ id, severity, subject, message })
  return {
    entries: 0,
    get findings() {
      return [...findings.values()]
    },
    addFirst(others) {
      const later = [...findings.values()]
      findings = new Map()
      for (const finding of [...others, ...later]) add(finding)
    },
    error: adder('error'),
    warning: adder('warning'),
    info: adder('info'),
    has: (id, subject) => findings.has(`${id} ${subject}`),
  }
}

export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
