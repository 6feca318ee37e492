const DAY_MS = 24 * 3_600_000

/**
 * A date, or a time with its offset, as an exact moment; null where there is none such. In: `isEnd`, for the first moment after something, so that a date
 * alone has its whole day in it: nothing of the last day is to be missed.
 */
export function momentOf(text: string, isEnd: boolean): string | null {
  const [, day = '', time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? []
  const ms = day === '' ? Number.NaN : Date.parse(text)
  // Some dates that there are not are taken for others, such as 30 February for 2 March.
  if (!Number.isFinite(ms) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return null
  return new Date(ms + (isEnd && time === undefined ? DAY_MS : 0)).toISOString()
}
