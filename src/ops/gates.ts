import { judgeAuto } from '../core/auto-promote.ts'
import { AishipError } from '../core/errors.ts'
import { frozenBy, windowProblem, windowWords } from '../core/freeze.ts'
import { UNTAINTED } from '../core/gate-taint.ts'
import { judgeGate } from '../core/gates.ts'
import { fail, type Judgement, type Known, pass, unknown } from '../core/judgement.ts'
import type { Arm, Gate, GateResult, PointerEntry, Policy, Rules } from '../core/model.gen.ts'
import { type Move, mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { judgeSource } from '../core/soak.ts'
import { decisionOn, knownOf, saidBefore, servedTimes } from './known.ts'
import { newest } from './logs.ts'
import type { Objection } from './objections.ts'
import { logOf } from './refs.ts'
import { policyChanges, rulesOf } from './rules.ts'
import { lookForTaint } from './taint.ts'

/** What is asked of one bundle by one pointer's rules. */
interface Asked {
  readonly pointer: string
  readonly rules: Rules
  /** The newest entry of the pointer. */
  readonly newest: PointerEntry | null
  /** What would be moved; null where only a look is taken. */
  readonly planned: Move | null
}

/** What every gate and rule says. What could not be read is unknown, and says why. */
export async function judge(ctx: Context, arm: Arm, asked: Asked): Promise<readonly GateResult[]> {
  const { pointer, rules, newest } = asked
  const { require = [], from, soak, freeze, auto_promote: auto } = rules.pointer
  const subject = await knownOf(ctx, arm)
  const named: (readonly [string, () => Promise<Judgement>])[] = require.map((name) => [
    name,
    () => judgeOne(ctx, subject, pointer, Object.hasOwn(rules.gates, name) ? rules.gates[name] : undefined),
  ])
  if (from !== undefined)
    named.push([
      'from',
      async () => {
        const served = await Promise.all(from.map((other) => servedTimes(ctx, other, arm)))
        return judgeSource(
          { from, version: arm.version, ...(soak === undefined ? {} : { soak }) },
          served.flat(),
          ctx.now().getTime(),
        )
      },
    ])
  if (auto !== undefined && ctx.actor.kind === 'automation')
    named.push([
      'auto_promote',
      async () =>
        judgeAuto(auto, subject, {
          pointer,
          newest,
          planned: asked.planned,
          decision: await decisionOn(ctx, pointer, subject.made),
        }),
    ])
  if (freeze !== undefined) named.push(['freeze', async () => judgeFreeze(freeze, ctx.now(), newest)])
  return Promise.all(named.map(async ([name, ask]) => ({ name, ...(await ask().catch(unreadable)) })))
}

function unreadable(error: unknown): Judgement {
  if (!(error instanceof AishipError)) throw error
  return unknown(error.message, error.next.at(-1) ?? 'aiship fsck')
}

async function judgeOne(ctx: Context, subject: Known, pointer: string, gate: Gate | undefined): Promise<Judgement> {
  if (gate === undefined) return unknown('the rules name it and do not have it')
  const compared = gate.max_drop_vs ?? gate.max_rise_vs
  const entry = compared === undefined ? null : ((await newest(ctx, logOf(ctx, compared)))?.entry ?? null)
  const main = mainOf(entry)
  const baseline = main === null ? null : await knownOf(ctx, main)
  const others = gate.same === undefined ? [] : await saidBefore(ctx, pointer, subject.arm)
  const taint = gate.untainted === undefined ? [] : await (await lookForTaint(ctx)).of(subject.arm)
  const judged = judgeGate(gate, { subject, scope: { app: ctx.app, pointer }, others, baseline, taint })
  // A pass is told only to who asks, and what is let through to everybody.
  if (taint.length > 0 && judged.outcome === 'pass' && judged.why !== UNTAINTED)
    ctx.emit({ type: 'warning', code: 'TAINT_LET_THROUGH', message: `${pointer}: ${judged.why}` })
  return judged
}

/** So far behind the newest entry, a clock can't say whether it is the weekend. */
const CLOCK_SLACK_MS = 10 * 60 * 1000

function judgeFreeze(
  windows: NonNullable<Rules['pointer']['freeze']>,
  now: Date,
  newest: PointerEntry | null,
): Judgement {
  if (newest !== null && Date.parse(newest.at) - now.getTime() > CLOCK_SLACK_MS)
    return unknown(
      `this machine's clock says ${now.toISOString()}, and the newest entry is from ${newest.at}`,
      'aiship doctor',
    )
  const problem = windows.map(windowProblem).find((one) => one !== null)
  if (problem !== undefined) return unknown(`a window can't be told: ${problem}`)
  const window = frozenBy(windows, now)
  return window === null ? pass('nothing is frozen now') : fail(`frozen ${windowWords(window)}; rollback works`)
}

/** What stands against a move by its policy, and what the gates looked at. */
export interface Judged {
  readonly objections: readonly Objection[]
  readonly evidence: PointerEntry['evidence']
  /** To be stored before the entry names it. */
  readonly rules: Rules | null
}

/** Judges every bundle that a move gives more than it had. In: `command`, what was typed. Errors: those of `rulesOf`. */
export async function judgeMove(
  ctx: Context,
  before: PointerEntry | null,
  policy: Policy | null,
  { pointer, arms, command, planned, acceptPolicy, gates }: JudgeInput,
): Promise<Judged> {
  const rules = await rulesOf(ctx, pointer, policy)
  const objections: Objection[] = []
  if (before?.policy && policy !== null)
    objections.push(...(await changesAgainst(ctx, pointer, before.policy, policy, { command, acceptPolicy })))
  const evidence = new Set<PointerEntry['evidence'][number]>()
  const own: Rules | null = gates === undefined ? null : { v: 1, pointer: { require: Object.keys(gates) }, gates }
  const all = [rules, own].filter((one) => one !== null)
  for (const arm of arms) {
    const asked = all.map((one) => judge(ctx, arm, { pointer, rules: one, newest: before, planned }))
    for (const result of (await Promise.all(asked)).flat()) {
      for (const id of result.evidence) evidence.add(id)
      if (result.outcome === 'pass') ctx.emit({ type: 'note', message: `gate ${result.name}: pass, ${result.why}` })
      else objections.push(objectionOf(result, arm, pointer))
    }
  }
  // What is known to be wrong is said before what nobody knows.
  objections.sort((a, b) => Number(a.code === 'GATE_UNKNOWN') - Number(b.code === 'GATE_UNKNOWN'))
  return { objections, evidence: [...evidence], rules }
}

export interface JudgeInput {
  readonly pointer: string
  readonly arms: readonly Arm[]
  readonly command: string
  readonly planned: Move
  readonly acceptPolicy: boolean
  readonly gates?: Readonly<Record<string, Gate>> | undefined
}

function objectionOf({ name, outcome, why, next }: GateResult, { version }: Arm, pointer: string): Objection {
  const code = outcome === 'fail' ? 'GATE_FAILED' : 'GATE_UNKNOWN'
  const lift = next ?? `aiship check ${version} --against ${pointer}`
  const details = { gate: name, outcome, why, next }
  return { code, message: `gate ${name}: ${outcome}, ${why}`, lift, stopsPeople: true, details }
}

/**
 * A policy that is not the one which judged the newest entry: told to everybody. Where either protects the pointer a person has to have seen it; a
 * program may neither change that nor loosen rules.
 */
async function changesAgainst(
  ctx: Context,
  pointer: string,
  from: Policy,
  to: Policy,
  { command, acceptPolicy }: Pick<JudgeInput, 'command' | 'acceptPolicy'>,
): Promise<readonly Objection[]> {
  if (from.protected === to.protected && from.rules === to.rules) return []
  const changes = await policyChanges(ctx, pointer, from, to)
  const message = `the policy of ${pointer} has changed since its newest entry: ${changes.join('; ')}`
  const isGuarded = from.protected || to.protected
  const isPerson = ctx.actor.kind === 'human'
  const stops = isPerson ? isGuarded && !acceptPolicy : isGuarded || from.rules !== undefined
  if (!stops) {
    ctx.emit({ type: 'warning', code: 'POLICY_CHANGED', message })
    return []
  }
  const lift = isPerson ? `${command} --accept-policy` : `aiship log ${pointer}`
  return [{ code: 'POLICY_CHANGED', message, lift, stopsPeople: true, isFinal: true, details: { changes } }]
}
