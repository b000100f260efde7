import type { Kernels } from '../kernels/types.ts'
import type { OpCode, OpRun } from './ops/op-code.ts'
import { OP_CODES } from './ops/op-codes.ts'
import type { OpPlan, Plan } from './plan.ts'

/** What a step is asked to do; the same for all its parts. */
export interface StepOrder {
  readonly samples: number
  /** Whether gradients are wanted, and with them dropout. */
  readonly backward: boolean
  readonly seed: number
  /** By op id. */
  readonly lossFactors: ArrayLike<number>
}

/** A plan bound to one thread's arena and kernels. */
export interface Runner {
  /** Computes part `part` of the batch; its gradient replaces that part's buffer. Returns its loss. */
  runPart(part: number, order: StepOrder): number
  /** Once a step before any part runs backward: what ops derive from the parameters. */
  prepare(): void
}

interface BoundOp {
  readonly plan: OpPlan
  readonly code: OpCode
  readonly run: OpRun
}

/** Binds `plan` to arena number `thread`. */
export function createRunner(plan: Plan, kernels: Kernels, thread: number): Runner {
  const arena = plan.arenas[thread]!
  const bound = plan.ops.map((op) => bindOp(op, plan, kernels, arena))
  const { parameters, gradients, parts, tile } = plan
  return {
    prepare() {
      for (const { code, run } of bound) code.prepare?.(run)
    },
    runPart(part, order) {
      const end = Math.floor(((part + 1) * order.samples) / parts)
      const block = parameters.partGradients + part * parameters.length
      if (order.backward) {
        kernels.zero(block, parameters.length)
        for (const one of bound) pointGradients(one, plan, block)
      }
      let loss = 0
      let first = Math.floor((part * order.samples) / parts)
      while (first < end) {
        const samples = Math.min(tile, end - first)
        loss += forwardTile(bound, arena, order, first, samples)
        if (order.backward) {
          kernels.zero(arena + gradients.from, gradients.length)
          for (let i = bound.length - 1; i >= 0; i--) bound[i]!.code.backward(bound[i]!.run)
        }
        first += samples
      }
      return loss
    },
  }
}

function bindOp(
  plan: OpPlan,
  { parameters, work }: Plan,
  kernels: Kernels,
  arena: number,
): BoundOp {
  const { op, inputShapes, inPlace, shared } = plan
  const inArena = (address: number) => (address < 0 ? -1 : arena + address)
  const shift = (record: Readonly<Record<string, number>>, by: (n: number) => number) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, by(value)]))
  const run: OpRun = {
    kernels,
    op,
    inputShapes,
    inPlace,
    shared,
    samples: 0,
    first: 0,
    training: false,
    seed: 0,
    lossFactor: 0,
    loss: 0,
    x: plan.x.map(({ address }) => arena + address),
    dx: plan.dx.map(inArena),
    y: arena + plan.y.address,
    dy: inArena(plan.dy),
    parameter: shift(op.parameters, (index) => parameters.values + parameters.offsets[index]!),
    dParameter: {},
    scratch: shift(plan.scratch, inArena),
    work: arena + work,
  }
  return { plan, code: OP_CODES[op.kind], run }
}

function pointGradients({ run }: BoundOp, { parameters }: Plan, block: number): void {
  for (const [name, index] of Object.entries(run.op.parameters)) {
    run.dParameter[name] = block + parameters.offsets[index]!
  }
}

function forwardTile(
  bound: readonly BoundOp[],
  arena: number,
  order: StepOrder,
  first: number,
  samples: number,
): number {
  let loss = 0
  for (const { plan, code, run } of bound) {
    run.samples = samples
    run.first = first
    run.training = order.backward
    run.seed = order.seed
    run.lossFactor = order.lossFactors[run.op.id]!
    run.loss = 0
    plan.x.forEach(({ address, stride }, i) => {
      run.x[i] = stride > 0 ? address + first * stride : arena + address
    })
    run.y = plan.y.stride > 0 ? plan.y.address + first * plan.y.stride : arena + plan.y.address
    code.forward(run)
    loss += run.loss
  }
  return loss
}
