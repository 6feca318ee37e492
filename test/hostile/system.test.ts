import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Session } from '../cli/transcript.ts'
import {
  canMount,
  expectManners,
  expectRefusal,
  findings,
  type Outcome,
  spawnAiship,
  startAiship,
  startProject,
  startRelease,
  write,
} from './outcome.ts'

// A system that fails around it: full and read-only disks, closed and full outputs, signals, a crowd of processes.

const sessions: Session[] = []
const mounts: string[] = []
afterEach(() => {
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount])
  for (const session of sessions.splice(0)) session.end()
})

async function released(): Promise<Session> {
  const session = await startRelease()
  sessions.push(session)
  return session
}

async function newest(session: Session): Promise<number> {
  const { stdout } = await session.aiship(['log', 'prod', '--limit', '1', '--json'])
  return JSON.parse(stdout).data.entries[0].seq
}

test('an archive that has no end on standard input is refused where it should end', async () => {
  const session = await released()
  await session.aiship(['export', 'v1', '-o', 'good.tar'])
  const fed = (redirect: string): Outcome =>
    spawnAiship(['import', '-'], session.dir, { before: 'ulimit -f 65536', redirect })
  const next = 'aiship help import'
  expectRefusal(fed('< <(cat /dev/zero)'), { code: 'ARCHIVE_INVALID', next })
  expectRefusal(fed('< <(cat good.tar /dev/zero)'), { code: 'CORRUPT', next })
  expect(fed('< <(cat good.tar)').exit).toBe(0)
})

describe('a full disk', () => {
  // A limit on the size of files fails as a full disk does, wherever tests run: a write of its first bytes, or of some more.
  const limited = (words: readonly string[], { dir }: Session, kilobytes: number): Outcome =>
    spawnAiship(words, dir, { before: `ulimit -f ${kilobytes}` })

  test.each([
    [['promote', 'v1', 'prod']],
    [['rollback', 'prod']],
    [['hold', 'prod']],
    [['mark', 'v1', 'bad']],
    [['undo', 'prod@2']],
    [['bundle', '--label', 'other']],
  ])('%j moves nothing', async (words) => {
    const session = await released()
    expectRefusal(limited(words, session, 0), { code: 'DISK_FULL', next: 'aiship doctor' })
    expect(await newest(session)).toBe(2)
    expect(await findings(session)).toEqual([])
    expect((await session.aiship(words)).exit).toBe(0)
  })

  test('in the middle of a large file, a bundle leaves nothing that a reader sees', async () => {
    const session = startProject()
    sessions.push(session)
    write(session.dir, { 'model.bin': Buffer.alloc(8_000_000, 7) })
    expectRefusal(limited(['bundle'], session, 1024), { code: 'DISK_FULL', next: 'aiship doctor' })
    expect(fs.existsSync(path.join(session.dir, '.aiship'))).toBe(false)
    expect((await session.aiship(['bundle'])).exit).toBe(0)
    write(session.dir, { 'model.bin': Buffer.alloc(8_000_000, 8) })
    expectRefusal(limited(['bundle'], session, 1024), { code: 'DISK_FULL', next: 'aiship doctor' })
    expect(JSON.parse((await session.aiship(['ls', '--json'])).stdout).data.versions).toHaveLength(1)
    expect(fs.readdirSync(path.join(session.dir, '.aiship/tmp'))).toEqual([])
    expect(await findings(session)).toEqual([])
    expect((await session.aiship(['bundle'])).exit).toBe(0)
  })

  describe.skipIf(!canMount)('for real', () => {
    /** A project on a file system of its own, of `size`; `fill` leaves `pages` of 4 KiB. */
    async function onSmallDisk(
      size: string,
    ): Promise<{ session: Session; fill: (pages: number) => void; free: () => void }> {
      const session = startProject()
      sessions.push(session)
      const registry = path.join(session.dir, '.aiship')
      fs.mkdirSync(registry)
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', registry])
      mounts.push(registry)
      const filler = path.join(registry, 'tmp/filler')
      return {
        session,
        fill: (pages) => {
          execFileSync('sh', [
            '-c',
            `dd if=/dev/zero of=${filler} bs=4096 2>/dev/null || truncate -s -${pages * 4096} ${filler}`,
          ])
        },
        free: () => fs.rmSync(filler),
      }
    }

    test('among many small files', async () => {
      const { session } = await onSmallDisk('512k')
      const files = Array.from({ length: 300 }, (_, i) => [`prompts/${i}`, Buffer.alloc(4000, String(i))] as const)
      write(session.dir, Object.fromEntries(files))
      const outcome = spawnAiship(['bundle'], session.dir)
      expectRefusal(outcome, { code: 'DISK_FULL', next: 'aiship doctor' })
      expect(fs.existsSync(path.join(session.dir, '.aiship/objects'))).toBe(false)
      expect(fs.readdirSync(path.join(session.dir, '.aiship/tmp'))).toEqual([])
      expect(await findings(session)).toEqual([])
    })

    test('a rollback with room for one entry says that it moved, and the next look completes its marks', async () => {
      const { session, fill, free } = await onSmallDisk('4m')
      for (const text of ['one', 'two']) {
        write(session.dir, { 'prompts/system.txt': text })
        expect((await session.aiship(['bundle'])).exit).toBe(0)
        expect((await session.aiship(['promote', '@last', 'prod'])).exit).toBe(0)
      }
      fill(1)
      const outcome = spawnAiship(['rollback', 'prod', '--json'], session.dir)
      const document = JSON.parse(outcome.stdout)
      expect({ exit: outcome.exit, changed: document.changed, code: document.error.code }).toEqual({
        ...{ exit: 8, changed: true, code: 'DISK_FULL' },
      })
      expect(document.error.message).toMatch(/prod was moved \(entry 3\), but its marks were not written/)
      free()
      expect((await session.aiship(['status'])).exit).toBe(0)
      expect(await findings(session)).toEqual([])
      expect((await session.aiship(['promote', 'v2', 'prod'])).stderr).toMatch(/marked bad/)
    })

    test('a read-only registry answers every question and refuses every change', async () => {
      const session = await released()
      const registry = path.join(session.dir, '.aiship')
      execFileSync('mount', ['--bind', registry, registry])
      mounts.push(registry)
      execFileSync('mount', ['-o', 'remount,bind,ro', registry])
      for (const words of [
        ['status'],
        ['ls'],
        ['log', 'prod'],
        ['show', 'prod'],
        ['resolve', 'prod'],
        ['diff', 'v1', 'v2'],
        ['fsck'],
      ])
        expect(await session.aiship(words), words.join(' ')).toMatchObject({ exit: 0 })
      expect(await session.aiship(['checkout', 'prod', '../out'])).toMatchObject({ exit: 0 })
      expect(await session.aiship(['rollback', 'prod', '--dry-run'])).toMatchObject({ exit: 0 })
      const changes = [
        ...[
          ['promote', 'v1', 'prod'],
          ['rollback', 'prod'],
          ['hold', 'prod'],
          ['undo', 'prod@2'],
          ['mark', 'v1', 'bad'],
        ],
        ...[
          ['retire', 'prod'],
          ['bundle', '--label', 'other'],
        ],
      ]
      for (const words of changes)
        expectRefusal(await session.aiship(words), { code: 'READ_ONLY', next: 'aiship doctor' })
    })
  })
})

describe('outputs', () => {
  test('a full disk under standard output is said, and that the move was made', async () => {
    const session = await released()
    const outcome = spawnAiship(['hold', 'prod'], session.dir, { redirect: '> /dev/full' })
    expect(outcome).toMatchObject({
      exit: 8,
      stderr: expect.stringMatching(/could not be printed.*is done.*\[DISK_FULL\]\n {2}next {2}aiship status\n$/),
    })
    expect(await newest(session)).toBe(3)
  })

  test.each([
    { words: ['log', 'prdo'], exit: 3 },
    { words: ['log', 'prdo', '--json'], exit: 3 },
    { words: ['nosuch'], exit: 2 },
    { words: ['status'], exit: 0 },
    { words: ['status', '--json'], exit: 0 },
    { words: ['bundle'], exit: 0 },
  ])('$words ends with $exit whatever its streams are', async ({ words, exit }) => {
    const session = await released()
    for (const redirect of [
      '2> /dev/full',
      '>&-',
      '2>&-',
      '<&-',
      '<&- >&- 2>&-',
      '< /dev/zero',
      '< /',
      '2>&1 | true',
    ]) {
      const outcome = spawnAiship(words, session.dir, { redirect })
      expectManners(outcome)
      if (!redirect.includes('|')) expect(outcome, redirect).toMatchObject({ exit, signal: null })
    }
  })

  test('a document that cannot be printed is an error on standard error', async () => {
    const session = await released()
    for (const words of [
      ['status', '--json'],
      ['log', 'prdo', '--json'],
      ['--version'],
      ['help', 'promote', '--json'],
    ]) {
      const { exit, stderr } = spawnAiship(words, session.dir, { redirect: '> /dev/full' })
      expect(stderr).toMatch(/^aiship: .*\[\w+\]\n/)
      expect(exit).toBe(words[0] === 'log' ? 3 : 8)
      if (exit === 8) expect(stderr).toContain('the answer could not be printed')
    }
  })
})

describe('surroundings', () => {
  test('a working folder that was deleted', () => {
    const session = startProject()
    sessions.push(session)
    const gone = path.join(session.dir, 'gone')
    const run = (...words: readonly string[]): Outcome =>
      spawnAiship(words, session.dir, { before: `mkdir -p ${gone} && cd ${gone} && rmdir ${gone}` })
    expectRefusal(run('status'), { code: 'FILE_MISSING', next: 'aiship status' })
    expect(run('--version')).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d/) })
    expect(run('bundle', '-C', session.dir)).toMatchObject({ exit: 0 })
  })

  test.each([
    ['without HOME', 'unset HOME', {}],
    ['without anything', 'unset $(compgen -e)', {}],
    ['without git', 'PATH=/nonexistent', {}],
    ['in a time zone that is none', '', { TZ: ':/etc/passwd' }],
    ['in a locale that is none', '', { LC_ALL: 'xx_YY.BOGUS', LANG: 'tr_TR' }],
    ['on a terminal of no columns', '', { COLUMNS: '0', LINES: '0', FORCE_COLOR: '1' }],
    ['with few open files', 'ulimit -n 24', {}],
    ['without a temporary folder', '', { TMPDIR: '/nonexistent' }],
  ])('%s, everything works', async (_, before, env) => {
    const session = await released()
    write(session.dir, { 'prompts/system.txt': 'Be brief.\n' })
    for (const words of [
      ['bundle', '-m', 'three'],
      ['promote', 'v3', 'prod'],
      ['status'],
      ['ls'],
      ['log', 'prod'],
      ['rollback', 'prod'],
      ['diff'],
      ['fsck'],
    ]) {
      const outcome = spawnAiship(words, session.dir, { before, env })
      expect({ words, exit: outcome.exit, stderr: outcome.stderr }).toMatchObject({ words, exit: 0 })
    }
    expect(await findings(session)).toEqual([])
  })

  test('text from outside changes no terminal', async () => {
    const session = await released()
    const evil = '\u001b[2J\u001b]0;owned\u0007\u202eevil\u2066\nfake: line\u009b31m'
    session.env.AISHIP_ACTOR = evil
    for (const words of [
      ['hold', 'prod', '--reason', evil],
      ['mark', 'v1', 'bad', '--reason', evil],
      ['mark', 'v2', 'bad', '--reason', evil],
      ['bundle', '--registry', `../out${evil}`],
      ['bundle', '-m', evil, '--label', 'x'],
      ['status'],
      ['ls'],
      ['log', 'prod'],
      ['show', 'v1'],
      ['log', 'prod', '--json'],
      ['resolve', evil],
      ['promote', 'v1', evil],
      [evil],
      ['status', `--${evil}`],
      ['checkout', 'v1', `../out${evil}`],
    ]) {
      const outcome = await session.aiship(words)
      expectManners(outcome)
      expect(outcome.stderr + outcome.stdout, String(words)).not.toMatch(/^fake: line/m)
    }
  })

  test('a reason of a megabyte is kept whole, or refused in words', async () => {
    const session = await released()
    const reason = 'because '.repeat(130_000)
    const outcome = await session.aiship(['hold', 'prod', '--reason', reason])
    expectManners(outcome)
    expect(outcome.stderr.length).toBeLessThan(3000)
    if (outcome.exit !== 0) expectRefusal(outcome, { code: 'USAGE', next: 'aiship help hold' })
    expect(await findings(session)).toEqual([])
    expect((await session.aiship(['log', 'prod'])).exit).toBe(0)
  })

  test.each(['', '/stat', '/seen', '/config', '/trail', '/seen/*'])(
    'a cache that is a link, at cache%s, leads nothing out of the project',
    async (below) => {
      const session = await released()
      const cache = path.join(session.dir, '.aiship/cache')
      const elsewhere = path.join(path.dirname(session.dir), 'elsewhere')
      fs.mkdirSync(elsewhere)
      fs.writeFileSync(path.join(elsewhere, 'last'), 'precious')
      const first = below.endsWith('*') ? `/seen/${fs.readdirSync(path.join(cache, 'seen'))[0]}` : below
      fs.rmSync(cache + first, { recursive: true, force: true })
      fs.symlinkSync(elsewhere, cache + first)
      write(session.dir, { 'prompts/system.txt': 'Be brief.\n' })
      const before = fs.statSync(elsewhere).mtimeMs
      for (const words of [
        ['bundle', '-m', 'three'],
        ['status'],
        ['log', 'prod'],
        ['promote', 'v3', 'prod'],
        ['diff'],
        ['ls'],
      ]) {
        const { exit, stderr } = await session.aiship(words)
        expect({ words, exit, stderr }).toEqual({ words, exit: 0, stderr: '' })
      }
      expect(fs.readdirSync(elsewhere)).toEqual(['last'])
      expect(fs.readFileSync(path.join(elsewhere, 'last'), 'utf8')).toBe('precious')
      expect(fs.statSync(elsewhere).mtimeMs).toBe(before)
    },
  )

  test('a long reason fills nobody’s terminal, and is whole in JSON', async () => {
    const session = await released()
    const reason = 'because '.repeat(30_000).trim()
    expect((await session.aiship(['rollback', 'prod', '--reason', reason])).exit).toBe(0)
    for (const words of [['status'], ['log', 'prod'], ['show', 'v2'], ['bundle'], ['ls'], ['hold', 'prod']]) {
      const { exit, stdout, stderr } = await session.aiship(words)
      expect({ words, exit }).toEqual({ words, exit: 0 })
      for (const line of `${stdout}${stderr}`.split('\n')) expect(line.length, String(words)).toBeLessThan(2200)
    }
    const { entries } = JSON.parse((await session.aiship(['log', 'prod', '--json'])).stdout).data
    expect(entries[1].reason).toBe(reason)
  })
})

describe('signals', () => {
  /** Sends the signal once, when `ready`: the second one would end the process on the spot. */
  function run(words: readonly string[], cwd: string, signal: NodeJS.Signals, ready: () => boolean) {
    return startAiship(words, cwd, (child) => {
      const poll = setInterval(() => {
        if (!ready()) return
        clearInterval(poll)
        child.kill(signal)
      }, 3)
      child.on('close', () => clearInterval(poll))
    })
  }

  /** A file in tmp/ of this size says that a large file is on its way. */
  const isWriting =
    ({ dir }: Session, bytes: number) =>
    (): boolean => {
      const tmp = path.join(dir, '.aiship/tmp')
      if (!fs.existsSync(tmp)) return false
      return fs
        .readdirSync(tmp)
        .some((name) => (fs.statSync(path.join(tmp, name), { throwIfNoEntry: false })?.size ?? 0) > bytes)
    }

  test.each([
    ['SIGINT', 130, 'INTERRUPTED'],
    ['SIGTERM', 143, 'TERMINATED'],
  ] as const)('%s in the middle of a large file stops at once and leaves nothing', async (signal, exit, code) => {
    const session = startProject()
    sessions.push(session)
    fs.truncateSync(path.join(session.dir, 'model.bin'), 1_500_000_000)
    const outcome = await run(['bundle', '--json'], session.dir, signal, isWriting(session, 20_000_000))
    const document = JSON.parse(outcome.stdout)
    expect({
      exit: outcome.exit,
      signal: outcome.signal,
      changed: document.changed,
      code: document.error.code,
    }).toEqual({
      ...{ exit, signal: null, changed: false, code },
    })
    expect(document.error.message).toBe(`stopped by ${signal}; nothing was changed`)
    expect(fs.existsSync(path.join(session.dir, '.aiship'))).toBe(false)
  })

  test('a move that was made is said, whenever the signal comes', async () => {
    const session = await released()
    for (let i = 0; i < 25; i++) {
      const before = await newest(session)
      const started = Date.now()
      const outcome = await run(['hold', 'prod'], session.dir, 'SIGINT', () => Date.now() - started > 20 + i)
      const moved = (await newest(session)) - before
      // Before Node has come to the program, the signal ends it as it ends any other: nothing was done by then.
      const isSaid = /^prod {2}held, entry/.test(outcome.stdout)
      expect({ i, moved, isSaid, signal: outcome.signal }).toEqual({
        i,
        moved,
        isSaid: moved === 1,
        signal: outcome.signal,
      })
    }
    expect(await findings(session)).toEqual([])
  })
})

describe('a crowd', () => {
  const all = (
    count: number,
    words: (i: number) => readonly string[],
    cwd: (i: number) => string,
  ): Promise<readonly Outcome[]> => Promise.all(Array.from({ length: count }, (_, i) => startAiship(words(i), cwd(i))))
  const versions = async (session: Session): Promise<readonly string[]> =>
    JSON.parse((await session.aiship(['ls', '--json'])).stdout).data.versions.map(
      (one: { version: string }) => one.version,
    )

  test.each([2, 12])('%i processes that bundle the same at once make one version', async (count) => {
    const session = startProject()
    sessions.push(session)
    const outcomes = await all(
      count,
      () => ['bundle', '--label', 'same', '--json'],
      () => session.dir,
    )
    expect(outcomes.map(({ exit, stdout }) => [exit, exit === 0 ? JSON.parse(stdout).data.version : stdout])).toEqual(
      Array.from({ length: count }, () => [0, 'v1']),
    )
    expect(await versions(session)).toEqual(['v1'])
    expect(await findings(session)).toEqual([])
  })

  test('12 processes that bundle different things into one registry make 12 versions', async () => {
    const session = startProject()
    sessions.push(session)
    const others = Array.from({ length: 12 }, (_, i) => {
      const other = startProject()
      sessions.push(other)
      write(other.dir, { 'prompts/system.txt': `Answer number ${i}.` })
      return other
    })
    const registry = path.join(session.dir, '.aiship')
    const outcomes = await all(
      12,
      () => ['bundle', '--registry', registry],
      (i) => (others[i] as Session).dir,
    )
    expect(outcomes.map(({ exit }) => exit)).toEqual(Array.from({ length: 12 }, () => 0))
    expect((await versions(session)).length).toBe(12)
    expect(await findings(session)).toEqual([])
  })

  test('of 12 that want one label for different things, one gets it', async () => {
    const session = startProject()
    sessions.push(session)
    const others = Array.from({ length: 12 }, (_, i) => {
      const other = startProject()
      sessions.push(other)
      write(other.dir, { 'prompts/system.txt': `Answer number ${i}.` })
      return other
    })
    const registry = path.join(session.dir, '.aiship')
    const words = ['bundle', '--registry', registry, '--label', 'release']
    const outcomes = await all(
      12,
      () => words,
      (i) => (others[i] as Session).dir,
    )
    expect(outcomes.map(({ exit }) => exit).sort()).toEqual([0, ...Array.from({ length: 11 }, () => 5)])
    for (const outcome of outcomes)
      if (outcome.exit !== 0) expectRefusal(outcome, { code: 'LABEL_TAKEN', next: /^aiship / })
    expect(await findings(session)).toEqual([])
  })
})
