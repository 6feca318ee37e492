import type { KeyChange } from './model.gen.ts'

/**
 * What differs between two values as JSON has them, key by key: `temperature: 0.2 to 0.7`. An array of another length differs as a whole,
 * for an index says little once something was put in.
 */
export function diffKeys(from: unknown, to: unknown): readonly KeyChange[] {
  const changes: KeyChange[] = []
  compare(from, to, '', changes)
  return changes
}

function compare(from: unknown, to: unknown, key: string, changes: KeyChange[]): void {
  if (isRecord(from) && isRecord(to)) {
    for (const name of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()) {
      const at = join(key, name)
      if (!Object.hasOwn(to, name)) changes.push({ key: at, state: 'removed', from: from[name] })
      else if (!Object.hasOwn(from, name)) changes.push({ key: at, state: 'added', to: to[name] })
      else compare(from[name], to[name], at, changes)
    }
  } else if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    for (const [index, item] of from.entries()) compare(item, to[index], join(key, String(index)), changes)
  } else if (!isSame(from, to)) {
    changes.push({ key, state: 'changed', from, to })
  }
}

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

const join = (key: string, name: string): string => {
  const part = /^[\w-]+$/.test(name) ? name : JSON.stringify(name)
  return key === '' ? part : `${key}.${part}`
}
