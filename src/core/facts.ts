import { PROTOTYPE_KEYS } from './digest.ts'
import type { FactFile } from './fact-file.ts'
import { columnsFacts } from './facts-csv.ts'
import { indexFacts } from './facts-index.ts'
import { configFacts, schemaFacts, tokenizerFacts, toolFacts } from './facts-json.ts'
import { parquetFacts } from './facts-parquet.ts'
import { promptFacts } from './facts-prompt.ts'
import { safetensorsFacts } from './facts-safetensors.ts'
import type { ContractItem, Contracts, ContractValue, Role } from './model.gen.ts'

/** A kind of file that tells something of its component. Each reads no more than a bounded part, and answers null to what it can't tell. */
interface Teller {
  readonly tells: (path: string, role: Role) => boolean
  readonly facts: (file: FactFile) => Promise<Contracts | null>
  /** What several files say together: all of it (`union`), or only what each says (`same`). */
  readonly joined: 'union' | 'same'
}

const WEIGHTS: ReadonlySet<Role> = new Set(['model-weights', 'model', 'embedder', 'tokenizer'])
const TABLES: ReadonlySet<Role> = new Set(['dataset', 'eval-set', 'feature-pipeline'])
const named = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`)

const TELLERS: readonly Teller[] = [
  { tells: (path) => path.endsWith('.safetensors'), facts: safetensorsFacts, joined: 'union' },
  { tells: (path, role) => WEIGHTS.has(role) && named(path, 'config.json'), facts: configFacts, joined: 'union' },
  { tells: (path) => named(path, 'tokenizer.json'), facts: tokenizerFacts, joined: 'same' },
  { tells: (path, role) => TABLES.has(role) && path.endsWith('.parquet'), facts: parquetFacts, joined: 'same' },
  { tells: (path, role) => TABLES.has(role) && /\.[ct]sv$/.test(path), facts: columnsFacts, joined: 'same' },
  {
    tells: (path, role) => role === 'embedding-index' && /\.(?:faiss|index|npy)$/.test(path),
    facts: indexFacts,
    joined: 'same',
  },
  { tells: (path, role) => role === 'tool-schema' && path.endsWith('.json'), facts: toolFacts, joined: 'union' },
  {
    tells: (path, role) => role !== 'tool-schema' && path.endsWith('.schema.json'),
    facts: schemaFacts,
    joined: 'same',
  },
  { tells: (_, role) => role === 'prompt', facts: promptFacts, joined: 'union' },
]

/** Of more files of a kind nothing is told: what some of them say is no fact of the whole. */
const MOST_FILES = 64

/** What the files of a component say of it. What they can't agree on, or what is too long to be kept, is left out. */
export async function factsOf(role: Role, files: readonly FactFile[]): Promise<Contracts> {
  const all: Contracts[] = []
  for (const { tells, facts, joined } of TELLERS) {
    const own = files.filter(({ path }) => tells(path, role))
    if (own.length === 0 || own.length > MOST_FILES) continue
    const told: Contracts[] = []
    for (const file of own) {
      const one = await facts(file)
      if (one !== null) told.push(one)
    }
    if (told.length === own.length) all.push(told.reduce((a, b) => join(a, b, joined)))
  }
  return kept(all.reduce((a, b) => join(a, b, 'union'), {}))
}

function join(a: Contracts, b: Contracts, how: Teller['joined']): Contracts {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return Object.fromEntries(
    names.flatMap((name) => {
      const [one, two] = [a[name], b[name]]
      if (one === undefined || two === undefined) return how === 'union' ? [[name, { ...one, ...two }] as const] : []
      const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])]
      return [[name, Object.fromEntries(keys.flatMap((key) => joinKey(key, one[key], two[key], how)))] as const]
    }),
  )
}

function joinKey(
  key: string,
  one: ContractValue | undefined,
  two: ContractValue | undefined,
  how: Teller['joined'],
): readonly (readonly [string, ContractValue])[] {
  if (how === 'union' && Array.isArray(one) && Array.isArray(two)) return [[key, [...new Set([...one, ...two])]]]
  if (JSON.stringify(one) === JSON.stringify(two)) return one === undefined ? [] : [[key, one]]
  const only = one === undefined ? two : two === undefined ? one : undefined
  return how === 'union' && only !== undefined ? [[key, only]] : []
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,62}$/
const MOST_ITEMS = 1000
const MOST_KEYS = 64

function kept(facts: Contracts): Contracts {
  const rows = Object.entries(facts).map(([name, terms]) => {
    const good = Object.entries(terms).filter(([key, value]) => isName(key) && isKept(value))
    return [name, Object.fromEntries(good.slice(0, MOST_KEYS).sort(([a], [b]) => (a < b ? -1 : 1)))] as const
  })
  return Object.fromEntries(rows.filter(([, terms]) => Object.keys(terms).length > 0))
}

const isName = (key: string): boolean => NAME.test(key) && !PROTOTYPE_KEYS.has(key)

const isKept = (value: ContractValue): boolean =>
  Array.isArray(value)
    ? value.length <= MOST_ITEMS && value.every((item) => isItem(item))
    : isItem(value as ContractItem)

/** Text as the schema has it; half characters are nothing that can be stored. */
function isItem(item: ContractItem): boolean {
  if (typeof item === 'number') return Number.isInteger(item) ? Number.isSafeInteger(item) : Number.isFinite(item)
  return typeof item !== 'string' || /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(item)
}
