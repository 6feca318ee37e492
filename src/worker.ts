import { setFlagsFromString } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import { type Answer, freeze } from './store/crew.ts'
import { JOBS, type JobName } from './store/jobs.ts'
import { startSignals } from './store/signals.ts'

// What threads leave behind is young: without this V8 lets 50 MB of it gather before it looks, and takes no less time.
setFlagsFromString('--semi-space-growth-factor=1')

/** A thread of a crew: does one job after the other. */
parentPort?.on('message', ({ name, input, shared }: { name: JobName; input: never; shared: SharedArrayBuffer }) => {
  parentPort?.postMessage(answer(name, input, shared))
})

function answer(name: JobName, input: never, shared: SharedArrayBuffer): Answer {
  try {
    return { output: JOBS[name](input, startSignals(shared)) }
  } catch (error) {
    return { error: freeze(error) }
  }
}
