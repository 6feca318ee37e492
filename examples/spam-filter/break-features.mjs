// The second release: a commit that looks like an improvement and is not. Somebody puts a clean-up in front of the
// other steps ("markup, digits and punctuation are noise"). Tests on single mails still pass, the weights are not
// touched, but from now on the model is asked about words it was never trained on, and spam gets through.
//
//   node break-features.mjs          apply the commit to features/normalise.mjs
//   node break-features.mjs --undo   take it back

import { readFileSync, writeFileSync } from 'node:fs'

const ANCHOR = '  return text\n'
const CLEAN_UP = `    .replace(/<[^>]*>/g, ' ') // clean up first: markup, digits and punctuation are noise
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
`

const undo = process.argv.includes('--undo')
const file = new URL('features/normalise.mjs', import.meta.url)
const source = readFileSync(file, 'utf8')
const isApplied = source.includes(CLEAN_UP)
if (isApplied !== undo) {
  console.error(`break-features: features/normalise.mjs ${isApplied ? 'has the clean-up already' : 'has no clean-up'}`)
} else {
  const edited = undo ? source.replace(CLEAN_UP, '') : source.replace(ANCHOR, () => ANCHOR + CLEAN_UP)
  if (edited === source) throw new Error('features/normalise.mjs does not look as expected; nothing was changed')
  writeFileSync(file, edited)
  console.error(`features/normalise.mjs  ${undo ? 'clean-up removed' : 'clean-up added'}; the weights stay as they are`)
}
