import { AishipError } from '../core/errors.ts'
import { LAYER_OF } from '../core/manifest.ts'
import type { InitData, Template } from '../core/model.gen.ts'
import { checkName, nameProblem } from '../core/names.ts'
import type { Operation } from '../core/ports.ts'
import { type Detected, detect } from './init-detect.ts'
import { configText } from './init-write.ts'

export interface InitInput {
  /** Null: what the folder looks like. */
  readonly template: Template | null
  /** Null: made of the folder's name. */
  readonly app?: string | null
}

const FILE = 'aiship.yaml'

/**
 * Writes a commented aiship.yaml with the components that the folder seems to have, and nothing else; one that is there stays.
 * Needs only the working folder of the context. Errors: USAGE, NOT_PERMITTED, READ_ONLY, DISK_FULL.
 */
export const init: Operation<InitInput, InitData> = async ({ workspace }, input) => {
  const app = input.app == null ? appName(workspace.root) : checkName(input.app, 'an app')
  const detected = await detect(workspace)
  const template = input.template ?? guess(detected)
  const found = template === 'empty' ? { components: [], commands: {}, unassigned: [] } : detected
  // Nobody has asked for settings that are made up.
  const hasExamples = input.template !== null
  const text = configText(app, template, found, hasExamples)
  if ((await workspace.create(FILE, Buffer.from(text))) === 'lost') {
    throw new AishipError('USAGE', `there is an aiship.yaml in ${workspace.root} already, and it stays as it is`, {
      hint: 'to start over, move it away',
      next: ['aiship bundle'],
    })
  }
  const components = found.components.map(({ name, role, paths, files }) => ({
    name,
    role,
    layer: LAYER_OF[role],
    what: paths.join(', '),
    files,
  }))
  const value =
    template === 'llm' && hasExamples
      ? [{ name: 'llm', role: 'model', layer: 'logic', what: 'an example: put yours in its place', files: 0 } as const]
      : []
  const data = {
    path: `${workspace.root}/${FILE}`,
    app,
    template,
    components: [...components, ...value],
    unassigned: found.unassigned,
  }
  return { changed: true, data }
}

const guess = ({ components }: Detected): Template =>
  components.some(({ role }) => role === 'prompt' || role === 'tool-schema' || role === 'agent-routing')
    ? 'llm'
    : 'classic'

/** The folder's name in the letters that a name may have. */
function appName(root: string): string {
  const folder = root.split(/[\\/]/).filter(Boolean).at(-1) ?? ''
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '')
  if (nameProblem(name) === null) return name
  return name !== '' && nameProblem(`app-${name}`) === null ? `app-${name}` : 'app'
}
