import fs from 'node:fs'
import path from 'node:path'
import type { Command } from './measure.ts'
import { keeping, type Place, type Program, saying } from './program.ts'
import type { SetName } from './work.ts'

const BIN = path.resolve('bin/aiship.js')
export const AISHIP = 'aiship'

/** The environment has PATH and HOME alone, as the reference `node -e 0` has. */
const act = ({ data, store, home }: Place, args: readonly string[]): Command => ({
  argv: [process.execPath, BIN, ...args, '--registry', store],
  ...{ cwd: path.dirname(data), env: { HOME: home } },
})

/** Tag v1 is the first version, v2 the second. */
export const aiship: Program = {
  name: AISHIP,
  version: () => (JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string }).version,
  says: saying('bundle', 'checkout', { link: 'checkout --link', verify: 'fsck --read-data' }),
  lacks: { stores: '' },
  // The registry makes its own folder.
  setUp: (place) => ({ argv: ['rmdir', place.store] }),
  steps: (place) => ({
    ...keeping(() => act(place, ['bundle', '--json'])),
    checkout: (tag, out) => act(place, ['checkout', tag, out]),
    over: (tag, out) => act(place, ['checkout', tag, out]),
    link: (tag, out) => act(place, ['checkout', tag, out, '--link']),
    verify: () => act(place, ['fsck', '--read-data']),
  }),
  stored: ({ store }) => ({ all: [store], cache: [path.join(store, 'cache')] }),
}

/** What makes the folder around the data a project. */
export function writeProject(set: SetName, project: string): void {
  const component =
    set === 'big' ? 'model: {role: model-weights, path: data/model.safetensors}' : 'data: {role: dataset, path: data}'
  fs.writeFileSync(path.join(project, 'aiship.yaml'), `version: 1\napp: bench\ncomponents:\n  ${component}\n`)
}

/** Bytes of the objects that a bundle stored, from what it printed. */
export function newBytesOf(stdout: string): number {
  return (JSON.parse(stdout) as { data: { new_bytes: number } }).data.new_bytes
}
