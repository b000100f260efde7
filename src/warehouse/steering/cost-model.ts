import { createRandom } from '../../core/random/random.ts'
import { trees } from '../../learn/index.ts'

/** What a statement took under each arm, beside its features. */
export interface CostExample {
  readonly features: Float64Array
  /** Of each arm, the default first; NaN where it did not run. */
  readonly cpuMs: Float64Array
}

/** What a statement is expected to take. */
export interface CostPrediction {
  /** Log of the default's CPU, ms, and how far it may be off (one standard deviation). */
  readonly logDefaultMs: number
  readonly defaultSpread: number
  /** Of each arm: log of its time over the default's, and how far it may be off. */
  readonly logRatio: Float64Array
  readonly spread: Float64Array
}

/** A model of what statements take under each arm, made to answer in some tens of µs. */
export interface CostModel {
  readonly features: readonly string[]
  readonly arms: readonly string[]
  predict(features: Float64Array): CostPrediction
  save(): SavedCostModel
}

/** A model as JSON; trees are in base64. */
export interface SavedCostModel {
  readonly features: readonly string[]
  readonly arms: readonly string[]
  readonly reference: number
  readonly defaults: readonly string[]
  readonly ratios: readonly string[]
  readonly defaultResidual: number
  readonly residuals: readonly number[]
}

export interface TrainCostOptions {
  readonly seed: number
  /** Models, each of which has not seen a fifth of the examples. */
  readonly bags: number
}

/** Log ratios beyond these tell no more: e^1.5 is where runs are interrupted. */
const LEAST_LOG = -3
const MOST_LOG = 1.5
const TREES = { learningRate: 0.15, minRows: 6, rowFraction: 0.7, columnFraction: 0.5 } as const
const HELD_BACK = 0.2
/** However well arms are told apart in training, times of other statements are off by a tenth. */
const LEAST_SPREAD = 0.1
const LEAST_DEFAULT_SPREAD = 0.3

/**
 * Learns two things by boosted trees: the log of the default's time, and for each arm the log of its
 * time over that of the arm which is best in all (the others differ from it by little, so that what
 * is left to learn is small). Dear statements weigh more, by the root of their time. The spread is
 * that among the bags and what each was off by on the statements it had not seen.
 * Throws ERR_ARGUMENT where there are no examples.
 */
export function trainCostModel(
  examples: readonly CostExample[],
  features: readonly string[],
  arms: readonly string[],
  { seed, bags }: TrainCostOptions,
): CostModel {
  const reference = bestArm(examples, arms.length)
  const weights = examples.map(({ cpuMs }) => Math.sqrt(Math.max(cpuMs[0]!, 0.1)))
  const draws = Array.from({ length: bags }, (_, b) => heldBack(examples.length, `${seed} ${b}`))
  const defaults = draws.map((held, b) => {
    const rows = examples.flatMap((e, i) =>
      held.has(i)
        ? []
        : [{ e, weight: weights[i]!, target: Math.log(Math.max(e.cpuMs[0]!, 0.01)) }],
    )
    const columns = columnsOf(
      features,
      rows.map(({ e }) => e.features),
    )
    return train(columns, rows, { leaves: 6, rounds: 40, seed: `${seed} default ${b}` })
  })
  const pairs = examples.flatMap((e, i) =>
    arms.flatMap((_, arm) => {
      const target = Math.log(e.cpuMs[arm]! / e.cpuMs[reference]!)
      const isKnown = arm !== reference && !Number.isNaN(target)
      const kept = Math.min(MOST_LOG, Math.max(LEAST_LOG, target))
      return isKnown ? [{ e, i, arm, weight: weights[i]!, target: kept }] : []
    }),
  )
  const ratios = draws.map((held, b) => {
    const rows = pairs.filter(({ i }) => !held.has(i))
    const columns = [
      ...columnsOf(
        features,
        rows.map(({ e }) => e.features),
      ),
      ...armColumns(
        arms,
        rows.map(({ arm }) => arm),
      ),
    ]
    return train(columns, rows, { leaves: 10, rounds: 50, seed: `${seed} ratio ${b}` })
  })
  const plain = { features, arms, reference, defaults, ratios }
  const unsure = { ...plain, defaultResidual: 0, residuals: arms.map(() => 0) }
  return loadCostModel({ ...unsure, ...residualsOf(unsure, examples, draws) })
}

/** Reads a saved model. Throws ERR_STORE_DAMAGED where its trees are none. */
export function loadCostModel(saved: SavedCostModel): CostModel {
  const { features, arms } = saved
  const readers = {
    defaults: saved.defaults.map((text) => readerOf(text)),
    ratios: saved.ratios.map((text) => readerOf(text)),
  }
  const oneArm = Float32Array.from({ length: arms.length ** 2 }, (_, i) =>
    i % arms.length === Math.floor(i / arms.length) ? 1 : 0,
  )
  return {
    features,
    arms,
    save: () => saved,
    predict(values) {
      const row = Float32Array.from(values)
      const logs = readers.defaults.map((reader) => readOne(reader, row, 1, oneArm)[0]!)
      const bags = readers.ratios.map((reader) => readOne(reader, row, arms.length, oneArm))
      return assemble(saved, logs, bags)
    },
  }
}

function assemble(
  { arms, reference, residuals, defaultResidual }: SavedCostModel,
  logs: readonly number[],
  bags: readonly Float64Array[],
): CostPrediction {
  for (const bag of bags) bag[reference] = 0
  const n = arms.length
  const logRatio = new Float64Array(n)
  const spread = new Float64Array(n)
  for (let arm = 0; arm < n; arm++) {
    // Over the default, bag by bag.
    const ratios = bags.map((bag) => bag[arm]! - bag[0]!)
    const { mean, variance } = moments(ratios)
    logRatio[arm] = mean
    spread[arm] = arm === 0 ? 0 : Math.sqrt(variance + Math.max(residuals[arm]!, LEAST_SPREAD) ** 2)
  }
  const { mean, variance } = moments(logs)
  const defaultSpread = Math.sqrt(variance + Math.max(defaultResidual, LEAST_DEFAULT_SPREAD) ** 2)
  return { logDefaultMs: mean, defaultSpread, logRatio, spread }
}

function moments(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0)
  return { mean, variance: squares / Math.max(1, values.length - 1) }
}

/** Statement features do not change from row to row (step 0); row i stands for arm i. */
function readOne(
  reader: trees.TreeReader,
  row: Float32Array,
  rows: number,
  oneArm: Float32Array,
): Float64Array {
  reader.begin(rows)
  for (const feature of reader.used) {
    if (feature < row.length) reader.put(feature, row, feature, 0)
    else reader.put(feature, oneArm, (feature - row.length) * rows, 1)
  }
  return reader.scores()
}

function readerOf(base64: string): trees.TreeReader {
  return trees.treeModelFromBytes(Buffer.from(base64, 'base64')).reader()
}

function columnsOf(names: readonly string[], rows: readonly Float64Array[]) {
  return names.map((name, j) => ({
    name,
    kind: 'number' as const,
    values: Float32Array.from(rows, (row) => row[j]!),
  }))
}

function armColumns(arms: readonly string[], rows: readonly number[]) {
  return arms.map((name, a) => ({
    name: `arm ${name}`,
    kind: 'number' as const,
    values: Float32Array.from(rows, (arm) => (arm === a ? 1 : 0)),
  }))
}

function train(
  features: ReturnType<typeof columnsOf>,
  rows: readonly { readonly weight: number; readonly target: number }[],
  parameters: { readonly leaves: number; readonly rounds: number; readonly seed: string },
): string {
  const model = trees.trainTrees(
    {
      rows: rows.length,
      features,
      target: Float64Array.from(rows, ({ target }) => target),
      weights: Float64Array.from(rows, ({ weight }) => weight),
    },
    { ...TREES, ...parameters, objective: { kind: 'squared' } },
  )
  return Buffer.from(model.toBytes()).toString('base64')
}

/** The arm of the least time over all examples; one that did not run everywhere is none. */
function bestArm(examples: readonly CostExample[], arms: number): number {
  const totals = Array.from({ length: arms }, (_, a) =>
    examples.reduce((sum, { cpuMs }) => sum + cpuMs[a]!, 0),
  ).map((total) => (Number.isNaN(total) ? Infinity : total))
  return totals.indexOf(Math.min(...totals))
}

function heldBack(count: number, seed: string): ReadonlySet<number> {
  const random = createRandom(seed)
  const held = new Set<number>()
  for (let i = 0; i < count; i++) if (random.next() < HELD_BACK) held.add(i)
  return held.size === count ? new Set() : held
}

/** Root mean squares of what each bag is off by on what it had not seen, dear statements first. */
function residualsOf(
  saved: SavedCostModel,
  examples: readonly CostExample[],
  draws: readonly ReadonlySet<number>[],
): Pick<SavedCostModel, 'defaultResidual' | 'residuals'> {
  const sums = saved.arms.map(() => ({ squares: 0, weight: 0 }))
  const ofDefault = { squares: 0, weight: 0 }
  draws.forEach((held, b) => {
    const one = loadCostModel({
      ...saved,
      defaults: [saved.defaults[b]!],
      ratios: [saved.ratios[b]!],
    })
    for (const i of held) {
      const { features, cpuMs } = examples[i]!
      const seen = one.predict(features)
      const weight = Math.sqrt(Math.max(cpuMs[0]!, 0.1))
      add(ofDefault, Math.log(Math.max(cpuMs[0]!, 0.01)) - seen.logDefaultMs, weight)
      for (let a = 1; a < sums.length; a++) {
        add(sums[a]!, clipped(Math.log(cpuMs[a]! / cpuMs[0]!)) - seen.logRatio[a]!, weight)
      }
    }
  })
  return { defaultResidual: root(ofDefault), residuals: sums.map(root) }
}

interface Sum {
  squares: number
  weight: number
}

function add(sum: Sum, off: number, weight: number): void {
  if (Number.isNaN(off)) return
  sum.squares += weight * off * off
  sum.weight += weight
}

/** Without anything held back, a third: as unsure as one can be and still say something. */
function root({ squares, weight }: Sum): number {
  return weight === 0 ? 1 / 3 : Math.sqrt(squares / weight)
}

function clipped(log: number): number {
  return Math.min(MOST_LOG, Math.max(LEAST_LOG, log))
}
