// The call of the language model, SIMULATED, so that this example runs without a network and without a key: an
// extractive answerer that picks sentences from the passages. It stands where a real provider's client would stand and
// takes what that would take (model, temperature, system prompt, passages, question), and each of them matters. Of the
// system prompt it understands four instructions, and what the prompt does not say, it does not do:
//
//   "score of at least N"     decline when no passage reaches N
//   "at most N sentences"     how long an answer may get
//   "code example"            add the code block that fits best
//   "name the sources"        end with the passages used

/** @returns {string} the answer, or DECLINED */
export function complete({ model, system, passages, question }) {
  if (model.provider !== 'simulated') throw new Error(`no client for the provider ${model.provider}`)
  const orders = readInstructions(system)
  if (passages.length === 0 || passages[0].score < orders.minScore) return DECLINED

  const asked = new Set(words(question))
  const random = noise(`${model.model} ${question}`)
  const rate = ({ text, passage }) =>
    passage.score * (0.2 + overlap(asked, text)) * (1 + model.temperature * (random(text) - 0.5))
  const best = (pieces) =>
    pieces.map((piece) => ({ ...piece, rating: rate(piece) })).sort((a, b) => b.rating - a.rating)

  const sentences = best(passages.flatMap(sentencesOf)).slice(0, orders.maxSentences)
  const code = orders.code ? best(passages.flatMap(codeOf)).slice(0, 1) : []
  const used = [...new Set([...sentences, ...code].map(({ passage }) => passage.id))]
  return [
    sentences.map(({ text }) => text).join(' '),
    ...code.map(({ text }) => text),
    ...(orders.sources ? [`Sources: ${used.join(', ')}`] : []),
  ].join('\n\n')
}

export const DECLINED = 'The documents do not answer this.'

function readInstructions(system) {
  return {
    minScore: Number(/score of at least (\d+(\.\d+)?)/i.exec(system)?.[1] ?? 0),
    maxSentences: Number(/at most (\d+) sentences?/i.exec(system)?.[1] ?? 1),
    code: /code example/i.test(system),
    sources: /name the sources/i.test(system),
  }
}

const CODE = /^```.*\n[\s\S]*?^```$/gm

function codeOf(passage) {
  return (passage.text.match(CODE) ?? []).map((text) => ({ text, passage }))
}

// A list item or a row of a table counts as a sentence.
function sentencesOf(passage) {
  return passage.text
    .replace(CODE, '\n\n')
    .split(/\n\s*\n|\n(?=\s*([-*|]|\d+\.)\s?)/)
    .filter(Boolean)
    .flatMap((block) =>
      block
        .replace(/\s+/g, ' ')
        .trim()
        .split(/(?<=[.!?]) (?=[A-Z`*])/),
    )
    .filter((text) => /[a-z]{3}/i.test(text))
    .map((text) => ({ text, passage }))
}

/** The share of the question's words that a text has. */
function overlap(asked, text) {
  const found = new Set(words(text))
  return [...asked].filter((word) => found.has(word)).length / (asked.size || 1)
}

// Five letters stand for a word and its forms; shorter words mostly hold sentences together.
function words(text) {
  return (text.toLowerCase().match(/[a-z]{4,}/g) ?? []).map((word) => word.slice(0, 5))
}

// What the temperature scales: in [0, 1), the same each time this model sees this question and this text.
function noise(seed) {
  return (text) => {
    let h = 0x811c9dc5
    for (const character of `${seed} ${text}`) h = Math.imul(h ^ character.codePointAt(0), 0x01000193)
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    return ((h ^ (h >>> 13)) >>> 0) / 0x100000000
  }
}
