import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/**
 * The package as others get it: packed and installed by the steps of examples/kubernetes/Dockerfile, run here one by one without Docker,
 * then used by a project that has nothing of ours.
 */

const ROOT = path.resolve(import.meta.dirname, '..')
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-package-')))
const image = path.join(home, 'image')
afterAll(() => rmSync(home, { recursive: true, force: true }))

function run(program: string, args: readonly string[], cwd: string): string {
  const env = { PATH: process.env.PATH, HOME: home, npm_config_offline: 'true', npm_config_update_notifier: 'false' }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  expect(status, `${program} ${args.join(' ')}: ${stdout}${stderr}`).toBe(0)
  return stdout
}

const dockerfile = readFileSync(path.join(ROOT, 'examples/kubernetes/Dockerfile'), 'utf8')
const [building = '', final = ''] = dockerfile.split(/^FROM .*\n/m).slice(1)
const steps = building.split('\n').flatMap((line) => {
  const [, step, words] = /^(COPY|RUN) (.*)$/.exec(line) ?? []
  return step === undefined || words === undefined ? [] : [{ step, words }]
})

beforeAll(() => {
  const work = path.join(home, 'aiship')
  mkdirSync(work)
  for (const { step, words } of steps) {
    const names = words.split(' ')
    // What `npm ci` brings is here already: a run of the tests begins with it.
    if (words.startsWith('npm ci')) symlinkSync(path.join(ROOT, 'node_modules'), path.join(work, 'node_modules'))
    else if (step === 'RUN') run('sh', ['-c', words.replaceAll('/image', image)], work)
    else
      for (const name of names.slice(0, -1))
        cpSync(path.join(ROOT, name), path.resolve(work, names.at(-1) === './' ? name : (names.at(-1) as string)), {
          recursive: true,
        })
  }
}, 180_000)

test('the image has the program, and nothing that it does not need', () => {
  expect(steps.map(({ words }) => words)).toContain('npm ci --ignore-scripts')
  expect(final).toContain('COPY --from=build /image /usr/local\n')
  expect(final).toContain('ENTRYPOINT ["aiship"]')
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  expect(run(process.execPath, [path.join(image, 'bin/aiship'), '--version'], home)).toBe(`${version}\n`)
  const packages = path.join(image, 'lib/node_modules')
  expect(readdirSync(packages).filter((name) => !name.startsWith('.'))).toEqual(['aiship'])
  const parts = readdirSync(path.join(packages, 'aiship')).sort()
  expect(parts).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schemas'])
})

test('a project of somebody else has it with its types, by import and by require', () => {
  const project = path.join(home, 'consumer')
  cpSync(path.join(image, 'lib/node_modules'), path.join(project, 'node_modules'), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules/@types'), path.join(project, 'node_modules/@types'))
  const files: Record<string, string> = {
    'package.json': '{"type": "module"}',
    'sample.ts': `
      import { AishipError, createRouter, openRegistry, resolve, type LiveRouter, type RouterState } from 'aiship'
      const where = { registry: process.env.REGISTRY, app: 'scorer' }
      export async function start(states: RouterState[]): Promise<LiveRouter> {
        const router = await createRouter({ ...where, pointer: 'prod', refresh: 1000, onChange: (state) => states.push(state) })
        const { bundle, arm, reason, seq, mirror } = router.decide({ targetingKey: 'user-8' })
        const digest: \`sha256:\${string}\` = bundle
        const kinds: 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' = reason
        const at: number | null = seq
        console.log(digest, arm, kinds, at, mirror.map(({ effects }) => effects), router.state.route.arms[arm]?.version)
        const { data } = await resolve(await openRegistry(where), { ref: 'prod' })
        console.log(data.bundle)
        return router
      }
      // @ts-expect-error: a pointer has to be named.
      createRouter(where).catch((error: unknown) => error instanceof AishipError && error.code)`,
    'sample.mjs': `
      import { createRouter } from 'aiship'
      await createRouter({ registry: './nowhere', pointer: 'prod' }).catch((error) => console.log('import', error.code))`,
    'sample.cjs': `
      const { openRegistry, AishipError } = require('aiship')
      openRegistry({ registry: './nowhere' }).catch((error) => console.log('require', error.code, error instanceof AishipError))`,
  }
  const shown = [
    ...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(
      /^```js\n(import .* from 'aiship'\n[\s\S]*?)^```$/gm,
    ),
  ]
  expect(shown.length).toBeGreaterThanOrEqual(2)
  for (const [n, [, text = '']] of shown.entries()) files[`readme-${n}.ts`] = text
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text)
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false']
  const sources = Object.keys(files).filter((name) => name.endsWith('.ts'))
  const target = ['--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  run(process.execPath, [tsc, ...strict, ...target, ...sources], project)
  expect(run(process.execPath, ['sample.mjs'], project)).toBe('import REGISTRY_MISSING\n')
  expect(run(process.execPath, ['sample.cjs'], project)).toBe('require REGISTRY_MISSING true\n')
})
