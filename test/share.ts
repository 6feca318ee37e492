/**
 * One of so many is tried of what is tried again and again: 1 for all of it; more where time is short.
 * A number that no bit of a byte, and no kind of case, comes round with.
 */
export const SHARE = Number(process.env.AISHIP_SHARE ?? 1)

/** How often instead of so often. */
export const share = (full: number): number => Math.ceil(full / SHARE)
