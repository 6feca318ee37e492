import { randomUUID } from 'node:crypto'
import { AishipError } from '../../src/core/errors.ts'
import { openFolder } from '../../src/store/folder.ts'

/**
 * Run as a process of its own: `child.mjs WHAT ROOT [START]`. Prints one line of JSON: what came of it.
 * START is when to begin, in ms since 1970, so that several begin together.
 */
const [what = '', root = '', start = '0'] = process.argv.slice(2)

async function act(): Promise<string> {
  const registry = openFolder(root, { create: what === 'create', now: () => new Date(), uuid: randomUUID })
  if (what === 'append') return registry.logs.append('pointers/app/prod', 2, Buffer.from('{"seq":2}'))
  if (what === 'first') return registry.logs.append('pointers/app/new', 1, Buffer.from('{"seq":1}'))
  if (what === 'name') return registry.names.create('labels/app/y', Buffer.from('{}'))
  if (what === 'read') return `seq ${(await registry.logs.tip('pointers/app/prod'))?.seq}`
  if (what === 'put') {
    const batch = await registry.objects.batch()
    await batch.bytes(Buffer.from('new'))
    await batch.flush()
    return 'stored'
  }
  return registry.id
}

while (Date.now() < Number(start)) {
  // So close together that only a loop is exact enough.
}
const outcome = await act().catch((error: unknown) => {
  if (!(error instanceof AishipError)) throw error
  return `${error.code} ${error.exit}: ${error.message}`
})
process.stdout.write(`${JSON.stringify(outcome)}\n`)
