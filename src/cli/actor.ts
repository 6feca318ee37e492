import { AishipError } from '../core/errors.ts'
import type { Actor } from '../core/model.gen.ts'
import { gitEmail } from './git-email.ts'
import type { Host } from './host.ts'

/**
 * Who is doing this, as declared: AISHIP_ACTOR_KIND, else automation in CI or without a controlling terminal, else human;
 * AISHIP_ACTOR, else the CI's user and run, else git's e-mail, else user@host. Errors: USAGE.
 */
export function whoActs(host: Host, dir: string): Actor {
  return { kind: kindOf(host), name: nameOf(host, dir) }
}

function kindOf({ env, hasTerminal }: Host): Actor['kind'] {
  const declared = env.AISHIP_ACTOR_KIND
  if (declared === 'human' || declared === 'automation') return declared
  if (declared !== undefined && declared !== '') {
    throw new AishipError('USAGE', `AISHIP_ACTOR_KIND is ${JSON.stringify(declared)}; it can be human or automation`)
  }
  return isSet(env.CI) || !hasTerminal() ? 'automation' : 'human'
}

export const isSet = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && value !== 'false'

function nameOf(host: Host, dir: string): string {
  const { env } = host
  // One after the other: git may have to be asked, which costs as much as a quarter of a rollback.
  const name = firstSet(
    () => env.AISHIP_ACTOR,
    () => (isSet(env.CI) ? ciName(env) : undefined),
    () => gitEmail(dir, env),
    () => `${host.user}@${host.hostname}`,
  )
  return name.slice(0, 256)
}

function firstSet(...ways: readonly (() => string | undefined)[]): string {
  for (const way of ways) {
    const value = way()?.trim()
    if (value !== undefined && value !== '') return value
  }
  return 'unknown'
}

function ciName(env: Host['env']): string | undefined {
  if (env.GITHUB_ACTOR)
    return withRun(
      env.GITHUB_ACTOR,
      env.GITHUB_RUN_ID &&
        `${env.GITHUB_SERVER_URL ?? ''}/${env.GITHUB_REPOSITORY ?? ''}/actions/runs/${env.GITHUB_RUN_ID}`,
    )
  if (env.GITLAB_USER_LOGIN) return withRun(env.GITLAB_USER_LOGIN, env.CI_JOB_URL)
  if (env.BUILDKITE_BUILD_CREATOR_EMAIL) return withRun(env.BUILDKITE_BUILD_CREATOR_EMAIL, env.BUILDKITE_BUILD_URL)
  if (env.BUILD_URL) return withRun(env.BUILD_USER_ID ?? 'jenkins', env.BUILD_URL)
  return undefined
}

const withRun = (user: string, run: string | undefined): string => (run ? `${user} (${run})` : user)
