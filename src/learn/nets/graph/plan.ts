import { product } from './builder.ts'
import type { NetMemory } from './memory.ts'
import { OP_CODES } from './ops/op-codes.ts'
import { type Graph, isLoss, type Op } from './types.ts'

/** Where the parameters of a net lie, and their gradients; shared by all plans of the net. */
export interface ParameterPlan {
  /** Offset of each parameter within a block. */
  readonly offsets: readonly number[]
  readonly sizes: readonly number[]
  /** Length of a block: all parameters. */
  readonly length: number
  readonly values: number
  readonly moment1: number
  readonly moment2: number
  /** The gradient of the step, then one of each part. */
  readonly gradient: number
  readonly partGradients: number
}

/** Where an op's operands lie. */
export interface OpPlan {
  readonly op: Op
  readonly inputShapes: readonly (readonly number[])[]
  readonly x: readonly Place[]
  /** −1: no gradient wanted. Within the arena otherwise. */
  readonly dx: readonly number[]
  readonly y: Place
  readonly dy: number
  readonly inPlace: boolean
  /** Within the arena. */
  readonly scratch: Readonly<Record<string, number>>
  /** Absolute. */
  readonly shared: Readonly<Record<string, number>>
}

/** An address: of the batch's first sample (`stride` floats a sample), or within the arena. */
export interface Place {
  readonly address: number
  /** 0: in the arena. */
  readonly stride: number
}

/** A graph laid out in memory for batches of up to `batch` samples. Plain data. */
export interface Plan {
  readonly ops: readonly OpPlan[]
  readonly parameters: ParameterPlan
  readonly batch: number
  readonly parts: number
  readonly tile: number
  readonly training: boolean
  /** One a thread. */
  readonly arenas: readonly number[]
  /** Within the arena. */
  readonly work: number
  /** Gradients within an arena. */
  readonly gradients: { readonly from: number; readonly length: number }
}

export interface PlanOptions {
  readonly batch: number
  readonly parts: number
  readonly tile: number
  readonly workers: number
  readonly training: boolean
}

/** Ops whose own result no backward pass reads: an activation behind them may overwrite it. */
const OVERWRITABLE = new Set(['dense', 'causalConv', 'add', 'layerNorm'])

/** Takes memory for the parameters of `graph`: values, and for training moments and gradients. */
export function planParameters(
  graph: Graph,
  memory: NetMemory,
  parts: number,
  training: boolean,
): ParameterPlan {
  const sizes = graph.parameters.map(({ shape }) => product(shape))
  const offsets: number[] = []
  let length = 0
  for (const size of sizes) {
    offsets.push(length)
    length += Math.ceil(size / 4) * 4
  }
  const block = (count: number) => (training ? memory.allocate(count * length) : -1)
  return {
    offsets,
    sizes,
    length,
    values: memory.allocate(length),
    moment1: block(1),
    moment2: block(1),
    gradient: block(1),
    partGradients: block(parts),
  }
}

/** Ids of the ops that outputs (and, for training, losses) need. */
function neededOps(graph: Graph, training: boolean): ReadonlySet<number> {
  const needed = new Set(Object.values(graph.outputs))
  for (const op of graph.ops) if (training && isLoss(op.kind)) needed.add(op.id)
  for (let id = graph.ops.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const input of graph.ops[id]!.inputs) needed.add(input)
  }
  return needed
}

/** Groups of ops that share their memory: `root[id]` is the first of the group. */
function shareStorage(graph: Graph, needed: ReadonlySet<number>): readonly number[] {
  const consumers = new Map<number, number>()
  for (const op of graph.ops) {
    if (!needed.has(op.id)) continue
    for (const id of op.inputs) consumers.set(id, (consumers.get(id) ?? 0) + 1)
  }
  const outputs = new Set(Object.values(graph.outputs))
  const root: number[] = []
  for (const op of graph.ops) {
    const from = op.inputs[0]
    const overwrites =
      op.kind === 'activation' &&
      op.attributes['kind'] !== 'gelu' &&
      OVERWRITABLE.has(graph.ops[from!]!.kind) &&
      consumers.get(from!) === 1 &&
      !outputs.has(from!)
    root.push(op.kind === 'reshape' || overwrites ? root[from!]! : op.id)
  }
  return root
}

/** Lays out the values, gradients and scratch of `graph`. */
export function planGraph(
  graph: Graph,
  memory: NetMemory,
  parameters: ParameterPlan,
  options: PlanOptions,
): Plan {
  const { batch, parts, tile, workers, training } = options
  const needed = neededOps(graph, training)
  const root = shareStorage(graph, needed)
  const arena = createArena(tile)
  const places = placeValues(graph, memory, needed, root, arena, batch)
  const shapesOf = (op: Op) => op.inputs.map((id) => graph.ops[id]!.shape)
  const scratch = graph.ops.map((op) => {
    const sizes = needed.has(op.id) ? (OP_CODES[op.kind].scratch?.(op, shapesOf(op)) ?? {}) : {}
    return mapValues(sizes, (size) => arena.take(size))
  })
  const neededWork = graph.ops.map((op) =>
    needed.has(op.id) ? (OP_CODES[op.kind].work?.(op, shapesOf(op)) ?? 0) : 0,
  )
  const work = arena.take(Math.ceil(Math.max(0, ...neededWork) / tile))
  const from = arena.length()
  const gradients = training ? placeGradients(graph, needed, root, arena) : graph.ops.map(() => -1)
  const length = arena.length() - from
  const ops = graph.ops
    .filter((op) => needed.has(op.id) && op.kind !== 'input')
    .map((op) => ({
      op,
      inputShapes: shapesOf(op),
      x: op.inputs.map((id) => places[id]!),
      dx: op.inputs.map((id) => gradients[id]!),
      y: places[op.id]!,
      dy: gradients[op.id]!,
      inPlace: op.kind === 'activation' && root[op.id] !== op.id,
      scratch: scratch[op.id]!,
      shared: placeShared(op, shapesOf(op), memory, training),
    }))
  const arenas = Array.from({ length: workers }, () => memory.allocate(arena.length()))
  const gradientRange = { from, length }
  return { ops, parameters, batch, parts, tile, training, arenas, work, gradients: gradientRange }
}

/** Where the values of every needed op lie, by id. Inputs and outputs hold the whole batch. */
function placeValues(
  graph: Graph,
  memory: NetMemory,
  needed: ReadonlySet<number>,
  root: readonly number[],
  arena: Arena,
  batch: number,
): readonly (Place | undefined)[] {
  const whole = new Set(Object.values(graph.outputs).map((id) => root[id]!))
  const ofRoot = new Map<number, Place>()
  return graph.ops.map((op) => {
    if (!needed.has(op.id)) return undefined
    const group = root[op.id]!
    const known = ofRoot.get(group)
    if (known !== undefined) return known
    const size = product(op.shape)
    const inBatch = op.kind === 'input' || whole.has(group)
    const address = inBatch ? memory.allocate(batch * size) : arena.take(size)
    const place = { address, stride: inBatch ? size : 0 }
    ofRoot.set(group, place)
    return place
  })
}

/** Addresses of the gradients in the arena by op, −1 where nothing upstream learns. */
function placeGradients(
  graph: Graph,
  needed: ReadonlySet<number>,
  root: readonly number[],
  arena: Arena,
): readonly number[] {
  const ofRoot = new Map<number, number>()
  const learns: boolean[] = []
  return graph.ops.map((op) => {
    const own = Object.keys(op.parameters).length > 0
    learns.push(needed.has(op.id) && (own || op.inputs.some((id) => learns[id])))
    if (!learns[op.id] || isLoss(op.kind)) return -1
    const group = root[op.id]!
    const address = ofRoot.get(group) ?? arena.take(product(op.shape))
    ofRoot.set(group, address)
    return address
  })
}

function placeShared(
  op: Op,
  inputShapes: readonly (readonly number[])[],
  memory: NetMemory,
  training: boolean,
): Readonly<Record<string, number>> {
  const code = OP_CODES[op.kind]
  const constants = mapValues(code.constants?.(op) ?? {}, ({ kind, values }) => {
    const address = memory.allocate(values.length)
    const array = kind === 'int' ? memory.ints : memory.floats
    array(address, values.length).set(values)
    return address
  })
  const derived = training ? (code.derived?.(op, inputShapes) ?? {}) : {}
  return { ...constants, ...mapValues(derived, (size) => memory.allocate(size)) }
}

interface Arena {
  /** Takes `size` floats a sample. */
  take(size: number): number
  length(): number
}

function createArena(tile: number): Arena {
  let next = 0
  return {
    take(size) {
      const address = next
      next += Math.ceil((size * tile) / 4) * 4
      return address
    },
    length: () => next,
  }
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
