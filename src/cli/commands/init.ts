import { AishipError } from '../../core/errors.ts'
import { nearest } from '../../core/names.ts'
import { init } from '../../ops/init.ts'
import { defineCommand, text } from '../command.ts'
import { columns, plural } from '../style.ts'

const TEMPLATES = ['classic', 'llm', 'empty'] as const

export const command = defineCommand({
  name: 'init',
  summary: 'Write a commented aiship.yaml for this folder, with the components that it finds.',
  args: [],
  options: [['--template <name>', 'classic, llm or empty (default: what fits the folder)']],
  examples: ['aiship init', 'aiship init --template llm'],
  registry: 'none',
  workspace: true,
  input: (words) => {
    const given = text(words, 'template')
    const template = TEMPLATES.find((name) => name === given) ?? null
    if (given === null || template !== null) return { template }
    throw new AishipError('USAGE', `there is no template ${JSON.stringify(given)}`, {
      hint: `it can be ${TEMPLATES.join(', ')}`,
      next: [`aiship init --template ${nearest(given, TEMPLATES) ?? 'classic'}`],
    })
  },
  run: init,
  quiet: () => '',
  view: ({ data }, style) => {
    const rows = data.components.map((c) => [
      style.dim(c.layer),
      c.name,
      c.role,
      c.what,
      c.files === 0 ? '' : plural(c.files, 'file'),
    ])
    const left = data.unassigned.length === 0 ? [] : [style.dim(`in no component: ${data.unassigned.join(', ')}`)]
    return [
      `wrote ${style.bold(data.path)} for the app ${data.app}, from the template ${data.template}`,
      columns(rows, '  '),
      ...left,
      `next: ${style.command('aiship bundle -m "first bundle"')}`,
    ]
      .filter((line) => line !== '')
      .join('\n')
  },
})
