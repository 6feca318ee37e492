import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { canonicalBytes, type Digest, finishDigest, startDigest } from '../../src/core/digest.ts'
import { nextEntry, type Read } from '../../src/core/entry.ts'
import type {
  Actor,
  ApplyData,
  ObjectLines,
  RemediationDiff,
  RemediationEntry,
  RemediationPlan,
} from '../../src/core/model.gen.ts'
import { EMPTY_STEP, remediationLog } from '../../src/core/remediation.ts'
import { openFolder } from '../../src/store/folder.ts'
import { run } from './measure.ts'
import { table } from './report.ts'

const LEAST_A_SECOND = 5000
const MOST_MEMORY = 500e6
const ANA: Actor = { kind: 'human', name: 'ana' }

/** Reads whole chunks, and answers each line: what a hook costs at least. */
const TRIVIAL = `let rest = ''
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n')
  rest = lines.pop()
  process.stdout.write(lines.map((line) => '{"key":"' + JSON.parse(line).key + '","status":"applied"}\\n').join(''))
})`

/** W13: a repair is applied through a hook that does nothing, with its journal on the disk: whole process. */
export async function applyReport(
  folder: string,
  { count, say }: { count: number; say(line: string): void },
): Promise<string> {
  const dir = fs.mkdtempSync(path.join(folder, 'apply-'))
  try {
    say(`writing a repair of ${count} items`)
    const plan = await approvedPlan(dir, count)
    fs.writeFileSync(path.join(dir, 'hook.js'), TRIVIAL)
    say('apply')
    const argv = [
      process.execPath,
      path.resolve('bin/aiship.js'),
      'remediate',
      'apply',
      plan,
      '--hook',
      'node hook.js',
      '--no-pause',
      '--json',
    ]
    const { ms, peak, stdout } = await run({
      argv,
      cwd: dir,
      env: { HOME: dir, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' },
    })
    const { data } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { data: ApplyData }
    if (data.counts?.applied !== count) throw new Error(`applied ${JSON.stringify(data.counts)} of ${count}`)
    const rate = (count * 1000) / ms
    const ok = (isOk: boolean): string => (isOk ? 'ok' : 'MISS')
    const rows = [
      ['program', 's', 'figure', 'limit', 'peak MB'],
      [
        'apply',
        (ms / 1000).toFixed(1),
        `${Math.round(rate)}/s`,
        `at least ${LEAST_A_SECOND}: ${ok(rate >= LEAST_A_SECOND)}`,
        String(Math.round((peak ?? 0) / 1e6)),
      ],
      ['', '', 'memory', `${MOST_MEMORY / 1e6} MB: ${ok((peak ?? 0) <= MOST_MEMORY)}`, ''],
    ]
    return `### W13: a repair applied\n\n${count} items through a hook that does nothing.\n\n${table(rows)}\n`
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

/** A project with a plan whose diff somebody has approved. Out: the plan. */
async function approvedPlan(dir: string, count: number): Promise<Digest> {
  fs.writeFileSync(
    path.join(dir, 'aiship.yaml'),
    'version: 1\napp: bench\ncomponents: {p: {role: hyperparameters, path: p.json}}\n',
  )
  const registry = openFolder(path.join(dir, '.aiship'), { create: true, now: () => new Date(), uuid: randomUUID })
  const batch = await registry.objects.batch()
  const work = await storeWork(batch, count)
  const put = async (value: unknown): Promise<Digest> => (await batch.bytes(canonicalBytes(value))).digest
  const some = (hex: string): Digest => `sha256:${hex.repeat(64)}`
  const plan = await put({
    ...{
      v: 1,
      app: 'bench',
      bad: some('a'),
      good: some('b'),
      pointer: 'prod',
      window: { from: null, until: null },
      where: null,
    },
    ...{
      select: 'latest',
      sample: null,
      items: work,
      segments: [],
      sample_rates: [],
      unreplayable: {},
      features: 'recorded',
    },
    ...{ author: ANA, incident: null, supersedes: null, undoes: null, epoch: 0 },
  } satisfies RemediationPlan)
  const classes = {
    same: 0,
    score_moved: 0,
    label_changed: 0,
    error: 0,
    not_replayable: 0,
    not_reproducible: 0,
    erased: 0,
  }
  const diff = await put({
    ...{ v: 1, app: 'bench', plan, replay: work, epsilon: 0.01, limit: 99, manual: null, by: [], moves: [], work },
    control: { bad_sample: 0, bad_reproduced: 0, good_sample: 0, good_same: 0, unable: null },
    classes: { ...classes, action_changed: count },
  } satisfies RemediationDiff)
  await batch.flush()
  await batch.close()
  const log = remediationLog('bench', plan)
  let before: Read<RemediationEntry> | null = null
  for (const step of [{ action: 'planned' }, { action: 'diffed', diff }, { action: 'approved', diff }] as const) {
    const stamp = { registry: registry.id, op: randomUUID(), actor: ANA, now: new Date() }
    const next: Read<RemediationEntry> & { readonly bytes: Uint8Array } = nextEntry(log, before, stamp, {
      ...EMPTY_STEP,
      plan,
      ...step,
    })
    await registry.logs.append(log, next.entry.seq, next.bytes)
    before = next
  }
  return plan
}

async function storeWork(
  batch: Awaited<ReturnType<ReturnType<typeof openFolder>['objects']['batch']>>,
  count: number,
): Promise<ObjectLines> {
  const hash = startDigest()
  let size = 0
  for (const chunk of workChunks(count)) {
    hash.update(chunk)
    size += chunk.length
  }
  const digest = finishDigest(hash)
  const bytes = async function* () {
    yield* workChunks(count)
  }
  await batch.receive([{ digest, size, alone: true, bytes }])
  return { digest, size, count }
}

function* workChunks(count: number): Generator<Uint8Array> {
  for (let at = 0; at < count; at += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, count - at) }, (_, i) => {
      const [n, key] = [at + i, (at + i).toString(16).padStart(64, '0')]
      return `{"entity":"order:${n}","expected":{"action":"block","request_id":"r${n}"},"key":"${key}","request_id":"r${n}","segment":{"region":"eu"},"target":{"action":"release"}}\n`
    })
    yield Buffer.from(lines.join(''))
  }
}
