import { AishipError } from '../../core/errors.ts'
import type { PullData } from '../../core/model.gen.ts'
import type { Result } from '../../core/ports.ts'
import { pull } from '../../ops/pull.ts'
import { takenView } from '../artifact-views.ts'
import { arg, defineCommand, flag, isOci } from '../command.ts'
import { transferView } from '../views.ts'

export const command = defineCommand({
  name: 'pull',
  summary:
    'Bring a bundle from another registry, where it gets a version of this one. What is here already is not fetched again.\n' +
    'Marks for the whole registry come along; pointers, holds and labels do not. Stopped or repeated, it goes on where it was.',
  args: [
    ['<from>', 'the registry: a folder or a URL; oci://host/repository[:tag|@digest] is one bundle of an OCI registry'],
    ['[ref]', 'the bundle, as that registry calls it: prod, v42, a label (default: @newest of the app)'],
  ],
  options: [['--lazy', 'leave the files there: a checkout fetches those that it needs, and promote waits for all']],
  examples: [
    'aiship pull /srv/releases prod',
    'aiship pull ../team v42',
    'aiship pull /srv/releases --app fraud-scorer',
    'aiship pull oci://ghcr.io/acme/scorer:v42',
  ],
  registry: 'create',
  does: 'change',
  allApps: true,
  input: (words) => {
    const from = arg(words, 0)
    if (isOci(from) && words.args[1] !== undefined)
      throw new AishipError('USAGE', 'an OCI address names its bundle itself: oci://host/repository:tag', {
        next: ['aiship help pull'],
      })
    return { from, ref: words.args[1] ?? '@newest', lazy: flag(words, 'lazy') }
  },
  run: async (ctx, input): Promise<Result<PullData>> =>
    isOci(input.from) ? (await import('../../ops/pull-oci.ts')).pullOci(ctx, input.from) : pull(ctx, input),
  quiet: ({ data }) => data.version,
  view: ({ data, changed }, style) =>
    'source' in data ? takenView(data, changed, style) : transferView(data, 'pull', style),
})
