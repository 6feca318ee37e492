import { formatOf } from '../core/formats.ts'
import { isGlob } from '../core/globs.ts'
import type { Role } from '../core/model.gen.ts'
import { pathProblem } from '../core/paths.ts'
import type { FolderItem, Workspace } from '../core/ports.ts'

/** A component that the folder seems to have. */
export interface Found {
  readonly name: string
  readonly role: Role
  readonly paths: readonly string[]
  readonly files: number
}

export interface Detected {
  readonly components: readonly Found[]
  readonly commands: Readonly<Record<string, readonly string[]>>
  /** What lies in the folder and in no component. */
  readonly unassigned: readonly string[]
}

interface Rule {
  readonly name: string
  readonly role: Role
  readonly folder: RegExp | null
  readonly file: RegExp | null
}

const CODE = '(py|js|mjs|cjs|ts)'
const SETTINGS = '(json|ya?ml|toml)'
const WEIGHTS =
  /\.(onnx|safetensors|gguf|ggml|pt|pth|ckpt|pkl|pickle|joblib|h5|hdf5|keras|pb|tflite|mlmodel|npz|npy|cbm|ubj|bst|model|bin)$/i
const EVAL_NAME = /^(eval|test|valid|holdout|hold-out|golden|dev)([-_.a-z]|$)/i

/** In the order of the file that is written: the first rule that matches a name of the folder takes it. */
const RULES: readonly Rule[] = [
  {
    name: 'prompt',
    role: 'prompt',
    folder: /^prompts?$/i,
    file: /^system([-_]?prompt)?\.(md|txt)$|\.prompt(\.(md|txt))?$/i,
  },
  {
    name: 'tools',
    role: 'tool-schema',
    folder: /^(tools|functions|tool[-_]schemas?)$/i,
    file: /^tools\.(json|ya?ml)$/i,
  },
  {
    name: 'routing',
    role: 'agent-routing',
    folder: /^(routing|routes)$/i,
    file: new RegExp(`^(routing|routes|agents)\\.${SETTINGS}$`, 'i'),
  },
  {
    name: 'guardrail',
    role: 'guardrail',
    folder: /^guardrails?$/i,
    file: new RegExp(`^(guardrails?|moderation)\\.${SETTINGS}$`, 'i'),
  },
  { name: 'model', role: 'model-weights', folder: /^(models?|artifacts|weights|checkpoints?)$/i, file: WEIGHTS },
  { name: 'training-data', role: 'dataset', folder: /^(data|datasets?|corpus)$/i, file: null },
  {
    name: 'index',
    role: 'embedding-index',
    folder: /^(index|indexes|embeddings?|vectors?|vector[-_]?store|knowledge)$/i,
    file: new RegExp(`^(indexing\\.${SETTINGS}|build[-_]index\\.${CODE}|chunk\\.${CODE})$|\\.faiss$`, 'i'),
  },
  {
    name: 'eval-set',
    role: 'eval-set',
    folder: /^(evals?|evaluation|golden)$/i,
    file: new RegExp(`^eval(uate|uation)?\\.${CODE}$|^(eval|golden)[-_\\w]*\\.(jsonl|csv|parquet)$`, 'i'),
  },
  {
    name: 'features',
    role: 'feature-pipeline',
    folder: /^(features?|feature[-_]?(pipeline|store)|preprocess(ing)?|transforms?)$/i,
    file: new RegExp(`^(features?|feature_store|preprocess(ing)?|vocabulary)\\.(${CODE}|json|ya?ml|txt)$`, 'i'),
  },
  {
    name: 'tokenizer',
    role: 'tokenizer',
    folder: /^tokenizers?$/i,
    file: /^(tokenizer[-_\w]*\.json|vocab\.(txt|json)|.*\.spm)$/i,
  },
  { name: 'embedder', role: 'embedder', folder: /^(embedder|embedding[-_]model)$/i, file: null },
  {
    name: 'params',
    role: 'hyperparameters',
    folder: null,
    file: new RegExp(
      `^(params?|hyper[-_]?param(eter)?s|config|train(ing)?[-_]config)\\.${SETTINGS}$|^train(ing)?\\.${CODE}$`,
      'i',
    ),
  },
  {
    name: 'service',
    role: 'inference-code',
    folder: /^(serve|serving|service|server|app|api|src|inference|agent)$/i,
    file: new RegExp(`^(serve|server|app|main|predict|inference|handler|agent)\\.${CODE}$`, 'i'),
  },
  {
    name: 'runtime',
    role: 'runtime',
    folder: null,
    file: /^(requirements[-_\w]*\.(txt|lock)|poetry\.lock|uv\.lock|Pipfile(\.lock)?|environment\.ya?ml|conda-lock\.ya?ml|pyproject\.toml|\.python-version|\.nvmrc|package\.json|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Dockerfile|Containerfile)$/,
  },
]

const DATA = 'training-data'
const NEVER = /^(\.git|\.aiship|node_modules|__pycache__|\.venv|venv|\.ipynb_checkpoints|\.dvc|\.DS_Store)$/

/** Looks at names, and at the first bytes of what may be weights. */
export async function detect(workspace: Workspace): Promise<Detected> {
  const items = (await workspace.list('')).filter(
    (item) => !NEVER.test(item.path) && pathProblem(item.path) === null && !isGlob(item.path),
  )
  const taken = new Map<string, string[]>()
  const take = (name: string, path: string): void => void taken.set(name, [...(taken.get(name) ?? []), path])
  const unassigned: string[] = []
  for (const item of items) {
    const rule = RULES.find(({ folder, file }) =>
      (item.kind === 'folder' ? folder : item.kind === 'file' ? file : null)?.test(item.path),
    )
    if (rule === undefined) unassigned.push(shown(item))
    else if (item.kind === 'folder' && rule.name === DATA) await takeData(workspace, item, take)
    else if (item.kind === 'folder' && rule.name === 'model') take('model', await weightsIn(workspace, item))
    else take(rule.name, shown(item))
  }
  const components: Found[] = []
  for (const { name, role } of RULES) {
    const paths = taken.get(name) ?? []
    const counts = await Promise.all(paths.map((path) => countFiles(workspace, path)))
    const kept = paths.filter((_, index) => (counts[index] as number) > 0)
    if (kept.length > 0)
      components.push({ name, role, paths: kept, files: counts.reduce((sum, count) => sum + count, 0) })
  }
  const named = components.map((component) => ({
    ...component,
    name: component.name === DATA ? dataName(taken) : component.name,
  }))
  return {
    components: named,
    commands: await commandsOf(workspace, named),
    unassigned: unassigned.filter((path) => !path.startsWith('.')),
  }
}

const shown = ({ path, kind }: FolderItem): string => (kind === 'folder' ? `${path}/` : path)

/** Data is for training where there is a model that was trained; beside prompts it is what answers come from. */
const dataName = (taken: ReadonlyMap<string, unknown>): string =>
  taken.has('model') || taken.has('params') || taken.has('features')
    ? DATA
    : taken.has('prompt') || taken.has('index')
      ? 'documents'
      : 'data'

/** What stands in a data folder under a name such as `eval` is not what a model learns from. */
async function takeData(
  workspace: Workspace,
  folder: FolderItem,
  take: (name: string, path: string) => void,
): Promise<void> {
  const below = (await workspace.list(folder.path)).filter((item) => item.kind !== 'other' && !NEVER.test(nameOf(item)))
  const evals = below.filter((item) => EVAL_NAME.test(nameOf(item)))
  if (evals.length === 0) return take(DATA, shown(folder))
  for (const item of below) take(evals.includes(item) ? 'eval-set' : DATA, shown(item))
}

/** The one file of weights in a folder for them, else the folder. */
async function weightsIn(workspace: Workspace, folder: FolderItem): Promise<string> {
  const files = (await workspace.list(folder.path)).filter((item) => item.kind === 'file')
  const weights: FolderItem[] = []
  for (const file of files) if (WEIGHTS.test(file.path) || (await hasWeights(workspace, file))) weights.push(file)
  const [only] = weights
  return weights.length === 1 && only !== undefined ? only.path : shown(folder)
}

const HEAD_BYTES = 4096

async function hasWeights(workspace: Workspace, { path }: FolderItem): Promise<boolean> {
  const head = await workspace.read(path, HEAD_BYTES)
  return head !== null && formatOf(head, path) !== null
}

const nameOf = ({ path }: FolderItem): string => path.slice(path.lastIndexOf('/') + 1)

const MOST_FILES = 10_000

/** Stops at 10,000: whoever reads it wants to know whether it is one, some or many. */
async function countFiles(workspace: Workspace, path: string): Promise<number> {
  if (!path.endsWith('/')) return 1
  let count = 0
  const folders = [path.slice(0, -1)]
  for (let folder = folders.pop(); folder !== undefined && count < MOST_FILES; folder = folders.pop()) {
    for (const item of await workspace.list(folder)) {
      if (NEVER.test(nameOf(item))) continue
      if (item.kind === 'file') count++
      else if (item.kind === 'folder') folders.push(item.path)
    }
  }
  return count
}

const PROGRAM: Readonly<Record<string, string>> = { py: 'python3', js: 'node', mjs: 'node', cjs: 'node' }

/** Programs that a bundle would have: `predict.*` of the service and `evaluate.*` of the eval set. */
async function commandsOf(workspace: Workspace, components: readonly Found[]): Promise<Detected['commands']> {
  const find = async (component: string, name: RegExp): Promise<readonly string[] | null> => {
    for (const path of components.find((one) => one.name === component)?.paths ?? []) {
      const files = path.endsWith('/') ? (await workspace.list(path.slice(0, -1))).map((item) => item.path) : [path]
      const file = files.find((one) => name.test(one.slice(one.lastIndexOf('/') + 1)))
      const program = PROGRAM[/\.(\w+)$/.exec(file ?? '')?.[1] ?? '']
      if (file !== undefined && program !== undefined) return [program, file]
    }
    return null
  }
  const predict = await find('service', /^predict\.(py|js|mjs|cjs)$/)
  const evaluate = await find('eval-set', /^eval(uate|uation)?\.(py|js|mjs|cjs)$/)
  return { ...(predict ? { predict } : {}), ...(evaluate ? { evaluate } : {}) }
}
