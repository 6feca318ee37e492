import { judgeGuard } from '../../src/core/guard-judge.ts'
import type { Reading } from '../../src/core/metric-source.ts'
import type { Guard } from '../../src/core/model.gen.ts'
import { ALONE, answerOf, situationOf } from '../core/situations.ts'
import { random } from './work.ts'

/** What serves alone against the profile in its bundle: the share that is held, of so many whose mix is still that of the profile, or has moved. */

const [UNITS, LOOKS, STEP] = [1000, 200, 50]
const SHARES = [0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.03, 0.015, 0.005]
const MIX: Guard = { name: 'mix', kind: 'distribution', field: 'label', onFail: 'hold' }

function draw(next: () => number, n: number, shares: readonly number[]): Readonly<Record<string, number>> {
  const counts = shares.map(() => 0)
  for (let i = 0; i < n; i++) {
    let [at, left] = [0, next()]
    while (at < shares.length - 1 && left >= (shares[at] as number)) left -= shares[at++] as number
    counts[at] = (counts[at] as number) + 1
  }
  return Object.fromEntries(counts.map((count, i) => [`class ${i}`, count]))
}

/** In: how much of the commonest class has gone to the next. */
export function heldByProfile(bundles: number, moved: number, seed: number): number {
  const next = random(seed)
  const [first = 0, second = 0, ...rest] = SHARES
  const shares = [first - moved, second + moved, ...rest]
  let held = 0
  for (let bundle = 0; bundle < bundles; bundle++) {
    const counts = draw(next, UNITS, SHARES)
    const profile = { v: 1 as const, fields: { label: { edges: null, counts } } }
    const readings = Array.from({ length: LOOKS }, (): Reading => {
      return { kind: 'classes', classes: { candidate: draw(next, STEP, shares), reference: null } }
    })
    const situation = situationOf([MIX], {
      ...{ minutes: LOOKS, served: ALONE, mode: 'steady', profile: { digest: `sha256:${'0'.repeat(64)}`, profile } },
    })
    if (judgeGuard(MIX, situation, [answerOf(readings)]).outcome === 'fail') held++
  }
  return held / bundles
}
