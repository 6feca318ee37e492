import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, Evaluation, Manifest, ShownEvidence } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { shellLine } from '../core/shell.ts'
import { writeBundle } from './checkout.ts'
import { addEvidence, evaluationOf, refuseOther, shown } from './evidence.ts'
import { manifestOf } from './plan.ts'

/** Most bytes that an evaluation may print. */
const MAX_PRINTED = 256 * 1024

/**
 * Checks a bundle out, runs its own `evaluate` there (with PATH, HOME, LANG and AISHIP_* alone), and puts down what it prints. In: `timeout` in ms.
 * Errors: COMMAND_FAILED where it has none, or it fails; EVIDENCE_INVALID for what is no object of metrics, or of another bundle; those of `checkout`.
 */
export async function runEvaluation(ctx: Context, arm: Arm, timeout: number): Promise<ShownEvidence> {
  const manifest = await manifestOf(ctx, arm)
  const argv = manifest.commands.evaluate
  if (argv === undefined)
    throw new AishipError('COMMAND_FAILED', `${arm.version} has no command that evaluates it`, {
      hint: 'aiship.yaml names it when it is bundled:  commands: {evaluate: [node, evaluate.js]}',
      next: [`aiship evidence add ${arm.version} --type evaluation --file FILE`],
    })
  if (ctx.trial === undefined || ctx.evaluation === undefined)
    throw new AishipError('USAGE', 'nothing can be run here', { next: ['aiship help check'] })
  const trial = await ctx.trial()
  try {
    const runtime = await runtimeFound(ctx, arm, manifest)
    await writeBundle(ctx, arm, { pointer: null, seq: null, arm: null }, { dir: trial.dir, only: null })
    const program = { argv, cwd: trial.dir, set: {}, pass: [], timeoutMs: timeout }
    const { printed, problem } = await trial.run(program, MAX_PRINTED, ctx.signal)
    if (problem !== null)
      throw new AishipError('COMMAND_FAILED', `${shellLine(argv)} of ${arm.version} ${problem}`, {
        hint: 'nothing was put down; it runs in a checkout of the bundle, with PATH, HOME, LANG and AISHIP_* alone',
        next: [`aiship checkout ${arm.version} DIR`],
      })
    const name = `what ${argv[0]} printed`
    const written = await ctx.evaluation(printed, name, true)
    refuseOther(written, arm, name, (other) => `aiship check ${other} --run`)
    const about = {
      runner: `aiship check --run on ${ctx.host}`,
      eval_set: written.eval_set ?? evalSet(manifest),
      runtime,
    }
    const evaluation = evaluationOf(written, about)
    const fact = { bundle: arm.bundle, type: 'evaluation', evaluation, approval: null, reason: null } as const
    return shown((await addEvidence(ctx, fact)).entry)
  } finally {
    await trial.end()
  }
}

/** The one that the bundle brings along. Of several nobody knows which was used. */
function evalSet({ components }: Manifest): Digest | null {
  const sets = components.filter(({ role }) => role === 'eval-set')
  return sets.length === 1 ? (sets[0]?.digest ?? null) : null
}

/** Captures again what a command tells of the runtime, where aiship.yaml still says how. */
async function runtimeFound(ctx: Context, { version }: Arm, { components }: Manifest): Promise<Evaluation['runtime']> {
  const wanted = components.filter(({ role, kind }) => role === 'runtime' && kind === 'command')
  const found: boolean[] = []
  for (const { name, digest } of wanted) {
    const spec = ctx.config?.components.find((one) => one.name === name && one.kind === 'command')
    if (spec === undefined) return null
    const collected = await (await ctx.collector('command')).collect(spec, ctx.project())
    const content = collected.form === 'reference' ? undefined : collected.files[0]?.content
    const isSame = content !== undefined && 'bytes' in content && digestOf(content.bytes) === digest
    found.push(isSame)
    if (isSame) continue
    const message = `${name} is not here what it was when ${version} was made: it is measured in another runtime`
    ctx.emit({ type: 'warning', code: 'RUNTIME_DIFFERS', message })
  }
  if (found.length === 0) return null
  return found.every(Boolean) ? 'same' : 'different'
}
