import type { Route } from './model.gen.ts'
import { everybodysWeights, FULL_WEIGHT } from './route.ts'
import type { Exported } from './route-flagd.ts'

/** What a place that knows only weights leaves out of a route. */
export const lostRules = ({ serve }: Route): number => serve.filter(({ when }) => when !== undefined).length

/** nginx draws to a hundredth of a percent. */
const NGINX_STEP = FULL_WEIGHT / 10_000

export const isRoundedByNginx = (route: Route): boolean =>
  Object.values(everybodysWeights(route)).some((weight) => weight % NGINX_STEP !== 0)

/**
 * Configuration for nginx's http block: `$aiship_<pointer>` is the arm, for `proxy_pass http://$aiship_<pointer>;` with an upstream for each arm.
 * split_clients hashes with MurmurHash2: each arm gets its share and a key always the same arm, but not the one that aiship would draw.
 * In: the nginx expression for the key, such as `$cookie_uid`. Source: ngx_http_split_clients_module.
 */
export function nginxFile({ app, pointer, seq, route }: Exported, key: string): string {
  const name = `aiship_${pointer.replace(/[^a-z0-9]/g, '_')}`
  const arms = Object.entries(everybodysWeights(route))
    .filter(([, weight]) => weight > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const shares = arms.map(([arm, weight]) => [arm, Math.round(weight / NGINX_STEP)] as const)
  const rest = shares.at(-1)?.[0] ?? route.fallback
  const lines = shares.slice(0, -1).filter(([, share]) => share > 0)
  const bundles = Object.entries(route.arms).map(([arm, { bundle, version }]) => `#   ${arm}  ${version}  ${bundle}`)
  return [
    `# aiship route export ${pointer} --format nginx: ${app}, entry ${seq}`,
    ...bundles,
    `split_clients "${plainSalt(route.bucket?.salt ?? '')}${key}" $${name}_drawn {`,
    ...lines.map(([arm, share]) => `    ${(share / 100).toFixed(2)}%  ${arm};`),
    `    *  ${rest};`,
    '}',
    '# Without a key there is nothing to draw with.',
    `map "${key}" $${name} {`,
    `    ""  ${route.bucket?.missing ?? route.fallback};`,
    `    default  $${name}_drawn;`,
    '}',
    '',
  ].join('\n')
}

/** A salt may have quotes and dollars, which nginx would read. It hashes in its own way, so that another spelling of it will do. */
const plainSalt = (salt: string): string =>
  salt.replace(/[^A-Za-z0-9_.:-]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)

/** `NAME=value` lines for `docker run --env-file`, systemd and `. file`. Weights are whole numbers of 100,000. */
export function envFile({ app, pointer, seq, route }: Exported): string {
  const weights = everybodysWeights(route)
  const main = route.arms[route.fallback]
  const lines: (readonly [string, string | number])[] = [
    ...([
      ['APP', app],
      ['POINTER', pointer],
      ['SEQ', seq],
      ['BUNDLE', main?.bundle ?? ''],
      ['VERSION', main?.version ?? ''],
    ] as const),
    ['ARMS', Object.keys(route.arms).sort().join(',')],
    ['FALLBACK', route.fallback],
  ]
  for (const [arm, { bundle, version }] of Object.entries(route.arms).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const prefix = `ARM_${arm.replaceAll('-', '_').toUpperCase()}`
    lines.push([`${prefix}_BUNDLE`, bundle], [`${prefix}_VERSION`, version], [`${prefix}_WEIGHT`, weights[arm] ?? 0])
  }
  return lines.map(([name, value]) => `AISHIP_${name}=${value}\n`).join('')
}
