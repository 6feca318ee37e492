import type { Digest } from './digest.ts'
import type {
  Component,
  ContractResult,
  ContractSet,
  Contracts,
  ContractValue,
  Demands,
  VersionEntry,
} from './model.gen.ts'

/**
 * Contracts between the components of one bundle. What a component provides is declared in aiship.yaml, or told by its files (`facts.ts`); what one
 * requires is always declared, so that nothing is refused that nobody asked for.
 */

type Demand = Demands[string]
type Terms = Contracts[string]
export type Made = Pick<VersionEntry, 'components' | 'lineage'>

/** What a component provides: its declaration, and of its files what that leaves open. */
export function providedBy({ name, provides = {} }: Component, made: Made): Contracts {
  const told = toldBy(name, made)
  const names = [...new Set([...Object.keys(told), ...Object.keys(provides)])].sort()
  return Object.fromEntries(names.map((one) => [one, { ...own(told, one), ...own(provides, one) }]))
}

const toldBy = (name: string, made: Made): Contracts => own(made.components, name)?.provides ?? {}

/** What aiship.yaml says of a component's contracts, where it says something. */
export const declaredOf = ({ provides, requires }: Pick<Component, 'provides' | 'requires'>) => ({
  ...(provides === undefined ? {} : { provides }),
  ...(requires === undefined ? {} : { requires }),
})

/** Every demand, and every declaration that the component's own files contradict. In: what the version's entry says. */
export function judgeContracts(components: readonly Component[], made: Made): readonly ContractResult[] {
  return components.flatMap((component) => [
    ...contradictions(component, toldBy(component.name, made)),
    ...Object.entries(component.requires ?? {}).map(([name, demand]) =>
      judgeDemand(component, name, demand, components, made),
    ),
  ])
}

/** What stands in braces may be no variable: there the declaration counts. */
const GUESSED: ReadonlySet<string> = new Set(['prompt'])

function contradictions({ name: component, provides = {} }: Component, told: Contracts): readonly ContractResult[] {
  const certain = Object.entries(provides).filter(([contract]) => !GUESSED.has(contract))
  return certain.flatMap(([contract, terms]) =>
    Object.entries(own(told, contract) ?? {}).flatMap(([key, found]): ContractResult[] => {
      const declared = own(terms, key)
      if (declared === undefined || isEqual(declared, found)) return []
      const why = `${component} is declared to provide ${contract}.${key} ${words(declared)}, and its files say ${words(found)}`
      return [{ component, contract, by: component, outcome: 'fail', why }]
    }),
  )
}

/**
 * Of several that provide it, those count that the component was made from; of them the best: one that meets the demand, else one that does not say
 * enough to tell.
 */
function judgeDemand(
  component: Component,
  contract: string,
  demand: Demand,
  components: readonly Component[],
  made: Made,
): ContractResult {
  const inputs = inputsOf(component, made)
  const offers = components.flatMap((other) => {
    const terms = other === component ? undefined : own(providedBy(other, made), contract)
    return terms === undefined ? [] : [{ other, terms }]
  })
  const close = offers.filter(({ other }) => own(inputs, other.name) !== undefined)
  const results = (close.length > 0 ? close : offers).map(({ other, terms }) =>
    judgePair(component, contract, demand, other, terms, made),
  )
  const best = (['pass', 'unknown', 'fail'] as const).flatMap((one) => results.filter((r) => r.outcome === one))[0]
  const why = `${component.name} requires ${contract}, and no other component provides it`
  return best ?? { component: component.name, contract, by: null, outcome: 'unknown', why }
}

function judgePair(
  component: Component,
  contract: string,
  demand: Demand,
  other: Component,
  terms: Terms,
  made: Made,
): ContractResult {
  const says = (outcome: ContractResult['outcome'], why: string): ContractResult => ({
    ...{ component: component.name, contract, by: other.name, outcome },
    why: `${component.name} requires ${contract}${why}`,
  })
  const silent: string[] = []
  for (const [key, wanted] of Object.entries(demand)) {
    const given = own(terms, key)
    if (given === undefined) silent.push(key)
    else if (!meets(wanted, given))
      return says(
        'fail',
        `.${key} ${words(wanted)}, and ${other.name} provides ${words(given)}${lacking(wanted, given)}`,
      )
  }
  const input = own(inputsOf(component, made), other.name)
  if (input !== undefined && input !== other.digest)
    return says('fail', ` of the ${other.name} that it was made from, and another ${other.name} lies beside it`)
  if (silent.length > 0)
    return says('unknown', `.${silent.join(', .')}, and nothing says what ${other.name} provides there`)
  return says('pass', ` of ${other.name}${Object.keys(demand).length === 0 ? '' : `: ${termWords(demand)}`}`)
}

/** What it was made from. A record of other bytes says nothing of these. */
function inputsOf({ name, digest }: Component, made: Made): Readonly<Record<string, Digest>> {
  const record = own(made.lineage, name)
  return record?.digest === digest ? record.inputs : {}
}

function meets(wanted: Demand[string], given: ContractValue): boolean {
  if (!isInclusion(wanted)) return isEqual(wanted, given)
  return isSet(given) && wanted.includes.every((item) => given.includes(item))
}

const isSet = (value: Demand[string]): value is ContractSet => Array.isArray(value)
const isInclusion = (value: Demand[string]): value is { readonly includes: ContractSet } =>
  typeof value === 'object' && !isSet(value)

/** Lists are sets. */
function isEqual(a: ContractValue, b: ContractValue): boolean {
  if (!isSet(a) || !isSet(b)) return a === b
  const [one, two] = [new Set(a), new Set(b)]
  return one.size === two.size && [...one].every((item) => two.has(item))
}

/** What is missing, which nobody finds in two long lists. */
function lacking(wanted: Demand[string], given: ContractValue): string {
  const all = isInclusion(wanted) ? wanted.includes : wanted
  if (!isSet(all) || !isSet(given)) return ''
  const missing = all.filter((item) => !given.includes(item))
  return missing.length === 0 ? '' : `: without ${words(missing)}`
}

const MOST_ITEMS = 8
/** Text that nobody takes for a number, or for true. */
const PLAIN = /^(?!(?:true|false)$)[A-Za-z_][\w.:/-]*$/

function words(value: Demand[string]): string {
  if (isInclusion(value)) return `including ${words(value.includes)}`
  if (!isSet(value)) return typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value)
  const few = value.slice(0, MOST_ITEMS).map((item) => words(item))
  return `[${few.join(', ')}${value.length > MOST_ITEMS ? `, and ${value.length - MOST_ITEMS} more` : ''}]`
}

/** "dimensions 512, model e3". */
export const termWords = (terms: Demand | Terms): string =>
  Object.entries(terms)
    .map(([key, value]) => `${key} ${words(value)}`)
    .join(', ')

const own = <T>(all: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(all, key) ? all[key] : undefined
