import { AishipError } from '../core/errors.ts'
import { checkName, nameProblem, nearest } from '../core/names.ts'
import { pointerLog } from '../core/pointer.ts'
import type { Config, Registry } from '../core/ports.ts'
import { appsOf } from '../ops/apps.ts'
import type { Flags } from './flags.ts'
import type { Host } from './host.ts'

/** The app that somebody names. */
export const namedApp = (host: Host, flags: Flags): string | undefined =>
  flags.app ?? (host.env.AISHIP_APP || undefined)

/** The logs that a command looks at first, as far as that can be told before the registry is asked. In: REFs that may be pointers. */
export function logsSoon(host: Host, flags: Flags, config: Config | null, refs: readonly string[]): readonly string[] {
  const named = namedApp(host, flags)
  const app = named ?? config?.app
  const names = refs.map((ref) => ref.replace(/[@~][0-9]+$/, '')).filter((name) => nameProblem(name) === null)
  if (app === undefined || nameProblem(app) !== null) return []
  const pointers = names.map((name) => pointerLog(app, name))
  return app === config?.app ? pointers : [`versions/${app}`, ...pointers]
}

/** `--app`, AISHIP_APP, aiship.yaml, else the registry's only app. Errors: USAGE with the list; NOT_FOUND for one that is named and not there. */
export async function appOf(host: Host, flags: Flags, config: Config | null, registry: Registry): Promise<string> {
  const named = namedApp(host, flags)
  if (named !== undefined && named !== config?.app) return existing(checkName(named, 'an app'), registry)
  if (config !== null) return config.app
  const apps = await appsOf(registry)
  if (apps.length === 1) return apps[0] as string
  const hint = apps.length === 0 ? 'the registry has no app yet' : `the registry has ${apps.join(', ')}`
  throw new AishipError('USAGE', 'which app? there is no aiship.yaml here', {
    hint,
    next: ['aiship status --app NAME'],
    details: { apps },
  })
}

/** A mistyped app has no pointer and no version, and at three in the morning that reads as if they were lost. */
async function existing(app: string, registry: Registry): Promise<string> {
  if ((await registry.logs.tip(`versions/${app}`)) !== null) return app
  const apps = await appsOf(registry)
  if (apps.length === 0 || apps.includes(app)) return app
  const near = nearest(app, apps)
  throw new AishipError('NOT_FOUND', `the registry has no app ${JSON.stringify(app)}`, {
    hint: near === null ? `it has ${apps.join(', ')}` : `did you mean ${near}?`,
    next: [`aiship status --app ${near ?? apps[0]}`],
    details: { apps, nearest: near },
  })
}
