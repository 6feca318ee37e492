/** A word of a command line, as a shell reads it back. */
export const shellWord = (word: string): string =>
  /^[\w./@%+=:,^-]+$/.test(word) && !word.startsWith('-') ? word : quote(word)

/** The same for a whole command line, in which a word that starts with "-" is a flag. */
export const shellLine = (words: readonly string[]): string =>
  words.map((word) => (/^-[\w=.-]*$/.test(word) ? word : shellWord(word))).join(' ')

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
