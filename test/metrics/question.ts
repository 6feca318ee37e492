import type { Question, Sides, Span } from '../../src/core/metric-source.ts'
import type { Guard } from '../../src/index.ts'

export const CANDIDATE = `sha256:${'c'.repeat(64)}` as const
export const STABLE = `sha256:${'a'.repeat(64)}` as const
export const START = Date.parse('2026-09-30T08:00:00.000Z')

export const SIDES: Sides = {
  pointer: 'prod',
  candidate: { bundle: CANDIDATE, arms: ['candidate'] },
  reference: { bundle: STABLE, arms: ['control', 'stable'] },
}

export const windowsOf = (count: number, width = 60_000, start = START): readonly Span[] =>
  Array.from({ length: count }, (_, k) => ({ from: start + k * width, until: start + (k + 1) * width }))

export const guardOf = (more: Partial<Guard> = {}): Guard => ({ name: 'errors', kind: 'rate', ...more }) as Guard

export const events = (more: Partial<Guard> = {}, threshold: number | null = null): Question => ({
  kind: 'events',
  guard: guardOf({ events: "status = 'error'", ...more }),
  threshold,
})
