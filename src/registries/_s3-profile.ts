import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'

type Env = Readonly<Record<string, string | undefined>>
type Section = Readonly<Record<string, string>>

export interface Profile {
  readonly region: string | undefined
  readonly endpoint: string | undefined
}

/** What the AWS configuration file says of a profile, besides its credentials. Errors: CONFIG_INVALID for a profile that is named and not there. */
export function profileOf(env: Env, named: string | undefined): Profile {
  const home = env.HOME ?? env.USERPROFILE ?? homedir()
  const file = (variable: string, name: string): string => env[variable] ?? path.join(home, '.aws', name)
  const config = sectionsOf(file('AWS_CONFIG_FILE', 'config'))
  const name = named ?? 'default'
  const section = config.get(`profile ${name}`) ?? (name === 'default' ? config.get('default') : undefined)
  if (section === undefined) {
    if (named !== undefined && !sectionsOf(file('AWS_SHARED_CREDENTIALS_FILE', 'credentials')).has(named))
      throw new AishipError('CONFIG_INVALID', `the AWS profile "${named}" is not in your AWS configuration`, {
        hint: 'AWS_PROFILE names it; correct or unset that, or add the profile',
        next: [`aws configure --profile ${named}`],
      })
    return { region: undefined, endpoint: undefined }
  }
  const services = section.services === undefined ? undefined : config.get(`services ${section.services}`)
  const ignores = [env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, section.ignore_configured_endpoint_urls].includes('true')
  const endpoint = services?.['s3.endpoint_url'] ?? section.endpoint_url
  return { region: section.region, endpoint: ignores ? undefined : endpoint }
}

/** The sections of an AWS file. A setting of a nested group has the name of the group before its own: `s3.endpoint_url`. */
function sectionsOf(file: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>()
  let section: Record<string, string> = {}
  let group = ''
  for (const line of textOf(file).split(/\r?\n/)) {
    const header = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ')
    const [, indent = '', name, value = ''] = /^(\s*)([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (header !== undefined) {
      section = sections.get(header) ?? Object.create(null)
      sections.set(header, section)
    } else if (name !== undefined) {
      if (indent === '') group = value === '' ? `${name}.` : ''
      if (value !== '') section[indent === '' ? name : group + name] = value.replace(/\s[#;].*$/, '')
    }
  }
  return sections
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return ''
    throw new AishipError('CONFIG_INVALID', `${file} cannot be read`, { next: [`ls -l ${file}`], cause: error })
  }
}
