import { judgeContracts } from '../core/contracts.ts'
import type { Arm, ContractResult, GateResult, Manifest, VersionEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Objection } from './objections.ts'

// The contracts between the components of one bundle: warned of where it is made, and refused where it would be served.

const unmet = ({ components }: Manifest, made: VersionEntry): readonly ContractResult[] =>
  judgeContracts(components, made).filter(({ outcome }) => outcome !== 'pass')

export function contractsAgainst(manifest: Manifest, made: VersionEntry): readonly Objection[] {
  return unmet(manifest, made).map(({ component, contract, by, outcome, why }) => ({
    code: outcome === 'fail' ? 'CONTRACT_BROKEN' : 'CONTRACT_UNKNOWN',
    message: `contract ${contract}: ${outcome}, ${why}`,
    lift: 'aiship bundle',
    stopsPeople: true,
    details: { component, contract, by, outcome, why },
  }))
}

/** A bundle can't be changed any more. */
const remedy = 'change the component, or what aiship.yaml says under provides and requires, and bundle again'

export function warnOfContracts(ctx: Pick<Context, 'emit'>, manifest: Manifest, made: VersionEntry): void {
  for (const { outcome, why } of unmet(manifest, made)) {
    const code = outcome === 'fail' ? 'CONTRACT_BROKEN' : 'CONTRACT_UNKNOWN'
    ctx.emit({ type: 'warning', code, message: `${why}: no pointer takes it as it is; ${remedy}` })
  }
}

/** All contracts as `check` shows them; none where the bundle has none. */
export function contractGates(manifest: Manifest, made: VersionEntry, { version }: Arm): readonly GateResult[] {
  return judgeContracts(manifest.components, made).map(({ contract, outcome, why }) => ({
    ...{ name: `contract ${contract}`, outcome, why, evidence: [] },
    next: outcome === 'pass' ? null : `aiship show ${version}`,
  }))
}
