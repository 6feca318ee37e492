import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectRefusal, write } from '../hostile/outcome.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// A damaged pack in a bucket is as if it had no rows: what does not need it goes on.

let server: S3Server
const desks: Desk[] = []
const desk = (prefix?: string): Desk => {
  const made = startDesk(server, prefix === undefined ? {} : { prefix })
  desks.push(made)
  return made
}
beforeAll(async () => {
  server = await startS3()
})
afterEach(() => {
  for (const one of desks.splice(0)) one.end()
})
afterAll(() => server.close())

const packsOf = (prefix: string): readonly string[] =>
  server.names().filter((key) => key.startsWith(`${prefix}/objects/packs/`))

async function damage(key: string, how: (bytes: Buffer) => Buffer): Promise<void> {
  server.place(key, how(Buffer.from((await server.bytesOf(key)) as Buffer)))
}

const flipped =
  (back: number) =>
  (bytes: Buffer): Buffer => {
    bytes[bytes.length - back] = (bytes[bytes.length - back] as number) ^ 1
    return bytes
  }

async function findings(one: Desk): Promise<readonly { id: string; subject: string }[]> {
  const { stdout } = await one.run('fsck --json')
  return JSON.parse(stdout).error?.details.findings
}

test.each<[string, (bytes: Buffer) => Buffer]>([
  ['with a flipped byte in its index', flipped(80)],
  ['with a flipped byte in its footer', flipped(3)],
  ['that was cut', (bytes) => bytes.subarray(0, bytes.length - 7)],
  ['of which nearly nothing is left', (bytes) => bytes.subarray(0, 5)],
])('a pack %s', async (_, how) => {
  const first = desk()
  await first.done('bundle', '-m', 'one')
  const [lost] = packsOf(first.prefix)
  write(first.dir, { 'prompts/system.txt': 'Be rude.\n', 'model.bin': 'other' })
  await first.done('bundle', '-m', 'two')
  expect(packsOf(first.prefix)).toHaveLength(2)
  await damage(lost as string, how)

  // On a machine that has seen nothing yet.
  const other = desk(first.prefix)
  const out = await other.run('checkout v2 out')
  expect(out).toMatchObject({ exit: 0 })
  expect(out.stderr.match(/warning/gi)).toHaveLength(1)
  expect(out.stderr).toContain(lost?.slice(first.prefix.length + 1))
  expect(await desk(first.prefix).run('gc')).toMatchObject({ exit: 0 })

  const missing = await desk(first.prefix).run('checkout v1 out --json')
  expect(JSON.parse(missing.stdout).error).toMatchObject({ code: 'OBJECT_MISSING' })

  // Also where its index was kept.
  const subject = lost?.slice(first.prefix.length + 1)
  for (const one of [first, desk(first.prefix)])
    expect(await findings(one)).toContainEqual(expect.objectContaining({ id: 'packBroken', subject }))
  expect((await findings(desk(first.prefix))).some(({ id }) => id !== 'packBroken')).toBe(true)

  // Who has the bytes stores them anew.
  const third = desk(first.prefix)
  expect((await third.run('bundle -m again')).exit).toBe(0)
  expect((await desk(first.prefix).run('checkout v1 out')).exit).toBe(0)
})

test('a damaged object of its own is moved out of the way, and stored again', async () => {
  const first = desk()
  const big = Buffer.alloc(2_000_000, 'weights')
  write(first.dir, { 'model.bin': big })
  await first.done('bundle', '-m', 'one')
  const digest = createHash('sha256').update(big).digest('hex')
  const key = `${first.prefix}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`
  await damage(key, flipped(1000))
  const other = desk(first.prefix)
  const id = 'objDigestMismatch'
  const told = async (line: string) =>
    (JSON.parse((await other.run(line)).stdout).error.details.findings as { id: string; message: string }[]).find(
      (finding) => finding.id === id,
    )?.message
  expect(await told('fsck --read-data --json')).not.toContain('moved')
  expect(server.names()).toContain(key)
  expect(await told('fsck --read-data --repair --json')).toContain(`moved to quarantine/${digest}-`)
  expect(server.names()).not.toContain(key)
  const kept = server.names().find((name) => name.startsWith(`${first.prefix}/quarantine/`)) as string
  expect((await server.bytesOf(kept))?.length).toBe(big.length)
  await first.done('bundle', '-m', 'one')
  expect(await server.bytesOf(key)).toEqual(big)
  await desk(first.prefix).done('fsck', '--read-data')
})

test.each([true, false])(
  'bytes damaged in a sound pack are put right, by whoever has a copy (%s) or the content',
  async (hasCopy) => {
    const first = desk()
    await first.done('bundle', '-m', 'one')
    const other = desk(first.prefix)
    if (hasCopy) await other.done('checkout', 'v1', 'out')
    const [pack] = packsOf(first.prefix)
    await damage(pack as string, (bytes) => bytes.fill('R', 8, 9))
    expect(await findings(other)).toBe(undefined)
    const { stdout, exit } = await other.run('fsck --read-data --repair --json')
    expect(exit).toBe(hasCopy ? 0 : 7)
    const document = JSON.parse(stdout)
    const [found] = (document.data ?? document.error.details).findings
    expect(found).toMatchObject({ id: 'objDigestMismatch', severity: hasCopy ? 'warning' : 'error' })
    expect(found.message).toMatch(
      hasCopy ? /put back from the copy/ : /moved to quarantine\/.*: push it again, or run fsck and bundle/,
    )
    // Where it was bundled, a check makes the next bundle look at each object, and store what is missing.
    if (!hasCopy) {
      expect((await first.run('fsck')).exit).toBe(7)
      await first.done('bundle')
    }
    await desk(first.prefix).done('checkout', 'v1', 'out')
    await desk(first.prefix).done('fsck', '--read-data')
  },
)

test('entries that are gone and stand in the hint still are damage, put back by who has them', async () => {
  const first = desk()
  await release(first)
  await first.done('promote', 'v1', 'prod')
  const folder = `${first.prefix}/logs/pointers/scorer/prod`
  const entries = [2, 3].map((seq) => `${folder}/00000000000${seq}.json`)
  const good = await Promise.all(entries.map((key) => server.bytesOf(key)))
  server.place(entries[1] as string, null)
  const other = desk(first.prefix)
  const lost = expect.objectContaining({ id: 'tipWentBack', severity: 'error', subject: 'pointers/scorer/prod' })
  expect(await findings(other)).toContainEqual(lost)
  expectRefusal(await other.run('fsck'), { code: 'FINDINGS', next: 'aiship fsck --repair' })
  expect((await other.done('fsck', '--repair')).findings).toContainEqual(
    expect.objectContaining({ id: 'tipWentBack', severity: 'warning' }),
  )
  for (const key of entries) server.place(key, null)
  // Whoever has read both knows both.
  expect((await desk(first.prefix).run('fsck --repair')).exit).toBe(7)
  expect((await first.run('fsck --repair')).exit).toBe(0)
  expect(await Promise.all(entries.map((key) => server.bytesOf(key)))).toEqual(good)
  await desk(first.prefix).done('fsck')
})

test('a log that went back says so before anything else, to whoever would write', async () => {
  const one = desk()
  await release(one)
  const folder = `${one.prefix}/logs/pointers/scorer/prod`
  for (const name of ['000000000002.json', 'hint']) server.place(`${folder}/${name}`, null)
  for (const line of ['rollback prod', 'promote v1 prod', 'promote v2 prod', 'hold prod', 'undo prod@1'])
    expect({ line, ...(await one.run(line)) }).toMatchObject({
      line,
      exit: 7,
      stderr: expect.stringMatching(/LOG_WENT_BACK/),
    })
  const [finding] = await findings(one)
  expect(finding).toMatchObject({ id: 'tipWentBack', subject: 'pointers/scorer/prod' })
})

test('a bucket that has lost its format.json gets it back, with the id that its entries have', async () => {
  const first = desk()
  await release(first)
  const format = `${first.prefix}/format.json`
  const was = await server.bytesOf(format)
  for (const one of [desk(first.prefix), first]) {
    server.place(format, null)
    for (const line of ['resolve prod', 'promote v1 prod', 'bundle', 'gc'])
      expectRefusal(await one.run(line), { code: 'CORRUPT', next: 'aiship fsck --repair' })
    expect((await one.run('doctor')).stdout).toContain('next: aiship fsck --repair')
    expect(await findings(one)).toContainEqual(expect.objectContaining({ id: 'formatBroken', severity: 'error' }))
    expect(server.names()).not.toContain(format)
    expect((await one.done('fsck', '--repair')).findings).toMatchObject([{ id: 'formatBroken', severity: 'warning' }])
    expect(await server.bytesOf(format)).toEqual(was)
    await one.done('fsck')
  }
  server.place(format, was?.subarray(9) as Buffer)
  expectRefusal(await desk(first.prefix).run('status'), { code: 'CORRUPT', next: 'aiship fsck --repair' })
  expectRefusal(await desk().run('fsck'), { code: 'REGISTRY_MISSING', next: 'aiship bundle' })
})
