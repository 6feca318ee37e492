import type { Template } from '../core/model.gen.ts'
import type { Detected, Found } from './init-detect.ts'

/** A component that a template has where the folder shows none: as a remark to fill in, or live if it needs no files and examples are wanted. */
interface Suggestion {
  readonly name: string
  readonly line: string
  readonly isLive?: boolean
}

const SUGGESTIONS: Readonly<Record<Template, readonly Suggestion[]>> = {
  classic: [
    { name: 'model', line: 'model: { role: model-weights, path: artifacts/model.onnx }' },
    { name: 'training-data', line: 'training-data: { role: dataset, path: data/train/ }' },
    { name: 'features', line: 'features: { role: feature-pipeline, path: features/ }' },
    { name: 'params', line: 'params: { role: hyperparameters, path: params.yaml }' },
    { name: 'service', line: 'service: { role: inference-code, path: serve/ }' },
    { name: 'runtime', line: 'runtime: { role: runtime, command: [pip, freeze] } # what it prints' },
  ],
  llm: [
    { name: 'prompt', line: 'prompt: { role: prompt, path: prompts/ }' },
    { name: 'tools', line: 'tools: { role: tool-schema, path: tools/ }' },
    {
      name: 'llm',
      line: 'llm: { role: model, value: { provider: acme, model: chat-large-2026-08-01, temperature: 0.2 } }',
      isLive: true,
    },
    {
      name: 'index',
      line: 'index: { role: embedding-index, external: { uri: "s3://bucket/index", pin: "2026-08-01" } }',
    },
    { name: 'service', line: 'service: { role: inference-code, path: serve/ }' },
    { name: 'runtime', line: 'runtime: { role: runtime, path: [package.json, package-lock.json] }' },
  ],
  empty: [],
}

/** What a model is made of, among the components that are there. */
const MADE_FROM: Readonly<Record<string, readonly string[]>> = {
  model: ['training-data', 'data', 'features', 'params'],
  index: ['documents', 'data', 'embedder'],
}

const REMARKS: Readonly<Record<string, string>> = {
  model: 'The weights, and what they were made of: a later bundle with these weights and other inputs is warned about.',
  'eval-set': 'The questions and the program that counts the answers: a metric means nothing without both.',
  llm: "The provider's model by name and its settings: put yours here, and a dated name, so that a rollback brings the same one back.",
  runtime: 'What it runs on: lock files, an image by digest, or what a program prints (command: [pip, freeze]).',
}

/** The text of aiship.yaml: what was found, and as remarks what a project of this kind usually has besides. */
export function configText(
  app: string,
  template: Template,
  { components, commands, unassigned }: Detected,
  hasExamples: boolean,
): string {
  const found = new Set(components.map((component) => component.name))
  const missing = SUGGESTIONS[template].filter(({ name }) => !found.has(name))
  const live = missing.filter(({ isLive }) => isLive === true && hasExamples)
  const remarks = missing.filter((one) => !live.includes(one))
  const isEmpty = components.length + live.length === 0
  return [
    '# What a release of this project consists of: every component is hashed, and goes out and comes back with the others.',
    'version: 1',
    `app: ${app}`,
    '',
    'components:',
    ...components.flatMap((component) => [...remark(component.name), `  ${componentLine(component, found)}`]),
    ...live.flatMap(({ name, line }) => [...remark(name), `  ${line}`]),
    ...(isEmpty
      ? [
          '  # A value written here is a component too: put a path, a command or settings of yours in its place.',
          PLACEHOLDER,
        ]
      : []),
    ...(remarks.length === 0
      ? []
      : ['  # What such a project often has besides: correct the path, and take the # away.']),
    ...remarks.map(({ line }) => `  # ${line}`),
    ...(unassigned.length === 0
      ? []
      : [
          '',
          `# In no component: ${unassigned.slice(0, MOST_NAMED).join(', ')}${unassigned.length > MOST_NAMED ? ', …' : ''}`,
        ]),
    '',
    ...commandLines(commands),
    'pointers:',
    '  prod: { protected: true } # promote asks first; rollback never does',
    '  staging: {}',
    '',
  ].join('\n')
}

const MOST_NAMED = 12
const PLACEHOLDER = '  settings: { role: hyperparameters, value: { example: true } }'

const remark = (name: string): readonly string[] => (REMARKS[name] === undefined ? [] : [`  # ${REMARKS[name]}`])

function componentLine({ name, role, paths }: Found, found: ReadonlySet<string>): string {
  const path = paths.length === 1 ? quoted(paths[0] as string) : `[${paths.map(quoted).join(', ')}]`
  const from = (MADE_FROM[name] ?? []).filter((input) => found.has(input))
  return `${name}: { role: ${role}, path: ${path}${from.length === 0 ? '' : `, from: [${from.join(', ')}]`} }`
}

function commandLines(commands: Detected['commands']): readonly string[] {
  const rows = Object.entries(commands).map(([name, argv]) => `  ${name}: [${argv.map(quoted).join(', ')}]`)
  return rows.length === 0 ? [] : ['commands: # run from a checkout of a bundle', ...rows, '']
}

/** Names that YAML would read as something else, or not at all, go in JSON's quotes, which are YAML's too. */
const quoted = (text: string): string =>
  /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text) ? text : JSON.stringify(text)
