// The second release: a commit that looks like an improvement and is not. Somebody puts a clean-up in front of the
// other steps ("markup, digits and punctuation are noise"). Tests on single mails still pass, the weights are not
// touched, but from now on the model is asked about words it was never trained on, and spam gets through.
//
//   node break-features.mjs            apply the commit to features/normalise.mjs
//   node break-features.mjs --markup   a smaller one: only markup is taken for noise, so that only HTML mail suffers
//   node break-features.mjs --undo     take either back

import { readFileSync, writeFileSync } from 'node:fs'

const ANCHOR = '  return text\n'
const ALL = `    .replace(/<[^>]*>/g, ' ') // clean up first: markup, digits and punctuation are noise
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
`
const MARKUP = `    .replace(/<[^>]*>/g, ' ') // clean up first: markup is noise
`

const undo = process.argv.includes('--undo')
const cleanUp = process.argv.includes('--markup') ? MARKUP : ALL
const file = new URL('features/normalise.mjs', import.meta.url)
const source = readFileSync(file, 'utf8')
const applied = [ALL, MARKUP].find((cleanUp) => source.includes(cleanUp))
const isApplied = applied !== undefined
if (isApplied !== undo) {
  console.error(`break-features: features/normalise.mjs ${isApplied ? 'has the clean-up already' : 'has no clean-up'}`)
} else {
  const edited = undo ? source.replace(applied, '') : source.replace(ANCHOR, () => ANCHOR + cleanUp)
  if (edited === source) throw new Error('features/normalise.mjs does not look as expected; nothing was changed')
  writeFileSync(file, edited)
  console.error(`features/normalise.mjs  ${undo ? 'clean-up removed' : 'clean-up added'}; the weights stay as they are`)
}
