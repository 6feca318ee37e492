import fs from 'node:fs'
import path from 'node:path'
import { keeping, type Place, type Program, peerSh, saying, versionOf } from './program.ts'

const DVC = process.env.AISHIP_BENCH_DVC ?? 'dvc'
const dvcEnv = ({ home }: Place) => ({
  DVC_NO_ANALYTICS: '1',
  DVC_SITE_CACHE_DIR: path.join(home, 'dvc'),
  GIT_CONFIG_NOSYSTEM: '1',
})
const INIT = 'cd "$1"; git init -q; "$2" init -q; "$2" config core.check_update false'

/** It keeps the data in its own repository and replaces the files there by what is in its cache, so it works on a copy of them. */
export const dvc: Program = {
  name: 'dvc',
  version: () => versionOf(DVC),
  says: saying('add', 'checkout', {}),
  lacks: {
    stores:
      'MD5; no fsync of data; stores a changed file whole, each in a file of its own; copies it back from its cache',
    checkout: 'no fsync of data',
  },
  setUp: (place) => peerSh(place, `${INIT}; mkdir tags`, [place.store, DVC], dvcEnv(place)),
  bring({ data, store }, paths) {
    for (const file of paths) {
      const target = path.join(store, 'data', file)
      fs.rmSync(target, { force: true })
      fs.mkdirSync(path.dirname(target), { recursive: true })
      fs.copyFileSync(path.join(data, file), target)
    }
  },
  seal: (place, tag) => peerSh(place, 'cp "$1/data.dvc" "$1/tags/$2"', [place.store, tag]),
  openOut: (place, out) =>
    peerSh(place, `mkdir "$1"; ${INIT}; "$2" cache dir -q "$3/.dvc/cache"`, [out, DVC, place.store], dvcEnv(place)),
  steps(place) {
    const act = (script: string) => (tag: string, out: string) =>
      peerSh(place, script, [place.store, tag, out, DVC], dvcEnv(place))
    const checkout = act('cd "$3"; cp "$1/tags/$2" data.dvc; "$4" checkout -q data.dvc')
    return {
      ...keeping(act('cd "$1"; "$4" add -q data')),
      ...{ checkout, over: checkout },
    }
  },
  stored: ({ store }) => ({ all: [path.join(store, '.dvc')], cache: [path.join(store, '.dvc/tmp')] }),
}
