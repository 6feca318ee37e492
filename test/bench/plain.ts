import path from 'node:path'
import type { Command } from './measure.ts'
import { type Place, type Program, peerSh, type Step, type Steps, versionOf } from './program.ts'

/** The programs that keep no store: what the machine takes to start, to hash, to copy and to look. */

export const BARE = 'node -e 0'
export const LOOK = 'node -e 0, then find -printf'
export const OPENSSL = 'openssl dgst -sha256'
export const COPY = 'cp -r'
export const COPY_AND_HASH = 'cp -r, then openssl dgst'

const EVERY: readonly Step[] = ['ingest', 'again', 'change', 'checkout', 'over', 'link', 'verify', 'point']
/** The same environment as aiship has. */
const bareNode = ({ home }: Place): Command => ({ argv: [process.execPath, '-e', '0'], env: { HOME: home } })

const bare: Program = {
  name: BARE,
  version: () => process.version.slice(1),
  lacks: { stores: 'does nothing: what starting Node costs' },
  steps: (place) => Object.fromEntries(EVERY.map((step) => [step, () => bareNode(place)])),
}

const look: Program = {
  name: LOOK,
  version: () => versionOf('find'),
  lacks: { stores: 'compares nothing: prints size, times and inode of each path to /dev/null' },
  steps: (place): Steps => ({
    again: () =>
      peerSh(place, `"$2" -e 0; find "$1" -printf '%s %T@ %C@ %i\\n' > /dev/null`, [place.data, process.execPath]),
  }),
}

/** One file is named; of many, as many as an argument list holds at a time. */
function hashing(hash: string, { set, data }: Place): string {
  const one = path.join(data, 'model.safetensors')
  return set === 'big'
    ? `${hash} '${one}' > /dev/null`
    : `find '${data}' -type f -print0 | xargs -0 ${hash} > /dev/null`
}

function hasher(name: string, program: string, command: string, lacks: string, args?: readonly string[]): Program {
  return {
    name,
    version: () => versionOf(program, args),
    lacks: { stores: lacks },
    steps(place) {
      const hash = () => peerSh(place, hashing(command, place), [])
      return { ingest: hash, checkout: hash, over: hash, verify: hash }
    },
  }
}

const copy: Program = {
  name: COPY,
  version: () => versionOf('cp'),
  lacks: { stores: 'no hash, no fsync' },
  steps: (place) => ({
    ingest: () => peerSh(place, 'cp -r "$1" "$2"', [place.data, path.join(place.store, 'v1')]),
    checkout: (_tag, out) => peerSh(place, 'cp -r "$1" "$2"', [place.data, out]),
    over: (_tag, out) => peerSh(place, 'cp -r "$1/." "$2"', [place.data, out]),
  }),
}

const copyAndHash: Program = {
  name: COPY_AND_HASH,
  version: () => (versionOf('openssl', ['version']) === null ? null : ''),
  lacks: { stores: 'no fsync; hashes are printed and not kept' },
  steps: (place) => ({
    ingest: () =>
      peerSh(place, `cp -r "$1" "$2"; ${hashing('openssl dgst -sha256 -r', place)}`, [
        place.data,
        path.join(place.store, 'v1'),
      ]),
  }),
}

export const PLAIN: readonly Program[] = [
  bare,
  look,
  hasher(OPENSSL, 'openssl', 'openssl dgst -sha256 -r', 'stores nothing; one core', ['version']),
  hasher('sha256sum', 'sha256sum', 'sha256sum', 'stores nothing; one core, in Debian without the SHA instructions'),
  copy,
  copyAndHash,
]
