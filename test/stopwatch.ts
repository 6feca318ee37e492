/**
 * How long this process has computed so far, in ms, on all of its threads: what a limit on work is measured with. The time of the wall
 * would tell of the neighbours too, and of a disk that is slow to sync.
 */
export function computedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
