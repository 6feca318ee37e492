import { AishipError, hasCode } from '../core/errors.ts'
import type { Component } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { readerFor, type TextRow } from '../core/rows.ts'
import type { Wanted } from './quarantine-check.ts'
import { predictionStore } from './segments.ts'
import { filesOf, type ListedFile } from './trees.ts'

/** What was found among the rows of a dataset. */
export interface Counted {
  rows: number
  /** Rows without a value in the column, or that can't be read; and files of which no row can. */
  unread: number
  /** Rows of each that is wanted. */
  readonly hits: number[]
  /** Some of the values, at most MOST_FOUND. */
  readonly found: string[]
  replayed: number
}

const MOST_FOUND = 10

/** Errors: USAGE for a column that no file has; OBJECT_MISSING, CORRUPT. */
export async function countRows(
  ctx: Context,
  component: Component,
  key: string,
  wanted: readonly Wanted[],
): Promise<Counted> {
  const counted: Counted = { rows: 0, unread: 0, hits: wanted.map(() => 0), found: [], replayed: 0 }
  const columns = new Set<string>()
  const take = (value: string, times: number): void => {
    wanted.forEach(({ values }, i) => {
      if (!values.has(value)) return
      counted.hits[i] = (counted.hits[i] as number) + times
      if (counted.found.length < MOST_FOUND && !counted.found.includes(value)) counted.found.push(value)
    })
  }
  const files = await filesOf(ctx.registry.objects, component)
  // What lies elsewhere nobody can look at from here.
  if (files.length === 0) counted.unread++
  for (const [i, file] of files.entries()) {
    ctx.signal.throwIfAborted()
    ctx.emit({ type: 'progress', what: `reading ${component.name}`, done: i, total: files.length, unit: 'files' })
    if (/\.parquet$/i.test(file.path)) await countParquet(ctx, file, key, counted, columns, take)
    else await countText(ctx, file, key, counted, columns, take)
  }
  if (counted.rows > 0 && !columns.has(key))
    throw new AishipError('USAGE', `${component.name} has no column ${JSON.stringify(key)}`, {
      hint: `it has ${[...columns].slice(0, 20).join(', ')}`,
      next: ['aiship help quarantine check'],
    })
  return counted
}

type Take = (value: string, times: number) => void

async function countText(
  ctx: Context,
  { path, digest }: ListedFile,
  key: string,
  counted: Counted,
  columns: Set<string>,
  take: Take,
): Promise<void> {
  const reader = readerFor(path)
  if (reader === null) {
    counted.unread++
    return
  }
  const count = (rows: readonly TextRow[]): void => {
    for (const row of rows) {
      counted.rows++
      for (const name of row?.keys() ?? []) columns.add(name)
      const value = row?.get(key) ?? ''
      if (value === '') counted.unread++
      else take(value, 1)
      if (row?.get('mode') === 'replay') counted.replayed++
    }
  }
  const decoder = new TextDecoder()
  for await (const chunk of ctx.registry.objects.get(digest))
    count(reader.push(decoder.decode(chunk, { stream: true })))
  count(reader.push(decoder.decode()))
  count(reader.end())
}

async function countParquet(
  ctx: Context,
  { digest, path }: ListedFile,
  key: string,
  counted: Counted,
  columns: Set<string>,
  take: Take,
): Promise<void> {
  try {
    const store = await predictionStore(ctx)
    const read = await store.column(ctx.registry.objects, digest, key)
    for (const name of read.columns) columns.add(name)
    counted.replayed += read.replayed
    for await (const { value, rows } of read.values()) {
      counted.rows += rows
      if (value === null || value === '') counted.unread += rows
      else take(value, rows)
    }
  } catch (error) {
    if (!hasCode(error, 'ENGINE_MISSING', 'COMPONENT_INVALID')) throw error
    counted.unread++
    ctx.emit({
      type: 'warning',
      code: 'NOT_READ',
      message: `${path} was not looked at: ${(error as Error).message}`,
    })
  }
}
