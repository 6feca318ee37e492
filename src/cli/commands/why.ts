import { AishipError } from '../../core/errors.ts'
import { type WhyInput, why } from '../../ops/why.ts'
import { arg, defineCommand, text, type Words } from '../command.ts'
import { whyView } from '../why-view.ts'

export const command = defineCommand({
  name: 'why',
  summary:
    'One prediction explained: the bundle that made it and its components, what the pointer said then, who had moved it there and why, and what differs from the decision before.',
  args: [['[request-id]', 'the request; or --entity']],
  options: [
    ['--entity <id>', 'the newest decision about this instead, live before shadow'],
    ['--at <time>', 'with --entity: as of then: 2026-03-03 for the end of that day in UTC, or 2026-03-03T12:00Z'],
  ],
  examples: ['aiship why req-7c0e41', 'aiship why --entity loan:4711 --at 2026-03-03'],
  registry: 'open',
  does: 'look',
  input: asked,
  run: why,
  view: ({ data }, style) => whyView(data, style),
})

function asked(words: Words): WhyInput {
  const [request, entity, at] = [arg(words, 0), text(words, 'entity'), text(words, 'at')]
  if (entity !== null && request === '') return { request: null, entity, at }
  if (entity === null && request !== '' && at === null) return { request, entity: null, at: null }
  const message =
    at !== null && entity === null
      ? '--at goes with --entity: a request was at one time only'
      : 'why takes a request id, or --entity'
  throw new AishipError('USAGE', message, { next: ['aiship help why'] })
}
