import type { RouteShowData } from '../../core/model.gen.ts'
import { draws } from '../../core/route-draft.ts'
import { keyWords, mirrorWords, weightWords, whoWords } from '../../core/route-words.ts'
import { routeShow } from '../../ops/route-show.ts'
import { arg, defineCommand } from '../command.ts'
import { ago, columns, type Style } from '../style.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'route show',
  summary: 'Who is served what by a pointer: its arms, its rules in order, and what is drawn.',
  args: [['<pointer>', 'the pointer, or prod@41 for what it said then']],
  options: [],
  examples: ['aiship route show prod', 'aiship route show prod --json'],
  registry: 'open',
  does: 'look',
  input: (words) => ({ ref: arg(words, 0) }),
  run: routeShow,
  view: ({ data }, style) => routeView(data, style),
})

function routeView(data: RouteShowData, style: Style): string {
  const { pointer, route, seq, at, actor, reason, hold } = data
  const why = reason === null ? '' : `: ${reason}`
  const arms = Object.entries(route.arms).map(([name, { bundle, version }]) => [
    style.bold(name),
    bundleName(bundle, version),
    name === route.fallback ? 'fallback' : '',
  ])
  const rules = route.serve.map((rule, i) => [
    String(i + 1),
    whoWords(rule, route),
    '->',
    style.bold(weightWords(rule.to)),
  ])
  return [
    `${style.bold(pointer)}  entry ${seq}, set ${ago(at, style.now)} by ${actor.name}${why}`,
    'arms',
    columns(arms, '  '),
    'rules, the first that matches wins',
    columns(rules, '  '),
    ...(draws(route) ? [style.dim(keyWords(route))] : []),
    ...mirrorWords(route).map((words) => `mirror  ${words}`),
    ...(hold === null ? [] : [`! held by ${hold.by.name} ${ago(hold.at, style.now)}`]),
  ].join('\n')
}
