import { requireArgument, StorewrightError } from '../../../core/errors.ts'
import { declareKnob, readKnob } from '../../../core/knobs.ts'
import { createRandom } from '../../../core/random/random.ts'
import type { Kernels } from '../kernels/types.ts'
import { describeNet, product } from './builder.ts'
import { createMemory, type NetMemory } from './memory.ts'
import { type ParameterPlan, type Plan, planGraph, planParameters } from './plan.ts'
import { createTeam, MOST_PARTS, type ThreadTeam } from './threads.ts'
import {
  type AdamOptions,
  type BuildOptions,
  type FloatArray,
  type Graph,
  isLoss,
  type Net,
  type NetBuilder,
  type Predictor,
} from './types.ts'

const tileKibibytes = declareKnob({
  name: 'learn.net-tile',
  unit: 'KiB',
  range: [16, 65536],
  default: 512,
  trades: 'Larger tiles of a batch cost fewer calls; smaller ones stay in the cache of a core.',
})

/**
 * Builds a net with fixed shapes: lays out its memory, draws its parameters and starts its threads.
 * Throws ERR_ARGUMENT on shapes that do not fit.
 */
export function buildNet(define: (builder: NetBuilder) => void, options: BuildOptions): Net {
  const { batch, workers = 1, parts = 8, arithmetic = 'fast', predictOnly = false } = options
  requireArgument(isCount(batch), 'the batch of a net is a whole number of at least 1')
  requireArgument(isCount(workers) && workers <= 64, 'a net has 1 to 64 workers')
  requireArgument(isCount(parts) && parts <= MOST_PARTS, `a net has 1 to ${MOST_PARTS} parts`)
  const graph = describeNet(define)
  const memory = createMemory(arithmetic)
  const parameters = planParameters(graph, memory, parts, !predictOnly)
  initialize(graph, parameters, memory, options.seed)
  const tile = options.tile ?? chooseTile(graph, batch, parts)
  const training = !predictOnly
  const plan = planGraph(graph, memory, parameters, { batch, parts, tile, workers, training })
  const team = createTeam(memory, workers)
  return createNet({ graph, memory, parameters, plan, team, workers, options })
}

const isCount = (n: number) => Number.isInteger(n) && n >= 1

/** Samples a tile: as many as keep all values of the tile within the knob, at least 4. */
function chooseTile(graph: Graph, batch: number, parts: number): number {
  const floats = graph.ops.reduce((sum, op) => sum + product(op.shape), 0)
  const fitting = Math.floor((readKnob(tileKibibytes) * 256) / floats)
  return Math.min(Math.ceil(batch / parts), Math.max(4, fitting))
}

function initialize(
  graph: Graph,
  plan: ParameterPlan,
  memory: NetMemory,
  seed: string | number,
): void {
  const random = createRandom(seed)
  graph.parameters.forEach(({ name, initial: { kind, scale } }, i) => {
    const values = memory.floats(plan.values + plan.offsets[i]!, plan.sizes[i]!)
    const own = random.split(name)
    const draw = {
      zeros: () => 0,
      ones: () => 1,
      uniform: () => scale * (2 * own.next() - 1),
      normal: () => scale * own.normal(),
    }[kind]
    for (let j = 0; j < values.length; j++) values[j] = draw()
  })
}

interface NetParts {
  readonly graph: Graph
  readonly memory: NetMemory
  readonly parameters: ParameterPlan
  readonly plan: Plan
  readonly team: ThreadTeam
  readonly workers: number
  readonly options: BuildOptions
}

function createNet(parts: NetParts): Net {
  const { graph, memory, parameters, plan, team, workers, options } = parts
  const stepper = createStepper(parts, plan)
  const optimizer = createOptimizer(parts)
  const named = (block: number) => nameParameters(graph, parameters, memory, block)
  const training = options.predictOnly !== true
  return {
    ...stepper.predictor,
    parameters: named(parameters.values),
    gradients: training ? named(parameters.gradient) : {},
    get steps() {
      return optimizer.steps()
    },
    get loss() {
      return stepper.loss()
    },
    backward(samples = plan.batch) {
      requireArgument(training, 'a net for prediction only cannot be trained')
      return stepper.backward(samples, optimizer.steps())
    },
    adamStep(adam) {
      requireArgument(training, 'a net for prediction only cannot be trained')
      return optimizer.step(adam)
    },
    predictor(batch) {
      requireArgument(isCount(batch), 'the batch of a net is a whole number of at least 1')
      const tile = chooseTile(graph, batch, plan.parts)
      const settings = { batch, parts: plan.parts, tile, workers, training: false }
      return createStepper(parts, planGraph(graph, memory, parameters, settings)).predictor
    },
    ...createSaver(parts, optimizer),
    ready: () => team.ready(),
    close: () => team.close(),
  }
}

function nameParameters(
  graph: Graph,
  { offsets, sizes }: ParameterPlan,
  memory: NetMemory,
  block: number,
): Readonly<Record<string, FloatArray>> {
  return Object.fromEntries(
    graph.parameters.map(({ name }, i) => [name, memory.floats(block + offsets[i]!, sizes[i]!)]),
  )
}

interface Stepper {
  readonly predictor: Predictor
  backward(samples: number, step: number): number
  loss(): number
}

function createStepper({ graph, memory, team, options }: NetParts, plan: Plan): Stepper {
  const number = team.addPlan(plan)
  const kernels = () => memory.kernels()
  const factors = new Float64Array(graph.ops.length)
  const addresses = wholeAddresses(graph, plan)
  const views = viewWhole(graph, memory, plan, addresses)
  let loss = Number.NaN
  const run = (samples: number, backward: boolean, seed: number) => {
    requireArgument(
      Number.isInteger(samples) && samples >= 0 && samples <= plan.batch,
      `a step takes 0 to ${plan.batch} samples`,
    )
    checkIndices(graph, plan, views, samples)
    weighLosses(graph, plan, kernels(), samples, factors)
    if (backward) team.prepare(number)
    loss = team.step(number, { samples, backward, seed, lossFactors: factors })
  }
  const view = (names: Readonly<Record<string, number>>, name: string) => {
    const found = views.get(names[name] ?? -1)
    requireArgument(found !== undefined, `the net has no ${name} to read or write`)
    return found
  }
  const predictor: Predictor = {
    graph,
    batch: plan.batch,
    inputs: Object.keys(graph.inputs).filter((name) => views.has(graph.inputs[name]!)),
    input: (name) => view(graph.inputs, name),
    setInput(name, values) {
      const to = view(graph.inputs, name)
      requireArgument(values.length <= to.length, `${name}: more values than the batch holds`)
      to.set(values)
    },
    forward: (samples = plan.batch) => run(samples, false, 0),
    output: (name) => view(graph.outputs, name) as FloatArray,
  }
  return {
    predictor,
    loss: () => loss,
    backward(samples, step) {
      run(samples, true, createRandom(`${options.seed}:${step}`).int(2 ** 31))
      const { gradient, partGradients, length } = plan.parameters
      kernels().sumParts(partGradients, length, plan.parts, gradient, length)
      return loss
    },
  }
}

/** Addresses of the inputs and outputs that the plan holds for the whole batch, by op. */
function wholeAddresses(graph: Graph, plan: Plan): ReadonlyMap<number, number> {
  const addresses = new Map<number, number>()
  for (const { op, x, y } of plan.ops) {
    if (y.stride > 0) addresses.set(op.id, y.address)
    op.inputs.forEach((id, i) => {
      if (graph.ops[id]!.kind === 'input') addresses.set(id, x[i]!.address)
    })
  }
  return addresses
}

type Views = ReadonlyMap<number, FloatArray | Int32Array>

function viewWhole(
  graph: Graph,
  memory: NetMemory,
  plan: Plan,
  addresses: ReadonlyMap<number, number>,
): Views {
  const views = new Map<number, FloatArray | Int32Array>()
  for (const [id, address] of addresses) {
    const op = graph.ops[id]!
    const array = op.attributes['kind'] === 'index' ? memory.ints : memory.floats
    views.set(id, array(address, plan.batch * product(op.shape)))
  }
  return views
}

/** Throws ERR_ARGUMENT where an index points outside its table, before it can do harm. */
function checkIndices(graph: Graph, plan: Plan, views: Views, samples: number): void {
  for (const { op } of plan.ops) {
    if (op.kind !== 'embedding' && op.kind !== 'embeddingBag') continue
    const input = graph.ops[op.inputs[0]!]!
    const indices = views.get(input.id)!
    const rows = Number(op.attributes['rows'])
    const lowest = op.kind === 'embedding' ? 0 : -1
    for (let i = samples * product(input.shape) - 1; i >= 0; i--) {
      const index = indices[i]!
      if (index >= lowest && index < rows) continue
      throw new StorewrightError('ERR_ARGUMENT', `${input.name}: there is no row ${index}`, {
        next: `Give rows from ${lowest} to ${rows - 1}.`,
      })
    }
  }
}

/** Of each loss 1 / (levels × Σ weight); 0 where nothing weighs. */
function weighLosses(
  graph: Graph,
  plan: Plan,
  kernels: Kernels,
  samples: number,
  factors: Float64Array,
): void {
  for (const { op, x } of plan.ops) {
    if (!isLoss(op.kind)) continue
    const weight = op.inputs.length - 1
    const size = product(graph.ops[op.inputs[weight]!]!.shape)
    const total = kernels.sum(x[weight]!.address, samples * size)
    const levels = ((op.attributes['levels'] as readonly number[] | undefined) ?? [0]).length
    factors[op.id] = total > 0 ? 1 / (levels * total) : 0
  }
}

interface Optimizer {
  step(options: AdamOptions): number
  steps(): number
  setSteps(steps: number): void
}

function createOptimizer({ graph, memory, parameters }: NetParts): Optimizer {
  const { offsets, sizes, length, values, moment1, moment2, gradient } = parameters
  let steps = 0
  return {
    steps: () => steps,
    setSteps(count) {
      steps = count
    },
    step(options) {
      const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
      const { clipNorm = Infinity, weightDecay = 0 } = options
      const kernels = memory.kernels()
      const norm = Math.sqrt(kernels.sumSquares(gradient, length))
      if (!Number.isFinite(norm)) {
        throw new StorewrightError('ERR_NOT_FINITE', 'the gradient of the net is not finite', {
          next: 'Look for NaN in the inputs, or take a smaller learning rate.',
        })
      }
      steps++
      const factor = norm > clipNorm ? clipNorm / norm : 1
      const corrections = [1 / (1 - beta1 ** steps), 1 / (1 - beta2 ** steps)] as const
      graph.parameters.forEach(({ decays }, i) => {
        const at = [values, moment1, moment2, gradient].map((block) => block + offsets[i]!)
        const [p, m, v, g] = at as [number, number, number, number]
        const decay = decays ? weightDecay : 0
        const rates = [factor, learningRate, beta1, beta2, epsilon, decay] as const
        kernels.adam(p, m, v, g, sizes[i]!, ...rates, ...corrections)
      })
      return norm
    },
  }
}

type Saver = Pick<Net, 'saveParameters' | 'restoreParameters' | 'saveState' | 'restoreState'>

function createSaver({ memory, parameters }: NetParts, optimizer: Optimizer): Saver {
  const { length, sizes, offsets, values, moment1, moment2 } = parameters
  const count = sizes.reduce((a, b) => a + b, 0)
  const write = (block: number, to: Float32Array) => {
    let at = 0
    sizes.forEach((size, i) => {
      to.set(memory.floats(block + offsets[i]!, size), at)
      at += size
    })
  }
  const read = (block: number, from: Float32Array) => {
    let at = 0
    sizes.forEach((size, i) => {
      memory.floats(block + offsets[i]!, size).set(from.subarray(at, at + size))
      at += size
    })
  }
  // A copy: the bytes given may start anywhere.
  const floatsOf = (bytes: Uint8Array, expected: number) => {
    const given = bytes.byteLength
    requireArgument(given === 4 * expected, `${given} bytes given, ${4 * expected} expected`)
    return new Float32Array(bytes.slice().buffer)
  }
  return {
    saveParameters() {
      const floats = new Float32Array(count)
      write(values, floats)
      return new Uint8Array(floats.buffer)
    },
    restoreParameters: (bytes) => read(values, floatsOf(bytes, count)),
    saveState() {
      requireArgument(moment1 >= 0 || length === 0, 'a net for prediction only has no state')
      const floats = new Float32Array(3 * count + 1)
      const blocks = [values, moment1, moment2]
      blocks.forEach((block, i) => {
        write(block, floats.subarray(i * count, (i + 1) * count))
      })
      floats[3 * count] = optimizer.steps()
      return new Uint8Array(floats.buffer)
    },
    restoreState(bytes) {
      const floats = floatsOf(bytes, 3 * count + 1)
      const blocks = [values, moment1, moment2]
      blocks.forEach((block, i) => {
        read(block, floats.subarray(i * count, (i + 1) * count))
      })
      optimizer.setSteps(floats[3 * count]!)
    },
  }
}
