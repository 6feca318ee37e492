/**
 * Runs `work` on every item, at most `width` at a time. After the first failure nothing more begins, and it is thrown once what had begun is
 * over: no work goes on behind the caller's back.
 */
export async function inPool<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const source = items[Symbol.iterator]()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (let next = source.next(); !next.done && failures.length === 0; next = source.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failures.length > 0) throw failures[0]
}
