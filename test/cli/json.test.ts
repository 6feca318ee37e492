import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS, commandName } from '../../src/cli/commands.ts'
import { VERSION } from '../../src/version.gen.ts'
import { startOciServer } from '../registries/oci-server.ts'
import { type Session, startSession } from './transcript.ts'

// Other people's scripts read what --json prints: exactly one document, as schemas/output describes it, on failure too.

const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const ajv = new Ajv2020({ strict: false })
for (const file of readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.schema.json'),
)) {
  ajv.addSchema(JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')))
}

function expectShape(schema: string, value: unknown): void {
  const validate = ajv.getSchema(`output/${schema}.schema.json`)
  expect(validate, `schemas/output/${schema}.schema.json`).toBeDefined()
  expect({ valid: validate?.(value), errors: validate?.errors }).toEqual({ valid: true, errors: null })
}

let session: Session
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(session.dir, file)), { recursive: true })
  writeFileSync(path.join(session.dir, file), text)
}

beforeAll(() => {
  session = startSession('scorer')
})
afterAll(() => session.end())

/** The document of one command, whole; nothing else may be printed. */
async function document(
  line: string,
): Promise<{ ok: boolean; data: Record<string, unknown>; error: { code: string; exit: number }; schema: string }> {
  const { stdout, stderr, exit } = await session.type(`aiship ${line} --json`)
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  const parsed = JSON.parse(stdout)
  expectShape(parsed.ok ? 'result' : 'error', parsed)
  expect(exit).toBe(parsed.ok ? exit : parsed.error.exit)
  return parsed
}

/** Lets everything through. */
const PREDICT = `
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const line of text.trim().split('\\n')) console.log(JSON.stringify({ id: JSON.parse(line).id, label: 'allow' }))
})
`

/** Does everything that it is sent. */
const HOOK = `import { createInterface } from 'node:readline'
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ key: JSON.parse(line).key, status: 'applied' }))
`

const USED = new Set<string>()

/** A command that succeeds: its data has the shape of its schema. */
async function good(line: string): Promise<Record<string, unknown>> {
  const command = commandName(line.split(' ')) ?? ''
  const { ok, data, schema, error } = await document(line)
  expect({ line, ok, error }).toEqual({ line, ok: true, error: undefined })
  const name = command.replace(' ', '-')
  expect(schema).toBe(`aiship.${name}/v1`)
  expectShape(name, data)
  USED.add(command)
  return data
}

test('every command prints what its schema describes', async () => {
  write('params.json', '{"depth": 3}')
  write('data/train.csv', 'a,b\n1,2\n')
  await good('init --template empty')
  write(
    'aiship.yaml',
    [
      'version: 1\napp: scorer\ncomponents:',
      '  params: {role: hyperparameters, path: params.json}',
      '  data: {role: dataset, path: data}',
      '  model: {role: model-weights, path: model.bin, from: [data, params]}',
      '  llm: {role: model, value: {provider: acme, model: chat-2026-01-01}}',
      '  lake: {role: dataset, external: {uri: "s3://lake/x", pin: v7}}',
      `commands: {evaluate: [node, -e, "console.log('{\\"accuracy\\": 0.9}')"]}`,
      'pointers: {prod: {protected: true}}',
    ].join('\n'),
  )
  write('model.bin', 'weights')
  await good('doctor')
  const first = await good('bundle -m one -l rc-1')
  expect(first).toMatchObject({
    version: 'v1',
    bundle: expect.stringMatching(/^sha256:/),
    components: expect.any(Array),
  })
  await good('status')
  expect(await good('promote @last prod --yes --reason first')).toMatchObject({
    pointer: 'prod',
    seq: 1,
    from: null,
    to: first.bundle,
    undo: null,
  })
  write('params.json', '{"depth": 4}')
  expect(await good('diff --content')).toMatchObject({ different: true })
  await good('bundle -m two')
  await good('promote v2 prod --yes')
  await good('promote v2 prod --yes --dry-run')
  expect(await good('rollback prod --reason worse')).toMatchObject({
    pointer: 'prod',
    seq: 3,
    to: first.bundle,
    undo: 'aiship undo prod@3',
  })
  expect(await good('resolve prod')).toMatchObject({ bundle: first.bundle, version: 'v1' })
  expect(await good('log prod')).toMatchObject({ entries: [{ seq: 3, action: 'rollback' }, { seq: 2 }, { seq: 1 }] })
  await good('log prod --at 2026-10-02')
  await good('undo prod@3 --yes')
  await good('rollback prod')
  await good('hold prod --reason freeze')
  await good('unhold prod')
  await good('mark v2 bad --reason leak')
  await good('mark v2 good')
  await good('promote v1 canary --create')
  await good('rollout plan v2 canary --steps 5%,100% --hold 1h --traffic 100/h')
  expect(await good('rollout start v2 canary --steps 5%,25%,100%')).toMatchObject({
    ...{ pointer: 'canary', seq: 2, undo: 'aiship undo canary@2', rollout: { weight: 5000, step: 1, steps: 2 } },
  })
  await good('rollout status canary')
  await good('status')
  await good('log canary')
  await good('rollout pause canary')
  await good('rollout advance canary')
  await good('rollout resume canary')
  await good('rollout advance canary')
  expect(await good('rollout abort canary')).toMatchObject({ ended: { candidate: 'v2', stable: 'v1' }, rollout: null })
  await good('rollout status canary')
  write('rollout.yaml', 'strategy: {canary: {steps: [{setWeight: 1%}]}}\ndeadline: {after: 24h, then: abort}\n')
  await good('rollout start v2 canary --policy rollout.yaml')
  expect(await good('rollback canary')).toMatchObject({ ended: { candidate: 'v2', further: null } })
  write(
    'watched.yaml',
    [
      'strategy: {canary: {steps: [{setWeight: 1%, hold: {for: 1m}}]}}\ndeadline: {after: 1h}',
      'analysis:\n  interval: 1s\n  grace: 0s\n  source: command\n  command: [echo, \'{"value": 2}\']',
      '  guards: [{name: load, kind: expression, query: load, successCondition: result < 1, onFail: abort}]\n',
    ].join('\n'),
  )
  await good('undo canary@8 --yes')
  await good('rollout abort canary')
  await good('unhold canary')
  await good('rollout start v2 canary --policy watched.yaml --override again')
  expect(await good('watch canary --once')).toMatchObject({
    verdict: 'fail',
    action: 'abort',
    guards: [{ name: 'load' }],
  })
  expect(await good('watch canary --replay 12')).toMatchObject({ replay: 'same', verdict: 'fail' })
  expect(await good('policy backtest canary --policy watched.yaml')).toMatchObject({ guards: ['load'] })
  await good('rollout abort canary')
  await good('promote v2 canary')
  await good('promote v2 prod --yes')
  expect(await good('rollback prod canary')).toMatchObject({ pointers: [{ pointer: 'prod' }, { pointer: 'canary' }] })
  await good('retire canary --yes')
  await good('unhold prod')
  await good('mark v2 good')
  await good('route set prod --to candidate=v2:5%,stable --yes --override tried')
  expect(await good('route show prod')).toMatchObject({
    rules: ['1. everybody -> candidate 5 %, stable 95 %'],
    route: { fallback: 'stable', serve: [{ to: { candidate: 5000, stable: 95_000 } }] },
  })
  expect(await good('route eval prod --key user-8 --sample 1000')).toMatchObject({
    bundle: expect.stringMatching(/^sha256:/),
    arm: expect.stringMatching(/^(candidate|stable)$/),
    reason: 'SPLIT',
    sample: { size: 1000, drawn: 1000 },
  })
  await good('route eval prod')
  for (const format of ['flagd', 'env', 'json', 'nginx'])
    expect(await good(`route export prod --format ${format}`)).toMatchObject({ format, file: null, writes: 0 })
  expect(await good('route export prod -o ../flags.json')).toMatchObject({ file: '../flags.json', writes: 1 })
  await good('rollback prod')
  write('../report.json', '{"metrics": {"accuracy": 0.9}, "samples": 100}')
  expect(await good('evidence add v1 --type evaluation --file ../report.json')).toMatchObject({ evidence: { seq: 1 } })
  expect(await good('approve v1 --for prod')).toMatchObject({ approved_by: ['ana'] })
  expect(await good('check v1 --against prod --run')).toMatchObject({
    outcome: 'pass',
    ran: { evaluation: { metrics: { accuracy: 0.9 } } },
  })
  expect(await good('evidence ls v1')).toMatchObject({ evidence: [{ seq: 3 }, { seq: 2 }, { seq: 1 }] })
  await good('show v1')
  await good('show @work')
  await good('ls')
  await good('diff v1 v2')
  await good('checkout prod ../out')
  expect(await good('follow prod ../served --once')).toMatchObject({ version: 'v1', away: false, told: true })
  expect(await good('push v1 ../team --create')).toMatchObject({ version: 'v1', new_version: true })
  const oci = await startOciServer()
  try {
    expect(await good(`push v1 oci://${oci.host}/scorer:v1`)).toMatchObject({ version: 'v1', tag: 'v1' })
    expect(await good(`push prod oci://${oci.host}/scorer:prod`)).toMatchObject({ tag: 'prod', pointer: 'prod' })
    expect(await good(`pull oci://${oci.host}/scorer:v1`)).toMatchObject({ version: 'v1', new_objects: 0 })
  } finally {
    await oci.close()
  }
  expect(await good('export v1 -o ../release.tar')).toMatchObject({ version: 'v1', file: '../release.tar' })
  expect(await good('import ../release.tar')).toMatchObject({ version: 'v1', origin: null, new_objects: 0 })
  expect(await good('pull ../team')).toMatchObject({ version: 'v1', new_version: false, new_objects: 0 })
  const line = { ts: '2026-10-01T00:00:00Z', request_id: 'r1', bundle: first.bundle }
  write('predictions.jsonl', `${JSON.stringify(line)}\nnot one\n`)
  expect(await good('predictions ingest predictions.jsonl')).toMatchObject({ records: 1, quarantined: 1, segments: 1 })
  expect(await good('predictions sql FROM/**/predictions')).toMatchObject({ rows: [{ request_id: 'r1' }] })
  expect(await good('why r1')).toMatchObject({ request_id: 'r1', version: 'v1', prediction: { request_id: 'r1' } })
  expect(await good('slice --by arm')).toMatchObject({ rows: [{ arm: null, bundle: first.bundle, count: 1 }] })
  expect(await good('compare v1 v2 --by arm')).toMatchObject({ a: { count: 1 }, verdict: { cause: 'unknown' } })
  const bad = { ...line, request_id: 'r2', entity: 'e', input: { x: 1 }, label: 'block' }
  write('bad.jsonl', `${JSON.stringify(bad)}\n`)
  await good('predictions ingest bad.jsonl --keep-payloads')
  expect(await good('blast v1')).toMatchObject({ records: 2, entities: 2, in_force: 2, superseded: 0, resolved: 0 })
  write('predict.mjs', PREDICT)
  const yaml = readFileSync(path.join(session.dir, 'aiship.yaml'), 'utf8')
    .replace('components:', 'components:\n  predict: {role: inference-code, path: predict.mjs}')
    .replace('commands: {', 'commands: {predict: [node, predict.mjs], ')
  write('aiship.yaml', yaml)
  const { version } = await good('bundle -m repaired')
  const plan = await good(`remediate plan --bad v1 --good ${version} -m INC-1`)
  expect(plan).toMatchObject({ items: 2, replayable: 1, unreplayable: { absent: 1 } })
  expect(await good('remediate refresh @last')).toMatchObject({ plan: plan.plan })
  expect(await good('remediate replay @last')).toMatchObject({ plan: plan.plan, decided: 1, errors: 0 })
  expect(await good('remediate diff @last --by segment.region')).toMatchObject({ work: 1, items: 2 })
  write('hook.mjs', HOOK)
  expect((await document('remediate approve @last')).error).toMatchObject({ code: 'NOT_APPROVED', exit: 6 })
  const approved = await good('remediate approve @last --not-reproducible "v1 had no predict"')
  expect(approved).toMatchObject({ plan: plan.plan, items: 1, approved_by: ['ana'] })
  const hook = "--hook 'node hook.mjs'"
  expect((await document(`remediate apply @last ${hook}`)).error).toMatchObject({ code: 'SERVED_AGAIN' })
  await good(`promote ${version} prod --override repaired --yes`)
  expect(await good(`remediate apply @last ${hook} --dry-run`)).toMatchObject({ step: 'dry', counts: { applied: 1 } })
  expect(await good(`remediate apply @last ${hook}`)).toMatchObject({ step: 'closed', counts: { applied: 1 } })
  expect(await good('remediate receipt @last --list applied')).toMatchObject({ rows: [{ entity: 'e', from: 'block' }] })
  expect(await good('remediate undo @last')).toMatchObject({ items: 1 })
  await good('remediate approve @last')
  expect((await document("remediate apply @last --hook '/nowhere/hook'")).error).toMatchObject({ code: 'HOOK_FAILED' })
  expect(await good('remediate pause @last')).toMatchObject({ step: 'paused', counts: { not_sent: 1 } })
  expect(await good(`remediate resume @last ${hook}`)).toMatchObject({ step: 'closed', generation: 2 })
  await good('remediate undo @last')
  expect(await good('remediate diff @last')).toMatchObject({ work: 1, examples: [{ ts: null }] })
  expect(await good('remediate abort @last')).toMatchObject({ step: 'aborted', receipt: null })
  expect(await good('remediate status')).toMatchObject({ repairs: [{ step: 'aborted' }, {}, {}] })
  expect(await good('push v1 ../team --predictions')).toMatchObject({ predictions: { segments: 2, records: 2 } })
  expect(await good('predictions drop --older-than 1d --apply --yes')).toMatchObject({ applied: true })
  write('victims.txt', '1\n')
  const { quarantine } = (await good('quarantine add --entities victims.txt')) as { quarantine: { id: string } }
  expect(await good('quarantine check v1 --key a')).toMatchObject({ outcome: 'fail', datasets: [{ found: ['1'] }, {}] })
  expect(await good(`quarantine waive ${quarantine.id} v1 --until 2027-01-01 --reason known`)).toMatchObject({
    waiver: { active: true },
  })
  await good('show v1')
  await good('evidence ls v1')
  expect(await good('status')).toMatchObject({ waivers: [{ reason: 'known' }] })
  await good('ls')
  await good(`quarantine lift ${quarantine.id}`)
  expect(await good('quarantine ls')).toMatchObject({ quarantines: [], waivers: [{}] })
  await good('fsck --read-data')
  await good('gc')
  await good('gc --apply --yes')
  await good('repack --dry-run')
  await good('repack')
  await good('status')
  // It runs until it is stopped: serve.test.ts.
  const others = Object.keys(COMMANDS).filter((name) => name !== 'serve')
  expect([...USED].sort()).toEqual(others.sort())
})

test.each([
  ['--version', 'version', { version: VERSION }],
  ['--version -q', 'version', { version: VERSION }],
  ['--help', 'help', { command: null, text: expect.stringContaining('Usage: aiship COMMAND') }],
  ['-h', 'help', { command: null }],
  ['help', 'help', { command: null }],
  ['help help', 'help', { command: null }],
  ['help promote', 'help', { command: 'promote', text: expect.stringContaining('aiship promote <ref> <pointer>') }],
  ['promote --help', 'help', { command: 'promote' }],
  ['rollback -h', 'help', { command: 'rollback' }],
  ['help route', 'help', { command: 'route', text: expect.stringContaining('aiship route eval') }],
  ['route --help', 'help', { command: 'route' }],
  ['help route set', 'help', { command: 'route set', text: expect.stringContaining('aiship route set <pointer>') }],
  ['route set -h', 'help', { command: 'route set' }],
])('%s is one document too', async (line, command, expected) => {
  const { ok, data, schema } = await document(line)
  expect({ ok, schema, data }).toMatchObject({ ok: true, schema: `aiship.${command}/v1`, data: expected })
  expectShape(command, data)
  const { stdout } = await session.type(`aiship ${line}`)
  expect(stdout).toBe(data.text ?? `${VERSION}\n`)
})

test.each([
  ['promte', 'USAGE', 2],
  ['help promte', 'USAGE', 2],
  ['promote v1', 'USAGE', 2],
  ['promote v9 prod', 'NOT_FOUND', 3],
  ['promote v1 prdo', 'POINTER_UNKNOWN', 3],
  ['promote v1 prod --expect 1', 'POINTER_MOVED', 5],
  ['promote v2 prod --yes', 'HELD', 6],
  ['rollback prod --to v9', 'NOT_FOUND', 3],
  ['rollout start v2 prod --steps 5%,4%', 'POLICY_INVALID', 2],
  ['rollout pause prod', 'NO_ROLLOUT', 3],
  ['rollout strat v2 prod', 'USAGE', 2],
  ['undo prod@1', 'POINTER_MOVED', 5],
  ['log nothing', 'POINTER_UNKNOWN', 3],
  ['rollback prod --app scorrer', 'NOT_FOUND', 3],
  ['status --app other', 'NOT_FOUND', 3],
  ['status --app con', 'USAGE', 2],
  ['resolve 0123456', 'NOT_FOUND', 3],
  ['checkout prod .', 'TARGET_NOT_EMPTY', 6],
  ['follow prod . --once', 'TARGET_NOT_EMPTY', 6],
  ['status --registry nowhere', 'REGISTRY_MISSING', 3],
  ['init', 'USAGE', 2],
  ['route', 'USAGE', 2],
  ['route shwo prod', 'USAGE', 2],
  ['route show', 'USAGE', 2],
  ['route show v1', 'USAGE', 2],
  ['route show nothing', 'NOT_FOUND', 3],
  ['route set prod', 'USAGE', 2],
  ['route set prod --to candidate:7%', 'ROUTE_INVALID', 2],
  ['route set prod --file absent.yaml', 'FILE_MISSING', 3],
  ['route set prod --file absent.yaml --to stable', 'USAGE', 2],
  ['route eval prod --context {', 'CONTEXT_INVALID', 2],
  ['route eval prod --sample 0', 'USAGE', 2],
  ['route export prod --format toml', 'USAGE', 2],
  ['route export prod --watch', 'USAGE', 2],
  ['route export prod --nginx-key user', 'USAGE', 2],
])('%s fails with one document, %s and exit %i', async (line, code, exit) => {
  const { ok, error } = await document(line)
  expect({ ok, code: error.code, exit: error.exit }).toEqual({ ok: false, code, exit })
})
