import { AishipError } from '../core/errors.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'

/** Asks a person. Out: whether it was a yes. Errors: CONFIRMATION_NEEDED where there is nobody to ask. */
export async function confirm(host: Host, flags: Flags, question: string): Promise<boolean> {
  if (flags.yes || flags.dryRun) return true
  if (!host.stdinIsTTY || !flags.input) {
    throw new AishipError('CONFIRMATION_NEEDED', `this needs a yes, and there is nobody to ask: ${question}`, {
      hint: 'add --yes to the command',
    })
  }
  host.stderr.write(`${question} [y/N] `)
  const answer = await host.readLine()
  // Nobody has pressed Enter: what follows stands on a line of its own.
  if (answer === null) host.stderr.write('\n')
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
