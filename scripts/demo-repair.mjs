// What a bad release did, undone: it blocked real mail, and going back does not deliver it.
import path from 'node:path'

const MAILS = 4000

/** In: how the demo types, and says things; `read` gives the data of a command. Ends the demo where anything is not as it says. */
export function showRepair({ aiship, node, read, say, fail, project }) {
  say(
    'A third release takes markup for noise, and is wrong about HTML mail. It serves everybody before anyone notices:',
  )
  node('break-features.mjs --undo')
  node('break-features.mjs --markup')
  aiship('bundle -m "markup is noise"')
  aiship('unhold prod --reason "another release"')
  aiship('promote v3 prod --reason "simpler features" --yes')
  aiship('checkout v3 ../v3 --quiet')
  const env = { AISHIP_REGISTRY: path.join(project, '.aiship'), AISHIP_APP: 'spam-filter' }
  node(`traffic.mjs ../mail.jsonl ${MAILS} ../v3 --keep-mail`, env)
  node('mailbox.mjs deliver ../mailbox ../mail.jsonl')

  say('Back. But what was blocked stays blocked:')
  aiship('rollback prod --reason "real mail was blocked"')
  node('mailbox.mjs list ../mailbox')
  aiship('predictions ingest ../mail.jsonl --keep-payloads')
  aiship('blast v3')

  say('Which decisions would the good release make otherwise? Nothing is changed by asking.')
  aiship('remediate plan --bad v3 --good v1 -m INC-42')
  aiship('remediate replay @last')
  aiship('remediate diff @last --by segment.format')

  say('A person says yes to exactly this, and the mailbox gets each correction once.')
  aiship('remediate approve @last')
  aiship('remediate apply @last --hook "node mailbox.mjs hook ../mailbox"')
  aiship('remediate receipt @last')
  const { corrected } = JSON.parse(node('mailbox.mjs list ../mailbox'))
  const { applied } = read('remediate receipt @last').counts
  if (!(corrected > 0 && corrected === applied))
    fail(`the mailbox has ${corrected} corrections, the receipt ${applied}`)
  say(`${corrected} mails were put right.`)

  say('And what it decided is not learned from: no dataset that has it gets to a pointer that asks for untainted ones.')
  aiship('quarantine add --bundle v3 --outcome-horizon 30d --reason "it blocked real mail"')
}
