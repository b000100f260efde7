import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { StorewrightError } from '../../../core/errors.ts'
import { moduleBeside } from '../../../core/workers.ts'
import type { NetMemory } from './memory.ts'
import type { Plan } from './plan.ts'
import { createRunner, type Runner, type StepOrder } from './run.ts'

// Threads wait on `turn`. A step writes its order, then a ticket (turn and part 0) into `next`, then
// `turn`; whoever is free, the calling thread included, takes the next ticket until the parts are
// gone and counts each in `done`. A ticket names its turn, so that a thread that wakes late cannot
// take a part of a later step with the order of an earlier one. Which thread computes a part does not
// change what comes out.

/** Places in the control array. */
export const CONTROL = {
  turn: 0,
  plan: 1,
  samples: 2,
  backward: 3,
  seed: 4,
  next: 5,
  done: 6,
  failed: 7,
  stop: 8,
  length: 16,
} as const

/** What a thread is given at its start. */
export interface ThreadStart {
  readonly control: Int32Array
  readonly losses: Float64Array
  readonly factors: Float64Array
  readonly memory: WebAssembly.Memory
  readonly arithmetic: 'fast' | 'plain'
  readonly thread: number
  /** Brings plans, read without waiting when a step names one not yet known. */
  readonly plans: MessagePort
}

/** The threads of a net and its plans. */
export interface ThreadTeam {
  /** Makes a plan known; returns its number. */
  addPlan(plan: Plan): number
  /** Computes all parts of a step; returns the loss. Throws ERR_WORKER when a thread failed. */
  step(plan: number, order: StepOrder): number
  prepare(plan: number): void
  /** Resolves when all threads wait for work. Rejects with ERR_WORKER when one cannot start. */
  ready(): Promise<void>
  close(): void
}

/** Most plans' ops and parts that the shared arrays can hold. */
const MOST_OPS = 4096
export const MOST_PARTS = 256
/** Tickets a turn: more than MOST_PARTS. */
const TICKETS = 1024
const MOST_TURNS = 2 ** 20 - 1
/** A thread that fails says so; this is for one that was ended from outside, on a busy machine too. */
const WAIT_MS = 60_000

/** Starts `workers − 1` threads beside the calling one. */
export function createTeam(memory: NetMemory, workers: number): ThreadTeam {
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.length))
  const losses = new Float64Array(new SharedArrayBuffer(8 * MOST_PARTS))
  const factors = new Float64Array(new SharedArrayBuffer(8 * MOST_OPS))
  const plans: Plan[] = []
  const runners: Runner[] = []
  const ports: MessagePort[] = []
  const starts: Promise<void>[] = []
  const { shared, arithmetic } = memory
  let turn = 0
  for (let thread = 1; thread < workers; thread++) {
    if (shared === undefined || arithmetic === 'double') break
    const { port1, port2 } = new MessageChannel()
    const start: ThreadStart = {
      control,
      losses,
      factors,
      memory: shared,
      arithmetic,
      thread,
      plans: port2,
    }
    const worker = new Worker(moduleBeside(import.meta.url, './thread-entry'), {
      workerData: start,
      transferList: [port2],
    })
    starts.push(whenStarted(worker))
    port1.unref()
    ports.push(port1)
  }
  return {
    addPlan(plan) {
      plans.push(plan)
      // The memory may have grown: plain kernels must see all of it.
      const kernels = memory.kernels()
      plans.forEach((known, i) => {
        runners[i] = createRunner(known, kernels, 0)
      })
      for (const port of ports) port.postMessage(plan)
      return plans.length - 1
    },
    prepare: (plan) => runners[plan]!.prepare(),
    step(plan, order) {
      const { parts } = plans[plan]!
      factors.set(order.lossFactors)
      control[CONTROL.plan] = plan
      control[CONTROL.samples] = order.samples
      control[CONTROL.backward] = order.backward ? 1 : 0
      control[CONTROL.seed] = order.seed
      Atomics.store(control, CONTROL.done, 0)
      turn = (turn + 1) & MOST_TURNS
      Atomics.store(control, CONTROL.next, turn * TICKETS)
      Atomics.store(control, CONTROL.turn, turn)
      if (ports.length > 0) Atomics.notify(control, CONTROL.turn)
      takeParts(runners[plan]!, parts, turn, order, control, losses)
      waitForParts(control, parts)
      let loss = 0
      for (let part = 0; part < parts; part++) loss += losses[part]!
      return loss
    },
    async ready() {
      await Promise.all(starts)
    },
    close() {
      Atomics.store(control, CONTROL.stop, 1)
      Atomics.store(control, CONTROL.turn, (turn + 1) & MOST_TURNS)
      Atomics.notify(control, CONTROL.turn)
      for (const port of ports) port.close()
    },
  }
}

/** A thread says once that it waits; a fault later on reaches the net through `failed`. */
function whenStarted(worker: Worker): Promise<void> {
  const started = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      worker.unref()
      resolve()
    })
    worker.on('error', (cause: Error) => {
      const message = `a thread of the net cannot start: ${cause.message}`
      reject(new StorewrightError('ERR_WORKER', message, { cause }))
    })
  })
  // Who never asks is served by the threads that did start.
  started.catch(() => undefined)
  return started
}

/** Computes parts of step `turn` until none is left. */
export function takeParts(
  runner: Runner,
  parts: number,
  turn: number,
  order: StepOrder,
  control: Int32Array,
  losses: Float64Array,
): void {
  for (;;) {
    const ticket = Atomics.load(control, CONTROL.next)
    const part = ticket % TICKETS
    if (ticket - part !== turn * TICKETS || part >= parts) return
    if (Atomics.compareExchange(control, CONTROL.next, ticket, ticket + 1) !== ticket) continue
    losses[part] = runner.runPart(part, order)
    Atomics.add(control, CONTROL.done, 1)
    Atomics.notify(control, CONTROL.done)
  }
}

/** Waits until threads have done the parts they took. */
function waitForParts(control: Int32Array, parts: number): void {
  for (;;) {
    const done = Atomics.load(control, CONTROL.done)
    if (done >= parts) return
    const answer = Atomics.wait(control, CONTROL.done, done, WAIT_MS)
    if (Atomics.load(control, CONTROL.failed) === 1) {
      throw new StorewrightError('ERR_WORKER', 'a thread of the net failed')
    }
    if (answer === 'timed-out' && Atomics.load(control, CONTROL.done) === done) {
      throw new StorewrightError('ERR_WORKER', `a thread of the net is silent for ${WAIT_MS} ms`)
    }
  }
}
