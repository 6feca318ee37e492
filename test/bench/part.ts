import fs from 'node:fs'
import path from 'node:path'
import { writeProject } from './aiship.ts'
import { type Change, prepareChange } from './change.ts'
import { type Ground, makeGround } from './ground.ts'
import { type Command, run, tool } from './measure.ts'
import type { Place, Program } from './program.ts'
import type { Record } from './record.ts'
import type { ChangeName, SetName, Size } from './work.ts'

/** One part of the bench: a set on a ground of its own, and every store that holds it. */
export interface Part {
  readonly name: string
  readonly set: SetName
  readonly ground: Ground
  readonly data: string
  readonly record: Record
  /** All files of the set. */
  readonly paths: readonly string[]
  readonly bytes: number
  change(name: ChangeName): Change
}

export interface PartInput {
  readonly name: string
  readonly set: SetName
  /** Where the set is kept. */
  readonly kept: string
  /** Where grounds are made, and how large at most. */
  readonly folder: string
  readonly gib: number
  readonly size: Size
  readonly record: Record
}

let current: Ground | null = null
/** Takes the ground of the running part down; for an interruption. */
export function dropGround(): void {
  current?.remove()
  current = null
}

/** Runs a part on a fresh ground with a copy of its set. Out: what ground it was. */
export async function onFreshGround(input: PartInput, act: (part: Part) => Promise<void>): Promise<string> {
  const { name, set, kept, folder, gib, size, record } = input
  const ground = makeGround(folder, gib)
  current = ground
  try {
    const project = path.join(ground.root, 'project')
    const data = path.join(project, 'data')
    fs.mkdirSync(project)
    writeProject(set, project)
    if (tool('cp', '-a', kept, data).status !== 0) throw new Error(`${kept} could not be copied to ${data}`)
    const paths = fs
      .readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter((file) => fs.statSync(path.join(data, file)).isFile())
    const bytes = paths.reduce((sum, file) => sum + fs.statSync(path.join(data, file)).size, 0)
    const aside = path.join(ground.root, 'changes')
    const change = (one: ChangeName) => prepareChange(one, data, aside, size)
    await act({ ...{ name, set, ground, data, record, paths, bytes, change } })
  } finally {
    dropGround()
  }
  return ground.kind
}

/** A store that is open: its place, and what is done with it. Errors of the commands: CommandFailed. */
export interface Shop {
  readonly place: Place
  readonly program: Program
  /** Has the changed paths where the program wants them. */
  bring(paths: readonly string[]): void
  /** The data as it stands becomes `tag`, not timed but for what `ingest` does. */
  take(tag: string, ingest: (command: Command) => Promise<unknown>): Promise<void>
  drop(): void
}

let shops = 0
export async function openShop(part: Part, program: Program): Promise<Shop> {
  const folder = path.join(part.ground.root, `shop-${shops++}`)
  const place: Place = {
    set: part.set,
    store: path.join(folder, 'store'),
    home: path.join(folder, 'home'),
    data: part.data,
  }
  for (const made of [place.store, place.home]) fs.mkdirSync(made, { recursive: true })
  const command = program.setUp?.(place)
  if (command !== undefined) await run(command)
  program.bring?.(place, part.paths)
  return {
    ...{ place, program },
    bring: (paths) => program.bring?.(place, paths),
    async take(tag, ingest) {
      const steps = program.steps(place)
      const act = tag === 'v1' ? steps.ingest : steps.change
      if (act !== undefined) await ingest(act(tag, ''))
      const seal = program.seal?.(place, tag)
      if (seal !== undefined) await run(seal)
    },
    // Stores of a large file are few files, save where they are cut into chunks that are files.
    drop: () => part.ground.drop(folder, part.set === 'small' || program.name === 'casync'),
  }
}

/** Another one begins each round, so that none always runs after the same. */
export function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const at = round % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}
