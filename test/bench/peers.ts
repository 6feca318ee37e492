import path from 'node:path'
import { dvc } from './peer-dvc.ts'
import { git, gitLfs } from './peer-git.ts'
import { keeping, type Place, type Program, peerSh, saying, versionOf } from './program.ts'

const resticEnv = ({ store, home }: Place) => ({
  RESTIC_REPOSITORY: store,
  RESTIC_PASSWORD: 'bench',
  RESTIC_CACHE_DIR: path.join(home, 'restic'),
})

const restic: Program = {
  name: 'restic',
  version: () => versionOf('restic', ['version']),
  says: saying('backup', 'restore', { verify: 'check --read-data', point: 'tag --add' }),
  lacks: {
    stores: 'fsyncs; compresses and encrypts always',
    checkout: 'no fsync; decrypts and decompresses; writes unchanged files again',
    verify: 'decrypts and decompresses',
  },
  setUp: (place) => peerSh(place, 'restic init -q', [], resticEnv(place)),
  steps(place) {
    const act = (script: string) => (tag: string, out: string) => peerSh(place, script, [tag, out], resticEnv(place))
    const restore = act('restic restore latest --tag "$1" -q --target "$2"')
    return {
      ...keeping(act('restic backup -q --tag "$1" .')),
      ...{ checkout: restore, over: restore },
      verify: act('restic check --read-data -q'),
      point: act('restic tag -q --tag "$1" --add prod'),
    }
  },
}

const borgEnv = ({ store, home }: Place) => ({
  BORG_REPO: store,
  BORG_BASE_DIR: path.join(home, 'borg'),
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
})

const borg: Program = {
  name: 'borg',
  version: () => versionOf('borg'),
  says: saying('create', 'extract', { verify: 'check --verify-data', point: 'rename, twice' }),
  lacks: {
    stores: 'fsyncs; compresses (lz4), encryption off; no digest of a whole file',
    checkout: 'no fsync; decompresses; writes unchanged files again',
    verify: 'decompresses',
  },
  setUp: (place) => peerSh(place, 'borg init -e none', [], borgEnv(place)),
  steps(place) {
    const act = (script: string) => (tag: string, out: string) => peerSh(place, script, [tag, out], borgEnv(place))
    const extract = act('mkdir -p "$2"; cd "$2"; borg extract "::$1"')
    return {
      ...keeping(act('borg create "::$1" .')),
      ...{ checkout: extract, over: extract },
      verify: act('borg check --verify-data'),
      // Renaming an archive is the nearest that it has; back and forth.
      point: act('borg rename "::$1" prod; borg rename ::prod "$1"'),
    }
  },
}

const ostree: Program = {
  name: 'ostree',
  version: () => versionOf('ostree'),
  says: saying('commit', 'checkout -U', { verify: 'fsck', point: 'refs --create' }),
  lacks: {
    stores: 'fsyncs; stores a changed file whole (bare-user), each in a file of its own',
    checkout: 'hard links into the store: nothing is read, verified or written',
    verify: 'one core',
  },
  setUp: (place) => peerSh(place, 'ostree --repo="$1" init --mode=bare-user', [place.store]),
  steps(place) {
    const act = (script: string) => (tag: string, out: string) =>
      peerSh(place, script, [place.store, tag, out, place.data])
    return {
      ...keeping(act('ostree --repo="$1" commit -b "$2" --tree=dir="$4"')),
      checkout: act('ostree --repo="$1" checkout -U "$2" "$3"'),
      over: act('ostree --repo="$1" checkout -U --union "$2" "$3"'),
      verify: act('ostree --repo="$1" fsck -q'),
      point: act('ostree --repo="$1" refs --force --create=prod "$2"'),
    }
  },
}

const casync: Program = {
  name: 'casync',
  version: () => versionOf('casync'),
  says: saying('make', 'extract', { verify: 'digest', point: 'ln -s, mv -T' }),
  lacks: {
    stores: 'no fsync; compresses (zstd)',
    checkout: 'no fsync; decompresses',
    verify: 'decompresses',
  },
  steps(place) {
    const act = (script: string) => (tag: string, out: string) =>
      peerSh(place, script, [place.store, tag, out, place.data])
    const extract = act('mkdir -p "$3"; casync extract --store="$1/all.castr" "$1/$2.caidx" "$3"')
    return {
      ...keeping(act('casync make --store="$1/all.castr" "$1/$2.caidx" "$4"')),
      ...{ checkout: extract, over: extract },
      verify: act('casync digest --store="$1/all.castr" "$1/v1.caidx"'),
      point: act('ln -s "$2.caidx" "$1/prod.new"; mv -T "$1/prod.new" "$1/prod"'),
    }
  },
}

/** What people use for this now. */
export const PEERS: readonly Program[] = [git, gitLfs, restic, borg, ostree, casync, dvc]
