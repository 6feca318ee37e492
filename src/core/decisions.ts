import { AishipError } from './errors.ts'
import { parseKeys, type SliceKey } from './slice-keys.ts'

// What counts as a decision, in SQL over the columns of predictions. Shadow, hold-out and replay answers decided nothing.

/** An answer that somebody was given, and that was acted upon. */
export const DECIDED = "event = 'prediction' AND mode = 'live' AND coalesce(applied, true)"
/** Whom or what it was about: a record that names nothing stands for itself. */
export const WHO = 'coalesce(entity, request_id)'
/** What was done: its action, else what was answered. */
export const DID = 'coalesce(action, label)'

/** `segment.region=eu`: a key, and the value that it has to have. Errors: USAGE. */
export function parseWhere(texts: readonly string[]): readonly (readonly [SliceKey, string])[] {
  return texts.map((text) => {
    const cut = text.indexOf('=')
    const [key] = cut > 0 ? parseKeys(text.slice(0, cut)) : []
    if (key === undefined || key.kind === 'component')
      throw new AishipError('USAGE', `--where takes KEY=VALUE, not ${JSON.stringify(text)}`, {
        hint: 'segment.region=eu, arm=candidate, label=block, service=scorer',
        next: ['aiship help blast'],
      })
    return [key, text.slice(cut + 1)]
  })
}
