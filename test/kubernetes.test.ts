import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { parse } from '../src/cli/program.ts'

const FOLDER = path.join(import.meta.dirname, '../examples/kubernetes')
const read = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8')

interface Container {
  readonly name: string
  readonly image: string
  readonly args?: readonly string[]
  readonly restartPolicy?: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Deployment {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly initContainers: readonly Container[]
        readonly containers: readonly Container[]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

const documents = parseAllDocuments(read('deployments.yaml'), { merge: true })
const deployments = documents.map((one) => one.toJS() as Deployment)

test('there are two deployments, one for each arm, that Kubernetes can read', () => {
  expect(documents.flatMap((one) => [...one.errors, ...one.warnings])).toEqual([])
  expect(deployments.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['Deployment', 'scorer-stable'],
    ['Deployment', 'scorer-candidate'],
  ])
  for (const { spec } of deployments) {
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels)
    const volumes = spec.template.spec.volumes.map(({ name }) => name)
    for (const { volumeMounts } of [...spec.template.spec.initContainers, ...spec.template.spec.containers])
      for (const { name } of volumeMounts) expect(volumes).toContain(name)
  }
})

test.each(deployments.map(({ metadata, spec }) => [metadata.name, spec] as const))(
  'the commands of %s are commands of aiship',
  async (name, { template }) => {
    const inputs = []
    for (const { args = [], restartPolicy } of template.spec.initContainers) {
      const parsed = await parse(args)
      if ('print' in parsed) throw new Error(`${args.join(' ')} only prints`)
      inputs.push([restartPolicy, parsed.command.input(parsed.words)])
    }
    const arm = name.replace('scorer-', '')
    const same = { pointer: 'prod', dir: '/srv/scorer', arm, health: ['node', 'serve/check.js'] }
    expect(inputs).toMatchObject([
      [undefined, { ...same, once: true, signal: null }],
      ['Always', { ...same, once: false, signal: { name: 'HUP', pidFile: '/srv/scorer.pid' } }],
    ])
  },
)
