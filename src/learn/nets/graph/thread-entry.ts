import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { shareMemory } from './memory.ts'
import type { Plan } from './plan.ts'
import { createRunner, type Runner } from './run.ts'
import { CONTROL, type ThreadStart, takeParts } from './threads.ts'

/** Waits for steps and computes parts of them until told to stop. */
function serve(start: ThreadStart): void {
  const { control } = start
  const plans: Plan[] = []
  let runners: readonly Runner[] = []
  let turn = 0
  while (Atomics.load(control, CONTROL.stop) === 0) {
    Atomics.wait(control, CONTROL.turn, turn)
    turn = Atomics.load(control, CONTROL.turn)
    if (receivePlans(start, plans)) runners = bindPlans(start, plans)
    const number = control[CONTROL.plan]!
    const order = {
      samples: control[CONTROL.samples]!,
      backward: control[CONTROL.backward] === 1,
      seed: control[CONTROL.seed]!,
      lossFactors: start.factors,
    }
    const runner = runners[number]
    if (runner === undefined) continue
    takeParts(runner, plans[number]!.parts, turn, order, control, start.losses)
  }
}

function receivePlans(start: ThreadStart, plans: Plan[]): boolean {
  const before = plans.length
  for (;;) {
    const received = receiveMessageOnPort(start.plans)
    if (received === undefined) return plans.length > before
    plans.push(received.message as Plan)
  }
}

function bindPlans(start: ThreadStart, plans: readonly Plan[]): readonly Runner[] {
  const kernels = shareMemory(start.memory, start.arithmetic).kernels()
  return plans.map((plan) => createRunner(plan, kernels, start.thread))
}

const start = workerData as ThreadStart
parentPort?.postMessage('ready')
try {
  serve(start)
} catch (fault) {
  Atomics.store(start.control, CONTROL.failed, 1)
  Atomics.notify(start.control, CONTROL.done)
  throw fault
}
