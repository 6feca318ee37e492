import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../src/core/digest.ts'
import type { Session } from '../cli/transcript.ts'
import {
  expectRefusal,
  expectRefusalDocument,
  isRoot,
  type Refusal,
  startProject,
  startRelease,
  write,
  YAML,
} from './outcome.ts'

// What people and machines really give it. Each gets one clear error, its own exit code and a command that goes on; nothing half-written stays.

interface Case extends Refusal {
  readonly name: string
  /** `true`: two releases are there already. */
  readonly released?: true
  readonly arrange?: (session: Session) => void | Promise<void>
  readonly words: readonly string[]
  /** A part of what it says. */
  readonly says: RegExp
}

const at = (session: Session, file: string): string => path.join(session.dir, file)
const yaml =
  (text: string) =>
  (session: Session): void =>
    write(session.dir, { 'aiship.yaml': text })
const model =
  (written: string) =>
  (session: Session): void =>
    write(session.dir, { 'aiship.yaml': YAML.replace('path: model.bin', written) })

const servers: net.Server[] = []
const sessions: Session[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const session of sessions.splice(0)) session.end()
})

const listen = (file: string): Promise<void> =>
  new Promise((resolve) => {
    servers.push(net.createServer().listen(file, () => resolve()))
  })

function link(session: Session, file: string, target: string): void {
  fs.rmSync(at(session, file), { recursive: true, force: true })
  fs.symlinkSync(target, at(session, file))
}

/** Two values whose bundles' digests start with the same seven digits, found by trying. */
function twins(): readonly [number, number] {
  const seen = new Map<string, number>()
  for (let value = 0; ; value++) {
    const bytes = canonicalBytes(value)
    const component = { digest: digestOf(bytes), kind: 'value', layer: 'logic', name: 'n', role: 'hyperparameters' }
    const components = [{ ...component, path: '.aiship-components/n.json', size: bytes.length }]
    const start = digestOf(canonicalBytes({ format: 1, app: 'twins', commands: {}, components })).slice(7, 14)
    const other = seen.get(start)
    if (other !== undefined) return [other, value]
    seen.set(start, value)
  }
}

async function bundleTwins(session: Session): Promise<void> {
  for (const value of twins()) {
    yaml(`version: 1\napp: twins\ncomponents:\n  n: {role: hyperparameters, value: ${value}}\n`)(session)
    expect(await session.aiship(['bundle', '--label', `value-${value}`])).toMatchObject({ exit: 0 })
  }
}

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
`
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a2146'.repeat(8)}\nsize 12345\n`
const ANNEX = `/annex/objects/SHA256E-s1048576--${'4d7a2146'.repeat(8)}.bin\n`
const newer = (change: (format: string) => string) => (session: Session) => {
  const file = at(session, '.aiship/format.json')
  const format = fs.readFileSync(file, 'utf8')
  fs.chmodSync(file, 0o644)
  fs.writeFileSync(file, change(format))
}

/** An entry of a later format, as whoever writes that format would write it: everything matches but `v`. */
function laterEntry(session: Session): void {
  const file = at(session, '.aiship/logs/pointers/scorer/prod/000000000002.json')
  const { id: _, ...entry } = { ...JSON.parse(fs.readFileSync(file, 'utf8')), v: 2, new_key: ['from the future'] }
  fs.rmSync(file)
  fs.writeFileSync(file, canonicalBytes({ ...entry, id: digestOf(canonicalBytes(entry)) }))
}

const CASES: readonly Case[] = [
  // What stands in aiship.yaml.
  {
    name: 'no aiship.yaml',
    arrange: ({ dir }) => fs.rmSync(path.join(dir, 'aiship.yaml')),
    ...{ words: ['bundle'], code: 'CONFIG_MISSING', says: /there is no aiship\.yaml in/, next: 'aiship init' },
  },
  {
    name: 'an empty aiship.yaml',
    arrange: yaml(''),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /the file is empty/, next: 'aiship init' },
  },
  {
    name: 'a YAML bomb',
    arrange: yaml(BOMB),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /aiship\.yaml:1:\d+: .*&a/, next: 'aiship doctor' },
  },
  {
    name: 'an aiship.yaml of nothing but brackets',
    arrange: yaml('['.repeat(100_000)),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /nested too deep/, next: 'aiship doctor' },
  },
  {
    name: 'an aiship.yaml of 300 kB',
    arrange: yaml(`# ${'x'.repeat(300_000)}`),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /300002 bytes, more than the 262144/, next: 'aiship doctor' },
  },
  {
    name: 'a folder called aiship.yaml',
    arrange: ({ dir }) => {
      fs.rmSync(path.join(dir, 'aiship.yaml'))
      write(dir, { 'aiship.yaml/x': '' })
    },
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /is not a file/, next: 'aiship doctor' },
  },
  {
    name: 'a pipe called aiship.yaml',
    arrange: ({ dir }) => void execFileSync('sh', ['-c', `rm ${dir}/aiship.yaml; mkfifo ${dir}/aiship.yaml`]),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /is not a file/, next: 'aiship doctor' },
  },
  {
    name: 'a number that JSON readers round',
    arrange: yaml('version: 1\napp: scorer\ncomponents:\n  n: {role: model, value: 123456789012345678901234567890}\n'),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /aiship\.yaml:4:\d+: /, next: 'aiship doctor' },
  },
  {
    name: 'a program without a name',
    arrange: yaml('version: 1\napp: scorer\ncomponents:\n  env: {role: runtime, command: [""]}\n'),
    ...{ words: ['bundle'], code: 'CONFIG_INVALID', says: /components\.env\.command/, next: 'aiship doctor' },
  },
  // What stands at a component's path.
  {
    name: 'a component that is missing',
    arrange: ({ dir }) => fs.renameSync(path.join(dir, 'model.bin'), path.join(dir, 'modell.bin')),
    ...{
      words: ['bundle'],
      code: 'FILE_MISSING',
      says: /no model\.bin[\s\S]*did you mean modell\.bin/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a component that is an empty folder',
    arrange: ({ dir }) => fs.rmSync(path.join(dir, 'prompts/system.txt')),
    ...{ words: ['bundle'], code: 'COMPONENT_INVALID', says: /prompts has no files/, next: 'aiship bundle' },
  },
  {
    name: 'a component that is a socket',
    arrange: async (session) => {
      fs.rmSync(at(session, 'model.bin'))
      await listen(at(session, 'model.bin'))
    },
    ...{ words: ['bundle'], code: 'COMPONENT_INVALID', says: /model\.bin is a socket/, next: 'aiship bundle' },
  },
  {
    name: 'a socket inside a component',
    arrange: (session) => listen(at(session, 'prompts/agent.sock')),
    ...{
      words: ['bundle'],
      code: 'COMPONENT_INVALID',
      says: /prompts\/agent\.sock is a socket/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a component that is a pipe',
    arrange: ({ dir }) => void execFileSync('sh', ['-c', `rm ${dir}/model.bin; mkfifo ${dir}/model.bin`]),
    ...{ words: ['bundle'], code: 'COMPONENT_INVALID', says: /model\.bin is a pipe/, next: 'aiship bundle' },
  },
  {
    name: 'a component that is a device, followed',
    arrange: (session) => {
      link(session, 'model.bin', '/dev/zero')
      model('path: model.bin, links: follow')(session)
    },
    ...{ words: ['bundle'], code: 'COMPONENT_INVALID', says: /model\.bin is a device/, next: 'aiship bundle' },
  },
  {
    name: 'a file that hides its size',
    arrange: (session) => {
      link(session, 'model.bin', '/proc/version')
      model('path: model.bin, links: follow')(session)
    },
    ...{
      words: ['bundle'],
      code: 'COMPONENT_INVALID',
      says: /says that it is empty, and has bytes/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a link out of the tree',
    arrange: (session) => link(session, 'prompts/passwd', '/etc/passwd'),
    ...{
      words: ['bundle'],
      code: 'COMPONENT_INVALID',
      says: /a link to \/etc\/passwd[\s\S]*links: follow/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a link to itself',
    arrange: (session) => link(session, 'prompts/self', 'self'),
    ...{
      words: ['bundle'],
      code: 'COMPONENT_INVALID',
      says: /prompts\/self is a link to self, a loop/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a link to the folder it lies in',
    arrange: (session) => link(session, 'prompts/again', '.'),
    ...{ words: ['bundle'], code: 'COMPONENT_INVALID', says: /a loop/, next: 'aiship bundle' },
  },
  {
    name: 'a link that leads nowhere',
    arrange: (session) => link(session, 'model.bin', 'gone.bin'),
    ...{
      words: ['bundle'],
      code: 'FILE_MISSING',
      says: /a link to gone\.bin, which is not there/,
      next: 'aiship bundle',
    },
  },
  {
    name: 'a Git LFS pointer instead of the weights',
    arrange: ({ dir }) => write(dir, { 'model.bin': LFS }),
    ...{ words: ['bundle'], code: 'PLACEHOLDER', says: /a Git LFS pointer, not the bytes/, next: /^git lfs pull/ },
  },
  {
    name: 'a git-annex pointer instead of the weights',
    arrange: ({ dir }) => write(dir, { 'model.bin': ANNEX }),
    ...{ words: ['bundle'], code: 'PLACEHOLDER', says: /a git-annex pointer/, next: /^git annex get / },
  },
  {
    name: 'a name that reorders text',
    arrange: ({ dir }) => write(dir, { 'prompts/gpj\u202eexe.txt': '' }),
    ...{ words: ['bundle'], code: 'NAME_UNSAFE', says: /invisible or text-reordering/, next: 'aiship bundle' },
  },
  {
    name: 'a name with an escape sequence',
    arrange: ({ dir }) => write(dir, { 'prompts/\u001b[2Jx': '' }),
    ...{ words: ['bundle'], code: 'NAME_UNSAFE', says: /control character/, next: 'aiship bundle' },
  },
  {
    name: 'two names that one file system could not hold',
    arrange: ({ dir }) => write(dir, { 'prompts/System.txt': '' }),
    ...{ words: ['bundle'], code: 'NAME_UNSAFE', says: /would be the same file/, next: 'aiship bundle' },
  },
  // Pointers and references.
  {
    name: 'a pointer name with a typo, promoting',
    released: true,
    ...{
      words: ['promote', 'v1', 'prdo'],
      code: 'POINTER_UNKNOWN',
      says: /did you mean prod/,
      next: 'aiship promote v1 prod',
    },
  },
  {
    name: 'a pointer name with a typo, rolling back',
    released: true,
    ...{ words: ['rollback', 'prdo'], code: 'POINTER_UNKNOWN', says: /did you mean prod/, next: 'aiship status' },
  },
  {
    name: 'a pointer that does not exist',
    released: true,
    ...{ words: ['log', 'holiday'], code: 'POINTER_UNKNOWN', says: /no pointer "holiday"/, next: 'aiship status' },
  },
  {
    name: 'a reference to nothing',
    released: true,
    ...{ words: ['resolve', 'holiday'], code: 'NOT_FOUND', says: /no pointer, label or bundle/, next: 'aiship ls' },
  },
  {
    name: 'a version that does not exist',
    released: true,
    ...{ words: ['promote', 'v99', 'prod'], code: 'NOT_FOUND', says: /no version v99/, next: 'aiship ls' },
  },
  {
    name: 'an entry that does not exist',
    released: true,
    ...{ words: ['resolve', 'prod@99'], code: 'NOT_FOUND', says: /prod has 2 entries/, next: 'aiship log prod' },
  },
  {
    name: 'an ambiguous start of a digest',
    arrange: async (session) => {
      await bundleTwins(session)
      const { stdout } = await session.aiship(['resolve', 'v1'])
      session.env.START = stdout.slice(7, 14)
    },
    ...{
      words: ['resolve', '$START'],
      code: 'REF_AMBIGUOUS',
      says: /start of 2 bundles: v1 .*, v2 /,
      next: 'aiship ls',
    },
  },
  {
    name: 'a rollback with no history',
    arrange: async (session) => {
      await session.aiship(['bundle'])
      await session.aiship(['promote', 'v1', 'prod'])
    },
    ...{
      words: ['rollback', 'prod'],
      code: 'NOTHING_TO_ROLL_BACK',
      says: /served nothing before v1/,
      next: 'aiship log prod',
    },
  },
  {
    name: 'promoting to a name that reads as the start of a digest',
    released: true,
    ...{
      words: ['promote', 'v1', 'deadbeef', '--create'],
      code: 'USAGE',
      says: /read as a digest/,
      next: 'aiship help promote',
    },
  },
  {
    name: 'promoting to a whole digest',
    released: true,
    words: ['promote', 'v1', `sha256:${'ab'.repeat(32)}`, '--create'],
    ...{ code: 'USAGE', says: /read as a digest/, next: 'aiship help promote' },
  },
  {
    name: 'promoting to a version',
    released: true,
    ...{
      words: ['promote', 'v1', 'v2', '--create'],
      code: 'USAGE',
      says: /as a digest or a version/,
      next: 'aiship help promote',
    },
  },
  {
    name: 'a rollback under the operation name of a promote',
    released: true,
    arrange: async (session) => void (await session.aiship(['promote', 'v1', 'prod', '--op', 'job-7'])),
    words: ['rollback', 'prod', '--op', 'job-7'],
    ...{ code: 'USAGE', says: /the name of another operation: ana made prod@3/, next: 'aiship log prod --op job-7' },
  },
  {
    name: 'a hundred thousand short flags in one word',
    words: ['status', `-${'a'.repeat(100_000)}`],
    ...{ code: 'USAGE', says: /unknown flag -aaa/, next: 'aiship help status' },
  },
  // The registry.
  {
    name: 'a registry of a newer format',
    released: true,
    arrange: newer((format) => format.replace('"format":1', '"format":2')),
    ...{
      words: ['rollback', 'prod'],
      code: 'FORMAT_NEWER',
      says: /a registry of format 2/,
      next: /^npm install -g aiship/,
    },
  },
  {
    name: 'a registry of a newer layout',
    released: true,
    arrange: newer((format) => format.replace('"layout":1', '"layout":2')),
    ...{ words: ['bundle'], code: 'FORMAT_NEWER', says: /layout 2/, next: /^npm install -g aiship/ },
  },
  {
    name: 'an entry of a newer format',
    released: true,
    arrange: laterEntry,
    ...{
      words: ['rollback', 'prod'],
      code: 'FORMAT_NEWER',
      says: /prod@2 has format 2/,
      next: /^npm install -g aiship/,
    },
  },
  {
    name: 'a registry whose format is damaged',
    released: true,
    arrange: newer((format) => format.slice(0, 20)),
    ...{ words: ['rollback', 'prod'], code: 'CORRUPT', says: /from a backup/, next: 'aiship fsck --repair' },
  },
  {
    name: 'fsck of a registry whose format is damaged',
    released: true,
    arrange: newer((format) => format.slice(0, 20)),
    ...{ words: ['fsck'], code: 'CORRUPT', says: /from a backup/, next: 'aiship fsck --repair' },
  },
  {
    name: 'a registry without its format',
    released: true,
    arrange: ({ dir }) => fs.rmSync(path.join(dir, '.aiship/format.json')),
    ...{
      words: ['status'],
      code: 'CORRUPT',
      says: /a registry's content and no format\.json/,
      next: 'aiship fsck --repair',
    },
  },
  {
    name: 'a pipe in the place of the format',
    released: true,
    arrange: ({ dir }) =>
      void execFileSync('sh', ['-c', `rm ${dir}/.aiship/format.json; mkfifo ${dir}/.aiship/format.json`]),
    ...{ words: ['status'], code: 'CORRUPT', says: /is not a file/, next: 'aiship fsck --repair' },
  },
  {
    name: 'a pipe in the place of the newest entry',
    released: true,
    arrange: ({ dir }) => {
      const entry = `${dir}/.aiship/logs/pointers/scorer/prod/000000000002.json`
      execFileSync('sh', ['-c', `rm ${entry}; mkfifo ${entry}`])
    },
    ...{ words: ['rollback', 'prod'], code: 'CORRUPT', says: /is not a file/, next: 'aiship fsck' },
  },
  {
    name: 'a registry that is a file',
    ...{
      words: ['bundle', '--registry', 'model.bin'],
      code: 'REGISTRY_MISSING',
      says: /it is a file/,
      next: 'aiship doctor --registry model.bin',
    },
  },
  {
    name: 'a registry in a folder of other things',
    ...{
      words: ['bundle', '--registry', 'prompts'],
      code: 'REGISTRY_MISSING',
      says: /"system\.txt" in it/,
      next: 'aiship doctor --registry prompts',
    },
  },
  {
    name: 'a registry that is not there',
    words: ['rollback', 'prod', '--registry', '/nowhere', '--app', 'scorer'],
    ...{
      code: 'REGISTRY_MISSING',
      says: /no registry at \/nowhere/,
      next: 'aiship doctor --registry /nowhere --app scorer',
    },
  },
  {
    name: 'a kind of registry that nobody knows',
    ...{
      words: ['status', '--registry', 'gopher://x'],
      code: 'CONFIG_INVALID',
      says: /gopher:\/\//,
      next: 'aiship doctor --registry gopher://x',
    },
  },
  {
    name: 'a folder to work in that is not there',
    ...{
      words: ['status', '-C', 'nowhere'],
      code: 'FILE_MISSING',
      says: /there is no folder/,
      next: 'aiship status -C nowhere',
    },
  },
  // Where a checkout should go.
  {
    name: "a checkout into a folder of somebody else's files",
    released: true,
    words: ['checkout', 'v1', 'prompts'],
    ...{
      code: 'TARGET_NOT_EMPTY',
      says: /files that aiship did not write: system\.txt/,
      next: 'aiship checkout v1 prompts',
    },
  },
  {
    name: 'a checkout into the root of the system',
    released: true,
    ...{
      words: ['checkout', 'v1', '/'],
      code: 'TARGET_NOT_EMPTY',
      says: /did not write/,
      next: 'aiship checkout v1 /',
    },
  },
  {
    name: 'a checkout into the project',
    released: true,
    ...{
      words: ['checkout', 'v1', '.'],
      code: 'TARGET_NOT_EMPTY',
      says: /did not write/,
      next: 'aiship checkout v1 .',
    },
  },
  {
    name: 'a checkout into the registry',
    released: true,
    words: ['checkout', 'v1', '.aiship/objects/out'],
    ...{ code: 'TARGET_NOT_EMPTY', says: /lies in the registry/, next: 'aiship checkout v1 .aiship/objects/out' },
  },
  {
    name: 'a checkout into a link',
    released: true,
    arrange: (session) => link(session, 'out', 'elsewhere'),
    ...{
      words: ['checkout', 'v1', 'out'],
      code: 'TARGET_NOT_EMPTY',
      says: /a symbolic link/,
      next: 'aiship checkout v1 out',
    },
  },
  {
    name: 'a checkout below a file',
    released: true,
    words: ['checkout', 'v1', 'model.bin/out'],
    ...{ code: 'TARGET_NOT_EMPTY', says: /no folder/, next: 'aiship checkout v1 model.bin/out' },
  },
  {
    name: 'a checkout below a loop of links',
    released: true,
    arrange: (session) => link(session, 'loop', 'loop'),
    ...{
      words: ['checkout', 'v1', 'loop/out'],
      code: 'TARGET_NOT_EMPTY',
      says: /no folder/,
      next: 'aiship checkout v1 loop/out',
    },
  },
  {
    name: 'a checkout into a name that is too long',
    released: true,
    words: ['checkout', 'v1', 'x'.repeat(256)],
    ...{ code: 'NAME_UNSAFE', says: /cannot hold a file named/, next: `aiship checkout v1 ${'x'.repeat(256)}` },
  },
]

const deepRoute = `arms: {stable: v1}\nserve: [{when: ${'{"!": ['.repeat(26)}{var: a}${']}'.repeat(26)}, to: stable}]\n`
const routeFile =
  (text: string) =>
  (session: Session): void =>
    write(session.dir, { 'route.yaml': text })
const set = (...words: readonly string[]) => ['route', 'set', 'prod', ...words]
const from = (arrange: string) => ({ arrange: routeFile(arrange), words: set('--file', 'route.yaml') })
const badRoute = { released: true, code: 'ROUTE_INVALID', next: 'aiship help route set' } as const
const badContext = { released: true, code: 'CONTEXT_INVALID', next: 'aiship help route eval' } as const

/** What is wrong with a route, or with a request. */
const ROUTE_CASES: readonly Case[] = [
  { name: 'weights that do not sum', ...badRoute, words: set('--to', 'a=v1:5%'), says: /sum to 5000 \(5 %\)/ },
  { name: 'a negative weight', ...badRoute, words: set('--to', 'a=v1:-5%,stable'), says: /the weight "-5%"/ },
  {
    name: 'a weight of NaN',
    ...badRoute,
    ...from('arms: {stable: v1}\nserve: [{to: {stable: .nan}}]\n'),
    says: /route\.yaml:2:\d+/,
  },
  { name: 'an unknown arm', ...badRoute, words: set('--to', 'a:5%,stable'), says: /names the arm "a"/ },
  {
    name: 'an unknown operator',
    ...badRoute,
    words: set('--when', '{"like":[{"var":"a"},1]}', '--to', 'stable'),
    says: /unknown operator "like"/,
  },
  {
    name: 'a rule that can never match',
    ...badRoute,
    ...from('arms: {stable: v1}\nserve: [{to: stable}, {when: {var: a}, to: stable}]\n'),
    says: /rule 2 can never match/,
  },
  {
    name: 'a rule that always matches',
    ...badRoute,
    words: set('--when', '{"==":[1,1]}', '--to', 'stable'),
    says: /reads nothing of the request/,
  },
  {
    name: 'a condition at a prototype',
    ...badRoute,
    words: set('--when', '{"var":"a.__proto__.b"}', '--to', 'stable'),
    says: /__proto__ is no property/,
  },
  { name: 'a deep condition', ...badRoute, ...from(deepRoute), says: /nested/ },
  {
    name: 'a route of 2 MB',
    released: true,
    arrange: routeFile(`# ${'x'.repeat(2 ** 21)}`),
    words: set('--file', 'route.yaml'),
    code: 'USAGE',
    says: /more than the 1048576 bytes/,
    next: 'aiship help route set',
  },
  {
    name: 'a route that is a folder',
    released: true,
    words: set('--file', 'prompts'),
    code: 'USAGE',
    says: /is a folder/,
    next: 'aiship help route set',
  },
  {
    name: 'a context of 1 MB',
    ...badContext,
    words: ['route', 'eval', 'prod', '--context', JSON.stringify({ a: 'x'.repeat(2 ** 20) })],
    says: /1048584 bytes, more than the 262144/,
  },
  {
    name: 'a deep context',
    ...badContext,
    words: ['route', 'eval', 'prod', '--context', `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`],
    says: /nested deeper than 32/,
  },
  {
    name: 'a context with a prototype key',
    ...badContext,
    words: ['route', 'eval', 'prod', '--context', '{"__proto__":{"group":"internal"}}'],
    says: /has the key __proto__/,
  },
  {
    name: 'a context of another type',
    ...badContext,
    words: ['route', 'eval', 'prod', '--context', '["user-8"]'],
    says: /is no object/,
  },
  {
    name: 'a context in a file that is not there',
    released: true,
    words: ['route', 'eval', 'prod', '--context', '@absent.json'],
    code: 'FILE_MISSING',
    says: /absent\.json/,
    next: 'aiship route eval prod --context @absent.json',
  },
  {
    name: 'a format that there is not',
    released: true,
    words: ['route', 'export', 'prod', '--format', 'toml'],
    code: 'USAGE',
    says: /flagd, env, json, nginx/,
    next: 'aiship help route export',
  },
  {
    name: 'a variable of nginx that is more',
    released: true,
    words: ['route', 'export', 'prod', '--format', 'nginx', '--nginx-key', '$a"; } #'],
    code: 'USAGE',
    says: /takes a variable/,
    next: 'aiship help route export',
  },
]

/** What lies in the project, its registry aside: nothing half-written may be added to it. */
function listing({ dir }: Session): readonly string[] {
  const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()
  return names.filter((name) => !name.startsWith('.aiship/cache'))
}

async function arranged({ released, arrange }: Case): Promise<Session> {
  const session = released === true ? await startRelease() : startProject()
  sessions.push(session)
  await arrange?.(session)
  return session
}

const filled = (session: Session, words: readonly string[]): readonly string[] =>
  words.map((word) => (word === '$START' ? String(session.env.START) : word))

describe('bad input', () => {
  test.each([...CASES, ...ROUTE_CASES])('$name: $code', async (one) => {
    const session = await arranged(one)
    const before = listing(session)
    const outcome = await session.aiship(filled(session, one.words))
    expectRefusal(outcome, one)
    expect(outcome.stderr).toMatch(one.says)
    expect(outcome.stderr).not.toContain('made the registry')
    expect(listing(session).filter((name) => !before.includes(name))).toEqual([])
  })

  test.each([...CASES, ...ROUTE_CASES])('$name, --json: $code', async (one) => {
    const session = await arranged(one)
    expectRefusalDocument(await session.aiship([...filled(session, one.words), '--json']), one)
  })
})

describe('a file that may not be read', () => {
  /** File permissions do not hold the superuser back: as root the command runs as nobody. */
  async function asNobody<T>(session: Session, work: () => Promise<T>): Promise<T> {
    if (!isRoot) return work()
    fs.chmodSync(path.dirname(session.dir), 0o755)
    fs.chmodSync(session.dir, 0o777)
    process.seteuid?.(65534)
    try {
      return await work()
    } finally {
      process.seteuid?.(0)
    }
  }

  test.each([
    { file: 'model.bin', words: ['bundle'], next: 'aiship bundle', released: false },
    { file: 'prompts', words: ['bundle'], next: 'aiship bundle', released: false },
    { file: 'prompts/system.txt', words: ['bundle'], next: 'aiship bundle', released: false },
    { file: 'aiship.yaml', words: ['bundle'], next: 'aiship bundle', released: false },
    { file: '.aiship', words: ['rollback', 'prod'], next: 'aiship doctor', released: true },
    { file: '.aiship/logs/pointers/scorer/prod', words: ['rollback', 'prod'], next: 'aiship doctor', released: true },
    { file: '.aiship/logs', words: ['fsck'], next: 'aiship doctor', released: true },
  ])('$file: NOT_PERMITTED', async ({ file, words, next, released }) => {
    const session = released ? await startRelease() : startProject()
    sessions.push(session)
    fs.chmodSync(at(session, file), 0)
    try {
      const outcome = await asNobody(session, () => session.aiship(words))
      expectRefusal(outcome, { code: 'NOT_PERMITTED', next })
      expect(outcome.stderr).toContain('permi')
    } finally {
      fs.chmodSync(at(session, file), 0o755)
    }
  })

  test('a registry that may be read and not written answers, and refuses a move', async () => {
    const session = await startRelease()
    sessions.push(session)
    execFileSync('chmod', ['-R', 'a+rX,a-w', session.dir])
    try {
      for (const words of [['status'], ['ls'], ['log', 'prod'], ['show', 'prod'], ['resolve', 'prod'], ['fsck']])
        expect(await asNobody(session, () => session.aiship(words))).toMatchObject({ exit: 0 })
      execFileSync('chmod', ['a-w', session.dir])
      const outcome = await asNobody(session, () => session.aiship(['rollback', 'prod']))
      expectRefusal(outcome, { code: 'NOT_PERMITTED', next: 'aiship doctor' })
    } finally {
      execFileSync('chmod', ['-R', 'u+rwX', session.dir])
    }
  })
})

test.each([
  ['one that names neither', 'components: [\n', []],
  ['one with an unknown key', 'version: 1\napp: scorer\nregistry: .aiship\noops: 1\n', []],
  ['one whose app is no name', 'version: 1\napp: [scorer\n', ['--registry', '.aiship', '--app', 'scorer']],
])('a broken aiship.yaml keeps nobody from going back: %s', async (_, text, named) => {
  const session = await startRelease()
  sessions.push(session)
  yaml(text)(session)
  const outcome = await session.aiship(['rollback', 'prod', ...named])
  expect(outcome).toMatchObject({ exit: 0, stdout: expect.stringContaining('rolled back, entry 3') })
  expect(outcome.stderr).toContain('going on without aiship.yaml')
})

test.each([
  ['promote', 'v1', 'prod', '--yes'],
  ['check', 'v1', '--against', 'prod'],
  ['route', 'set', 'prod', '--to', 'stable=v1'],
  ['rollout', 'start', 'v1', 'prod', '--steps', '50%,100%'],
])('a broken aiship.yaml lets nobody past the rules in it: %s', async (...words) => {
  const session = await startRelease()
  sessions.push(session)
  yaml('version: 1\napp: scorer\nregistry: .aiship\npointers: {prod: {require: [people]}}\noops: 1\n')(session)
  expectRefusal(await session.aiship(words), { code: 'CONFIG_INVALID', next: 'aiship doctor' })
  expect((await session.aiship(['log', 'prod', '--registry', '.aiship', '--app', 'scorer'])).stdout).toMatch(/^2 /m)
})
