import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { whoActs } from '../../../src/cli/actor.ts'
import type { Host } from '../../../src/cli/host.ts'
import type { AishipError } from '../../../src/core/errors.ts'

// Kind: AISHIP_ACTOR_KIND, else automation if CI is set or there is no controlling terminal, else human. Name: AISHIP_ACTOR, else the CI's
// user and run URL, else git's e-mail, else user@host. Both are declared, not proven.

const dir = mkdtempSync(join(tmpdir(), 'aiship-actor-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A machine whose git knows nobody. */
const NOWHERE = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', PATH: process.env.PATH }

function who(env: Readonly<Record<string, string>>, hasTerminal = true): { kind: string; name: string } {
  const nothing = { write: () => undefined, isTTY: false, columns: 80 }
  const host: Host = {
    ...{ cwd: dir, env: { ...NOWHERE, ...env }, user: 'ana', hostname: 'laptop', nodeVersion: process.version },
    ...{ stdout: nothing, stderr: nothing, stdinIsTTY: false, signal: new AbortController().signal },
    readLine: async () => null,
    hasTerminal: () => hasTerminal,
    now: () => new Date(0),
    uuid: () => '',
  }
  return whoActs(host, dir)
}

describe('kind', () => {
  test.each<[string, Record<string, string>, boolean, string]>([
    ['a person at a terminal', {}, true, 'human'],
    ['nobody at a terminal: cron, Airflow, a job', {}, false, 'automation'],
    ['a CI, terminal or not', { CI: 'true' }, true, 'automation'],
    ['CI=1', { CI: '1' }, true, 'automation'],
    ['an empty CI is none', { CI: '' }, true, 'human'],
    ['declared human in a CI', { CI: 'true', AISHIP_ACTOR_KIND: 'human' }, false, 'human'],
    ['declared automation at a terminal', { AISHIP_ACTOR_KIND: 'automation' }, true, 'automation'],
    ['an empty declaration is none', { AISHIP_ACTOR_KIND: '' }, false, 'automation'],
  ])('%s', (_, env, hasTerminal, kind) => {
    expect(who(env, hasTerminal).kind).toBe(kind)
  })

  test.each(['robot', 'Human', 'human '])('AISHIP_ACTOR_KIND=%j is a mistake (2), not a person', (kind) => {
    expect(() => who({ AISHIP_ACTOR_KIND: kind })).toThrow(
      expect.objectContaining({ code: 'USAGE', exit: 2 }) as AishipError,
    )
  })
})

describe('name', () => {
  const git = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.email', GIT_CONFIG_VALUE_0: 'ana@example.org' }
  const ci = {
    ...{ CI: 'true', GITHUB_ACTOR: 'octo', GITHUB_RUN_ID: '7' },
    ...{ GITHUB_SERVER_URL: 'https://ci.example', GITHUB_REPOSITORY: 'acme/fraud' },
  }

  test.each<[string, Record<string, string>, string]>([
    ['declared', { AISHIP_ACTOR: 'deploy-bot', ...ci, ...git }, 'deploy-bot'],
    ["the CI's user and run", { ...ci, ...git }, 'octo (https://ci.example/acme/fraud/actions/runs/7)'],
    [
      'another CI',
      { CI: '1', GITLAB_USER_LOGIN: 'kim', CI_JOB_URL: 'https://ci.example/j/9' },
      'kim (https://ci.example/j/9)',
    ],
    ["git's e-mail", git, 'ana@example.org'],
    ['a CI that says nobody: git', { CI: 'true', ...git }, 'ana@example.org'],
    ['CI variables without CI are not a CI', { GITHUB_ACTOR: 'octo', ...git }, 'ana@example.org'],
    ['user and host', {}, 'ana@laptop'],
    ['an empty declaration is none', { AISHIP_ACTOR: '  ' }, 'ana@laptop'],
  ])('%s', (_, env, name) => {
    expect(who(env).name).toBe(name)
  })

  test('is kept short enough for an entry', () => {
    expect(who({ AISHIP_ACTOR: 'x'.repeat(10_000) }).name).toHaveLength(256)
  })
})
