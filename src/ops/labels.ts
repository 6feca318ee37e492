import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { labelBytes } from '../core/label.ts'
import type { Arm, Label } from '../core/model.gen.ts'
import { checkLabel } from '../core/names.ts'
import type { Context } from '../core/ports.ts'
import { labelKey, pointerNames, readLabel } from './refs.ts'

/** Errors: USAGE for what can't be a label; LABEL_TAKEN for a pointer's name: a word must mean one thing. */
export async function checkNewLabels(ctx: Context, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return
  const pointers = new Set([...(await pointerNames(ctx)), ...Object.keys(ctx.config?.pointers ?? {})])
  for (const label of labels) {
    checkLabel(label)
    if (pointers.has(label)) {
      throw new AishipError('LABEL_TAKEN', `${label} can't be a label: it is a pointer`, {
        next: [`aiship promote @last ${label}`],
      })
    }
  }
}

/** Errors: LABEL_TAKEN if any of them names another bundle already. */
export async function checkFree(ctx: Context, labels: readonly string[], bundle: Digest): Promise<void> {
  for (const label of labels) {
    const there = await readLabel(ctx, label)
    if (there !== null && there.bundle !== bundle) throw taken(there, null)
  }
}

/** Creates the labels that are not there yet. Out: how many. Errors: LABEL_TAKEN where somebody else took one meanwhile; the version stays. */
export async function attachLabels(ctx: Context, labels: readonly string[], { bundle, version }: Arm): Promise<number> {
  let created = 0
  for (const label of labels) {
    const bytes = labelBytes({ label, bundle, version, actor: ctx.actor, at: ctx.now().toISOString() })
    if ((await ctx.registry.names.create(labelKey(ctx.app, label), bytes)) === 'won') {
      created++
      continue
    }
    const there = await readLabel(ctx, label)
    if (there !== null && there.bundle !== bundle) throw taken(there, version)
  }
  return created
}

function taken({ label, version, actor, at }: Label, made: string | null): AishipError {
  return new AishipError(
    'LABEL_TAKEN',
    `the label ${label} is ${version} since ${at}, given by ${actor.name}; labels are never moved`,
    {
      hint:
        made === null
          ? 'nothing was bundled; choose another label'
          : `${made} was bundled without it; choose another label`,
      next: made === null ? [`aiship show ${label}`] : [`aiship show ${label}`, 'aiship bundle --label OTHER'],
      details: { label, version, changed: made !== null },
    },
  )
}
