// The CI step runs for real, beside the workflow that calls it, in a folder laid out as its comment says.

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'

const examples = resolve(import.meta.dirname, '../examples/ci')
const workflow = readFileSync(join(examples, 'github-workflow.yml'), 'utf8')
const steps: { readonly id?: string; readonly run?: string; readonly env?: Record<string, string> }[] =
  parse(workflow).jobs.staging.steps
const release = steps.find(({ id }) => id === 'release')

const folder = mkdtempSync(join(tmpdir(), 'aiship-ci-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env: Record<string, string> = {
  PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(':'),
  HOME: folder,
  AISHIP_ACTOR: 'ci',
  AISHIP_ACTOR_KIND: 'automation',
}
const sh = (script: string, more: Record<string, string> = {}) =>
  spawnSync('sh', ['-c', script], { cwd: folder, env: { ...env, ...more }, encoding: 'utf8' })

beforeAll(() => {
  for (const name of ['bin', 'ci']) mkdirSync(join(folder, name))
  symlinkSync(resolve(import.meta.dirname, '../bin/aiship.js'), join(folder, 'bin/aiship'))
  copyFileSync(join(examples, 'release.sh'), join(folder, 'ci/release.sh'))
  writeFileSync(join(folder, 'model.bin'), 'weights')
  writeFileSync(
    join(folder, 'aiship.yaml'),
    'version: 1\napp: fraud\ncomponents: {model: {role: model-weights, path: model.bin}}\npointers: {staging: {}}\n',
  )
})

test('the step of the workflow says which commit it released, in its own words', () => {
  expect(release?.env?.CI_COMMIT_MESSAGE).toContain('head_commit.message')
  const output = join(folder, 'output')
  const github = { GITHUB_SHA: '1f2e3d4c', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  const ran = sh(release?.run ?? 'exit 99', { ...github, CI_COMMIT_MESSAGE: 'Train on May\n\n$(exit 3) "quoted"' })
  expect({ status: ran.status, stdout: ran.stdout }, ran.stderr).toMatchObject({ status: 0 })
  expect(readFileSync(output, 'utf8')).toMatch(/^bundle=sha256:[0-9a-f]{64}\nversion=v1\n$/)
  expect(readFileSync(github.GITHUB_STEP_SUMMARY, 'utf8')).toContain('### staging serves v1')
  const [moved] = JSON.parse(sh('aiship log staging --json').stdout).data.entries
  expect(moved.reason).toBe('ci: 1f2e3d4c')
  expect(sh('aiship ls').stdout).toContain('Train on May')
})

test('the workflow names every file that it runs, and installs what the team set', () => {
  const header = workflow.slice(0, workflow.indexOf('name: release'))
  expect(header).toContain('ci/release.sh')
  const install = steps.find(({ run }) => run?.startsWith('npm install'))
  expect(install?.env).toHaveProperty('AISHIP_PACKAGE')
  for (const [, name] of workflow.matchAll(/vars\.([A-Z_]+)/g)) expect(header).toContain(name)
  // The least role that does: prod is a person's.
  expect(header).not.toMatch(/RELEASER|ReleasersMove/)
})
