import type { PushData } from '../../core/model.gen.ts'
import type { Result } from '../../core/ports.ts'
import { push } from '../../ops/push.ts'
import { sentView } from '../artifact-views.ts'
import { arg, defineCommand, flag, isOci } from '../command.ts'
import { transferView } from '../views.ts'

export const command = defineCommand({
  name: 'push',
  summary:
    'Bring a bundle to another registry, where it gets a version of that registry. What is there already is not sent again.\n' +
    'Marks for the whole registry go along; pointers, holds and labels stay. Stopped or repeated, it goes on where it was.',
  args: [
    ['[ref]', 'the bundle (default: @last, what bundle returned here)'],
    ['<to>', 'the registry: a folder or a URL; oci://host/repository[:tag] is an OCI registry'],
  ],
  options: [['--create', 'make the registry if there is none at <to>']],
  examples: [
    'aiship push /srv/releases',
    'aiship push v42 /mnt/backup/aiship --create',
    'aiship push prod ../team -n',
    'aiship push v42 oci://ghcr.io/acme/scorer:v42',
  ],
  registry: 'open',
  input: (words) => ({
    ref: words.args.length > 1 ? arg(words, 0) : '@last',
    to: words.args.at(-1) ?? '',
    create: flag(words, 'create'),
  }),
  run: async (ctx, input): Promise<Result<PushData>> =>
    isOci(input.to) ? (await import('../../ops/push-oci.ts')).pushOci(ctx, input) : push(ctx, input),
  quiet: ({ data }) => ('artifact' in data ? `${data.to}@${data.artifact}` : data.version),
  view: ({ data }, style) => ('artifact' in data ? sentView(data, style) : transferView(data, 'push', style)),
})
