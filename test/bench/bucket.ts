import fs from 'node:fs'
import path from 'node:path'
import { servers } from '../servers.ts'
import { writeProject } from './aiship.ts'
import { type Command, CommandFailed, median, quiet, run, tool, warm } from './measure.ts'
import { table } from './report.ts'
import { keptSets, type SetName, type Size } from './work.ts'

const BIN = path.resolve('bin/aiship.js')
const RCLONE = 'rclone copy'

interface Row {
  readonly name: string
  readonly atMost: number
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
  readonly peak: number
  readonly failure: string | null
}

/**
 * W8: each set into a real S3 server and out again, beside what copies the same files with rclone, in turn. Each round has prefixes and
 * folders of its own, and aiship no copy of what it fetches.
 */
export async function bucketReport(
  folder: string,
  size: Size,
  { rounds, wait, say }: { rounds: number; wait: number; say(line: string): void },
): Promise<string> {
  const title = '### W8: a bucket\n\n'
  const version = /v[\d.]+/.exec(tool('rclone', 'version').stdout)?.[0]
  if (servers === null || version === undefined)
    return `${title}Not measured: it needs rclone and a server: eval "$(node test/servers.mjs DIR)" starts one.\n`
  const work = fs.mkdtempSync(path.join(folder, 'bucket-'))
  try {
    const rows: Row[] = []
    for (const set of ['big', 'small'] as const) rows.push(...(await bothWays(set, keptSets(folder, size)[set], work)))
    const head = ['work', 'aiship s', `${RCLONE} s`, 'ratio', 'at most', 'peak MB']
    return `${title}Medians of ${rounds} runs in turn against ${servers.s3}; rclone ${version} with its defaults, which makes no version and no entry.\n\n${table([head, ...rows.map(cells)])}\n`
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }

  async function bothWays(set: SetName, kept: string, at: string): Promise<readonly Row[]> {
    const project = path.join(at, set)
    const data = path.join(project, 'data')
    fs.mkdirSync(project)
    await run({ argv: ['cp', '-al', kept, data] })
    writeProject(set, project)
    const seed = path.join(at, `${set}-seed`)
    fs.mkdirSync(seed)
    const settings = 'settings: {role: hyperparameters, value: {}}'
    fs.writeFileSync(path.join(seed, 'aiship.yaml'), `version: 1\napp: seed\ncomponents:\n  ${settings}\n`)
    const found = { up: [[], []], down: [[], []] } as Readonly<Record<'up' | 'down', readonly [number[], number[]]>>
    let [peak, failure]: [number, string | null] = [0, null]
    const timed = async (command: Command): Promise<number> => {
      await quiet(wait)
      const ran = await run(command)
      if (command.argv[0] === process.execPath) peak = Math.max(peak, ran.peak ?? 0)
      return ran.ms / 1000
    }
    try {
      for (let round = 0; round < rounds; round++) {
        say(`W8: ${set}, round ${round + 1} of ${rounds}`)
        const name = `${set}-${process.pid}-${round}`
        const out = path.join(at, `out-${round}`)
        // A registry is made once: what that takes, a race of many writers, is no part of a copy.
        await run(aiship(seed, name, ['bundle', '-q']))
        await warm([data])
        found.up[0].push(await timed(aiship(project, name, ['bundle', '-q'])))
        found.up[1].push(await timed(rclone(at, [data, `s:${servers?.bucket}/copy-${name}`])))
        fs.rmSync(path.join(project, '.aiship'), { recursive: true, force: true })
        found.down[0].push(await timed(aiship(project, name, ['checkout', 'v1', out, '-q'])))
        found.down[1].push(await timed(rclone(at, [`s:${servers?.bucket}/copy-${name}`, `${out}-copy`])))
        for (const made of [out, `${out}-copy`, path.join(project, '.aiship')]) fs.rmSync(made, { recursive: true })
      }
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error
      failure = error.message
    }
    const [most, name] = set === 'big' ? [1, 'W1'] : [0.2, 'W2']
    const row = (way: 'up' | 'down', what: string, atMost: number): Row => ({
      ...{ name: `${name} ${what}`, atMost, ours: found[way][0], theirs: found[way][1], peak, failure },
    })
    return [row('up', 'into the bucket', most), row('down', 'out of it', most)]
  }
}

/** Only what the server needs: no profile, no proxy, no certificate of this machine. */
function aiship(project: string, name: string, args: readonly string[]): Command {
  const { s3, bucket, key } = servers as NonNullable<typeof servers>
  const url = `s3://${bucket}/${name}?endpoint=${encodeURIComponent(s3)}`
  const env = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, HOME: project }
  return { argv: [process.execPath, BIN, ...args, '--registry', url], cwd: project, env }
}

function rclone(home: string, args: readonly string[]): Command {
  const { s3, key } = servers as NonNullable<typeof servers>
  const config = path.join(home, 'rclone.conf')
  const keys = `access_key_id = ${key.id}\nsecret_access_key = ${key.secret}`
  fs.writeFileSync(config, `[s]\ntype = s3\nprovider = Other\nforce_path_style = true\nendpoint = ${s3}\n${keys}\n`)
  return { argv: ['rclone', '--config', config, 'copy', ...args], env: { HOME: home } }
}

function cells({ name, atMost, ours, theirs, peak, failure }: Row): string[] {
  if (ours.length === 0 || theirs.length === 0) return [name, failure ?? 'not measured', '', '', '', '']
  const ratio = median(ours) / median(theirs)
  const judged = `${atMost}: ${ratio <= atMost ? 'ok' : 'MISS'}`
  const seconds = (times: readonly number[]): string => median(times).toFixed(1)
  return [name, seconds(ours), seconds(theirs), ratio.toFixed(2), judged, (peak / 1e6).toFixed(0)]
}
