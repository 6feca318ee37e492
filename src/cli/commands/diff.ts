import { EXIT } from '../../core/errors.ts'
import type { DiffComponent, DiffData, DiffFile, KeyChange } from '../../core/model.gen.ts'
import { diff } from '../../ops/diff.ts'
import { defineCommand, flag } from '../command.ts'
import { bytes, plural, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'diff',
  summary: 'What differs between two bundles, by layer, component and file. Default: prod against the working tree.',
  args: [
    ['[a]', 'the first (default: prod, else the only pointer)'],
    ['[b]', 'the second (default: @work, the working tree)'],
  ],
  options: [
    ['--content', 'show the changes inside text, JSON and YAML files'],
    ['--capture', 'run the commands of the working tree to look at their output too'],
    ['--exit-code', 'exit with 10 if there is a difference'],
  ],
  examples: ['aiship diff', 'aiship diff prod~1 prod', 'aiship diff v41 v42 --content'],
  registry: 'open',
  does: 'look',
  workspace: true,
  input: (words) => ({
    a: words.args[0] ?? null,
    b: words.args[1] ?? null,
    content: flag(words, 'content'),
    capture: flag(words, 'capture'),
  }),
  run: diff,
  view: ({ data }, style) => view(data, style),
  exit: (data, words) => (data.different && flag(words, 'exitCode') ? EXIT.DIFFERENT : 0),
})

const SIGN = { added: '+', removed: '-', changed: '~' } as const
const FILES_SHOWN = 20

function view(data: DiffData, style: Style): string {
  const lines: string[] = []
  for (const { layer, changed, components } of data.layers) {
    const looked = components.filter((component) => component.state !== 'same')
    if (looked.length === 0 && !style.verbose) continue
    const isSame = !changed && looked.length === 0
    lines.push(`${style.bold(layer)}${isSame ? style.dim('  same') : ''}`)
    for (const component of looked) lines.push(...componentLines(component, style))
  }
  for (const { name, from, to } of data.commands)
    lines.push(`~ command ${name}: ${from?.join(' ') ?? 'none'} -> ${to?.join(' ') ?? 'none'}`)
  const isLooked = data.layers.every(({ components }) => components.every(({ state }) => state !== 'not looked at'))
  const changed = data.layers.filter((layer) => layer.changed)
  const same = data.layers.filter(isTheSame).map((layer) => layer.layer)
  const what =
    changed.length === 0
      ? data.different
        ? 'only commands differ'
        : isLooked
          ? 'the same'
          : 'the same, as far as it was looked at'
      : `${plural(changed.length, 'layer')} changed: ${changed.map((l) => l.layer).join(', ')}`
  const rest = same.length === 0 || changed.length === 0 ? '' : `; the same: ${same.join(', ')}`
  lines.push(style.dim(`${side(data.a)} -> ${side(data.b)}: `) + what + rest)
  return lines.join('\n')
}

/** A layer that was looked at in part is not called the same. */
const isTheSame = ({ changed, components }: DiffData['layers'][number]): boolean =>
  !changed && components.length > 0 && components.every(({ state }) => state === 'same')

const side = ({ ref, bundle, version }: DiffData['a']): string =>
  bundle === null || version === ref ? ref : `${ref} (${version ?? bundle.slice(7, 19)})`

function componentLines(component: DiffComponent, style: Style): readonly string[] {
  const { name, role, state, why, keys, from, to } = component
  // Of a value, the keys that changed are all there is to say.
  const files = keys.length > 0 ? [] : component.files
  if (state === 'not looked at' || state === 'missing' || state === 'same')
    return [`  ? ${name}  ${state}${why === null ? '' : `: ${why}`}`]
  const size = from !== null && to !== null && from.size !== to.size ? `  ${bytes(from.size)} -> ${bytes(to.size)}` : ''
  const reason = why === null ? '' : `  ${why}`
  const lines = [
    `  ${paint(state, style)} ${style.bold(name)}  ${role}${size}${reason}`,
    ...keys.map((key) => `      ${keyLine(key)}`),
  ]
  for (const file of files.slice(0, style.verbose ? files.length : FILES_SHOWN)) lines.push(...fileLines(file, style))
  if (!style.verbose && files.length > FILES_SHOWN)
    lines.push(`      … and ${plural(files.length - FILES_SHOWN, 'more file')} (-v shows them)`)
  return lines
}

const paint = (state: 'added' | 'removed' | 'changed', style: Style): string =>
  ({ added: style.green, removed: style.red, changed: style.yellow })[state](SIGN[state])

function fileLines(file: DiffFile, style: Style): readonly string[] {
  const { path, state, from_size: from, to_size: to, exec, text, keys } = file
  const size =
    from !== null && to !== null ? (from === to ? bytes(to) : `${bytes(from)} -> ${bytes(to)}`) : bytes(to ?? from ?? 0)
  const bit = exec === null ? '' : exec ? ', now executable' : ', no longer executable'
  const lines = [
    `      ${paint(state, style)} ${path}  ${style.dim(size + bit)}`,
    ...keys.map((key) => `          ${keyLine(key)}`),
  ]
  if (text !== null && keys.length === 0)
    lines.push(
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `          ${inkLine(line, style)}`),
    )
  return lines
}

const inkLine = (line: string, style: Style): string =>
  line.startsWith('+') ? style.green(line) : line.startsWith('-') ? style.red(line) : line

function keyLine({ key, state, from, to }: KeyChange): string {
  const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
  if (state === 'added') return `+ ${key} ${show(to)}`
  if (state === 'removed') return `- ${key} ${show(from)}`
  return `${key} ${show(from)} → ${show(to)}`
}
