// The nightly retraining runs for real, night after night: through its gates and a rollout, and not past a person's word.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'

const scratch = mkdtempSync(join(tmpdir(), 'aiship-nightly-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const folder = join(scratch, 'churn')
const bin = join(scratch, 'bin')
cpSync(resolve(import.meta.dirname, '../examples/nightly-retrain'), folder, {
  recursive: true,
  filter: (path) => !/[/\\](?:data|\.aiship|model\.json)$/.test(path),
})
mkdirSync(bin)
symlinkSync(resolve(import.meta.dirname, '../bin/aiship.js'), join(bin, 'aiship'))

const env = { PATH: [bin, dirname(process.execPath), process.env.PATH].join(':'), HOME: scratch }
const run = (script: string, more: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    ...{ cwd: folder, env: { ...env, ...more }, encoding: 'utf8' },
  })
  return { status, stdout, said: stdout + stderr }
}
const ana = (command: string) => {
  const ran = run(command, { AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' })
  expect(ran.status, ran.said).toBe(0)
  return ran.stdout
}
const night = (number: number, hold = '1s', ...words: string[]) =>
  run(['./nightly.sh', ...words].join(' '), { NIGHT: String(number), HOLD: hold })
const prod = (): string => JSON.parse(ana('aiship resolve prod --json')).data.version

/** Until the hold of the rollout's step is over, however slow the machine is. */
async function advance(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const ran = run('./advance.sh')
    expect(ran.status, ran.said).toBe(0)
    if (ran.said.includes('rollout complete')) return
    await setTimeout(200)
  }
  expect.fail('the rollout was never complete')
}

test('what was rolled back cannot come back by itself', async () => {
  const yaml = join(folder, 'aiship.yaml')
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('soak: 6h', 'soak: 1s'))

  // The first release is a person's.
  expect(night(1)).toMatchObject({
    status: 3,
    said: expect.stringContaining('the first release of a pointer is a promote'),
  })
  ana('aiship promote v1 prod --yes')

  // A good night: a part of the traffic first, then all of it, with nobody there.
  expect(night(2)).toMatchObject({ status: 0 })
  expect(prod()).toBe('v1')
  await advance()
  expect(prod()).toBe('v2')

  // A night of wrong labels stays where it is: on staging.
  const shifted = night(3, '1s', '--shifted')
  expect(shifted).toMatchObject({ status: 6, said: expect.stringContaining('gate accurate: fail') })
  expect(shifted.said).toMatch(/gate as-good-as-prod: fail/)
  expect(prod()).toBe('v2')

  // Nor does it get by with a rollout that is over before anybody could look.
  expect(night(4, '0s')).toMatchObject({
    ...{ status: 6, said: expect.stringContaining('gate auto_promote: fail') },
  })

  // A model that every gate let through, and that people find wrong. They take it back, and say which data it was.
  expect(night(5)).toMatchObject({ status: 0 })
  await advance()
  expect(prod()).toBe('v5')
  ana('aiship rollback prod --reason "new customers all look like leavers"')
  expect(prod()).toBe('v2')
  const { components } = JSON.parse(ana('aiship show v5 --json')).data
  const snapshot = components.find(({ name }: { name: string }) => name === 'training-data').digest
  ana(`aiship mark ${snapshot} bad --reason "the export lost old customers"`)

  // The same night again: the same bytes, the same version, refused.
  expect(night(5)).toMatchObject({
    status: 6,
    said: expect.stringContaining('contains training-data, which was marked bad'),
  })
  // Trained otherwise on the same snapshot: another model, refused for what it was made of, on staging too.
  const params = join(folder, 'params.json')
  const before = readFileSync(params, 'utf8')
  writeFileSync(params, '{ "rounds": 61, "rate": 0.05 }\n')
  expect(night(5)).toMatchObject({
    status: 6,
    said: expect.stringContaining('v6 contains training-data, which was marked bad'),
  })
  writeFileSync(params, before)
  const start = (version: string) =>
    run(`aiship rollout start ${version} prod --steps 5%,100% --hold 1s --yes`, { AISHIP_ACTOR_KIND: 'automation' })
  // Other data: the hold still stands.
  expect(start('v4')).toMatchObject({ status: 6, said: expect.stringContaining('ana holds prod') })

  // The hold is lifted. What was built before the rollback, or before what is served, still does not go by itself.
  ana('aiship unhold prod')
  for (const version of ['v4', 'v1'])
    expect(start(version)).toMatchObject({
      ...{ status: 6, said: expect.stringContaining(`${version} was made before ana decided otherwise`) },
    })
  expect(run('aiship promote v4 prod --yes', { AISHIP_ACTOR_KIND: 'automation' })).toMatchObject({ status: 6 })
  expect(prod()).toBe('v2')

  // A night later everything goes by itself again.
  expect(night(6)).toMatchObject({ status: 0 })
  await advance()
  expect(prod()).toBe('v7')
})
