import { AishipError } from '../../core/errors.ts'
import type { RouteExportData, RouteFormat } from '../../core/model.gen.ts'
import { routeExport } from '../../ops/route-export.ts'
import { arg, defineCommand, flag, text, type Words } from '../command.ts'
import type { Style } from '../style.ts'

const FORMATS: readonly RouteFormat[] = ['flagd', 'env', 'json', 'nginx']

export const command = defineCommand({
  name: 'route export',
  summary: 'A route as a file that others decide by. --watch writes it again, whole, whenever the pointer moves.',
  args: [['<pointer>', 'the pointer']],
  options: [
    ['--format <name>', `${FORMATS.join(', ')} (default flagd)`],
    ['-o, --output <file>', 'where to write it (default: standard output)'],
    ['--watch', 'go on until told to stop; needs -o'],
    ['--interval <seconds>', 'how often --watch looks (default 1)'],
    ['--keys <file>', 'keys, one a line, to look for those that flagd evaluators draw unalike; - is standard input'],
    ['--nginx-key <variable>', 'what nginx draws by (default $http_x_targeting_key)'],
  ],
  examples: [
    'aiship route export prod -o flags.json --watch',
    "aiship route export prod --format nginx --nginx-key '$cookie_uid'",
    'aiship route export prod --keys users.txt',
  ],
  registry: 'open',
  input: (words) => {
    const file = text(words, 'output')
    const isWatch = flag(words, 'watch')
    if (isWatch && (file === null || file === '-'))
      throw new AishipError('USAGE', '--watch needs a file to write: -o flags.json', {
        next: ['aiship help route export'],
      })
    return {
      ...{ ref: arg(words, 0), format: formatOf(words), file: file === '-' ? null : file, keys: text(words, 'keys') },
      nginxKey: nginxKey(words),
      watch: isWatch ? intervalMs(words) : null,
    }
  },
  run: routeExport,
  view: ({ data }, style) => view(data, style),
})

function formatOf(words: Words): RouteFormat {
  const name = text(words, 'format') ?? 'flagd'
  const found = FORMATS.find((format) => format === name)
  if (found !== undefined) return found
  throw new AishipError('USAGE', `there is no format ${JSON.stringify(name)}`, {
    hint: `there are ${FORMATS.join(', ')}`,
    next: ['aiship help route export'],
  })
}

/** It stands in a file that nginx runs: a name, and nothing that could end the line. */
function nginxKey(words: Words): string {
  const name = text(words, 'nginxKey') ?? '$http_x_targeting_key'
  if (/^\$[a-z0-9_]{1,64}$/.test(name)) return name
  throw new AishipError('USAGE', `--nginx-key takes a variable such as $cookie_uid, not ${JSON.stringify(name)}`)
}

function intervalMs(words: Words): number {
  const given = text(words, 'interval') ?? '1'
  const seconds = /^\d{1,5}(\.\d{1,3})?$/.test(given) ? Number(given) : Number.NaN
  if (seconds >= 0.05) return seconds * 1000
  throw new AishipError('USAGE', `--interval takes seconds, at least 0.05, not ${JSON.stringify(given)}`)
}

const view = (data: RouteExportData, style: Style): string =>
  data.file === null ? data.text : `${style.bold(data.pointer)}, entry ${data.seq}, is in ${data.file}`
