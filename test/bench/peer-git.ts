import { keeping, type Place, type Program, peerSh, saying, versionOf } from './program.ts'

const who = { name: 'bench', email: 'bench@example.org' }
const gitEnv = ({ store, data }: Place) => ({
  GIT_DIR: store,
  GIT_WORK_TREE: data,
  GIT_CONFIG_NOSYSTEM: '1',
  ...{ GIT_AUTHOR_NAME: who.name, GIT_AUTHOR_EMAIL: who.email },
  ...{ GIT_COMMITTER_NAME: who.name, GIT_COMMITTER_EMAIL: who.email },
})
/** In a worktree git finds the store itself. */
const outEnv = { GIT_CONFIG_NOSYSTEM: '1' }

/** Both store in `git add`; the commit and the tag after it are not timed. No gc in the background of the next run. */
const INIT = 'git init -q; git config gc.auto 0'

const gitLike: Pick<Program, 'seal' | 'steps'> = {
  seal: (place, tag) => peerSh(place, 'git commit -q --allow-empty -m "$1"; git tag -f "$1"', [tag], gitEnv(place)),
  steps: (place) => ({
    ...keeping(() => peerSh(place, 'git add -A', [], gitEnv(place))),
    checkout: (tag, out) =>
      peerSh(place, 'git --git-dir="$3" worktree add -f -q --detach "$2" "$1"', [tag, out, place.store], outEnv),
    over: (tag, out) => peerSh(place, 'cd "$2"; git checkout -q "$1"', [tag, out], outEnv),
    verify: () => peerSh(place, 'git fsck --full', [], gitEnv(place)),
    point: (tag) => peerSh(place, 'git tag -f prod "$1"', [tag], gitEnv(place)),
  }),
}

export const git: Program = {
  ...gitLike,
  name: 'git',
  says: saying('add -A', 'worktree add', { over: 'checkout', verify: 'fsck --full', point: 'tag -f' }),
  version: () => versionOf('git'),
  lacks: {
    stores: 'SHA-1, compresses (zlib); no fsync of loose objects',
    checkout: 'no fsync; decompresses',
    verify: 'SHA-1; decompresses',
  },
  setUp: (place) => peerSh(place, INIT, [], gitEnv(place)),
}

export const gitLfs: Program = {
  ...gitLike,
  name: 'git-lfs',
  version: () => versionOf('git-lfs', ['version']),
  says: saying('git add -A', 'git worktree add', {
    over: 'git checkout',
    verify: 'fsck --objects',
    point: 'git tag -f',
  }),
  lacks: {
    stores: 'no fsync; stores a changed file whole, each in a file of its own',
    checkout: 'no fsync',
    verify: 'one core',
  },
  setUp: (place) =>
    peerSh(
      place,
      `${INIT}; git lfs install --local --skip-smudge=false > /dev/null; mkdir -p "$1/info"; echo '* filter=lfs diff=lfs merge=lfs -text' > "$1/info/attributes"`,
      [place.store],
      gitEnv(place),
    ),
  steps: (place) => ({
    ...gitLike.steps(place),
    verify: () => peerSh(place, 'git lfs fsck --objects HEAD', [], gitEnv(place)),
  }),
}
