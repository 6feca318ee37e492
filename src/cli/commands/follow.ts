import { AishipError } from '../../core/errors.ts'
import { wordsOf } from '../../core/follow.ts'
import type { FollowData } from '../../core/model.gen.ts'
import { follow } from '../../ops/follow.ts'
import { arg, defineCommand, duration, flag, list, REASON, RUNS_ON, text, type Words, whole } from '../command.ts'
import { ago, type Style } from '../style.ts'
import { bundleName } from '../views.ts'

const KEEP = 2
const HEALTH_MS = 60_000
/** Those that can be sent to have something read again, or ended. */
const SIGNALS = ['HUP', 'USR1', 'USR2', 'TERM', 'INT', 'QUIT', 'WINCH', 'CONT']

export const command = defineCommand({
  name: 'follow',
  summary: `Keep a folder equal to what a pointer says: DIR/current is a link to a verified checkout, replaced in one step.\nRuns ${RUNS_ON}.`,
  args: [
    ['<pointer>', 'the pointer to follow'],
    ['<dir>', 'the folder to keep: an absent or empty one, or one that was followed into before'],
  ],
  options: [
    ['--arm <name>', 'follow this arm of the route; the main bundle while there is no such arm'],
    ['--health <command>', 'must end with 0 in a new checkout before it is served; run without a shell'],
    ['--timeout <time>', 'how long --health and --exec may take (default 60s)'],
    ['--exec <command>', 'tell the process of a new release by this command'],
    ['--signal <name>', 'tell it by this signal, such as HUP; needs --pid-file'],
    ['--pid-file <file>', 'where the number of the process stands'],
    ['--env <name...>', 'a variable that these commands get too, beside PATH, HOME, LANG and AISHIP_*'],
    ['--keep <n>', `how many earlier bundles stay, so that a rollback needs no download (default ${KEEP})`],
    ['--link', 'hard links to the registry, read-only, where objects lie in files of their own'],
    ['--interval <time>', 'how often to look (default 5s at a bucket, 2s at a folder, of which changes are noticed)'],
    ['--once', 'bring it up to date and end, for cron and init containers'],
    ['--pin <ref>', 'serve a bundle that is there already whatever the pointer says, also without the registry'],
    ['--unpin', 'take the pin away'],
    REASON,
  ],
  examples: [
    `aiship follow prod /srv/scorer --health 'node check.js' --signal HUP --pid-file /run/scorer.pid`,
    'aiship follow prod /srv/scorer --once',
    'aiship follow prod /srv/scorer --pin v41 --reason "the bucket is away"',
  ],
  registry: 'none',
  workspace: true,
  input: (words) => {
    const [pin, unpin] = [text(words, 'pin'), flag(words, 'unpin')]
    if (pin !== null && unpin) throw new AishipError('USAGE', '--pin and --unpin are two different things')
    const health = text(words, 'health')
    const exec = text(words, 'exec')
    return {
      ...{ pointer: arg(words, 0), dir: arg(words, 1), arm: text(words, 'arm') },
      health: health === null ? null : wordsOf(health, '--health'),
      healthMs: duration(words, 'timeout') ?? HEALTH_MS,
      exec: exec === null ? null : wordsOf(exec, '--exec'),
      signal: signalOf(words),
      pass: list(words, 'env'),
      keep: whole(words, 'keep', 0) ?? KEEP,
      link: flag(words, 'link'),
      everyMs: duration(words, 'interval') ?? null,
      once: flag(words, 'once'),
      ...{ pin, unpin, reason: text(words, 'reason') },
    }
  },
  run: follow,
  view: ({ data }, style) => view(data, style),
})

function signalOf(words: Words): { readonly name: string; readonly pidFile: string } | null {
  const given = text(words, 'signal')
  const pidFile = text(words, 'pidFile')
  if (given === null && pidFile === null) return null
  if (given === null || pidFile === null)
    throw new AishipError('USAGE', '--signal and --pid-file go together', { next: ['aiship help follow'] })
  const name = given.toUpperCase().replace(/^SIG/, '')
  if (!SIGNALS.includes(name))
    throw new AishipError('USAGE', `--signal takes ${SIGNALS.join(', ')}, not ${JSON.stringify(given)}`)
  return { name, pidFile }
}

function view(data: FollowData, style: Style): string {
  const { bundle, version, pointer, said } = data
  const name = style.bold(bundleName(bundle, version))
  const lines = [`${data.dir}/current is ${name}${data.pinned ? ', pinned' : ''}`]
  if (data.warm.length > 0)
    lines.push(`warm: ${data.warm.map((one) => bundleName(one.bundle, one.version)).join(', ')}`)
  const when = data.asked_at === null ? '' : ` ${ago(data.asked_at, style.now)}`
  if (said !== null && (data.away || said.bundle !== bundle))
    lines.push(
      `${style.yellow('!')} ${pointer} said ${bundleName(said.bundle, said.version)}${when}, entry ${said.seq}`,
    )
  if (data.away) lines.push(`${style.yellow('!')} the registry is away: this is what was served before`)
  return lines.join('\n')
}
