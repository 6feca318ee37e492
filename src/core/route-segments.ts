import { invalid } from './route-check.ts'
import { isVersion, SEMVER_OPERATORS } from './semver.ts'

type When = Readonly<Record<string, unknown>>

/** The conditions that nearly every rule is made of, in one word each. */
export interface Segments {
  /** JsonLogic as it stands. */
  readonly when: When | null
  /** `internal,beta`: the context's `group`. */
  readonly group: string | null
  /** `DE,FR`: `geo.country`. */
  readonly country: string | null
  /** `>=4.2.0`: `app.version`. */
  readonly appVersion: string | null
  /** `ana,ben`: the key itself. */
  readonly user: string | null
}

/** The condition that asks for all of them; null where none is given. In: where the key stands. Errors: ROUTE_INVALID. */
export function conditionOf({ when, group, country, appVersion, user }: Segments, by: string): When | null {
  const all = [
    ...(user === null ? [] : [oneOf(by, user)]),
    ...(group === null ? [] : [oneOf('group', group)]),
    ...(country === null ? [] : [oneOf('geo.country', country)]),
    ...(appVersion === null ? [] : [versionTest(appVersion)]),
    ...(when === null ? [] : [when]),
  ]
  const [only] = all
  return all.length > 1 ? { and: all } : (only ?? null)
}

function oneOf(path: string, text: string): When {
  const values = text.split(',').map((value) => value.trim())
  if (values.includes('')) throw invalid(`${JSON.stringify(text)} has an empty name: names are separated by commas`)
  return { in: [{ var: path }, values] }
}

function versionTest(text: string): When {
  const [, operator = '', version] = /^([<>=!~^]*)\s*(.*)$/.exec(text) ?? []
  const asked = operator === '' ? '=' : operator
  if (!SEMVER_OPERATORS.includes(asked) || !isVersion(version))
    throw invalid(`${JSON.stringify(text)} is no test of a version`, 'it looks like ">=4.2.0", "<5", "~4.2" or "^4"')
  return { sem_ver: [{ var: 'app.version' }, asked, version] }
}
