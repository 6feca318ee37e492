import { randomUUID } from 'node:crypto'
import { openFolder } from '../../src/store/folder.ts'
import { packFiles, tidyPacks } from '../../src/store/merge.ts'
import { mergePacks } from '../../src/store/pack-merge.ts'
import { startSignals } from '../../src/store/signals.ts'

// Stores small objects and merges packs until it is killed; says which objects are safe.

const [root = '', run = ''] = process.argv.slice(2)
const registry = openFolder(root, { create: true, now: () => new Date(), uuid: randomUUID })
for (let n = 0; ; n++) {
  const batch = await registry.objects.batch()
  const lines: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const { digest } = await batch.bytes(Buffer.from(`${run} ${n} ${name} ${'x'.repeat((n * 977) % 20_000)}`))
    lines.push(`${digest}\n`)
  }
  await batch.flush()
  await batch.close()
  process.stdout.write(lines.join(''))
  if (n % 3 === 2) mergePacks({ root, names: packFiles(root).map(({ name }) => name) }, startSignals())
  else await tidyPacks(root)
}
