import { throwIfStopped } from '../../../core/progress.ts'
import {
  LAYOUT_KINDS,
  type Layout,
  type LayoutKind,
  learnLayout,
  orderOf,
} from '../orders/candidates.ts'
import { createJudge, createScene, type Judge, type Probe, type Scene } from './cost.ts'
import type { TableSample } from './sample.ts'

/** How a kind of layout did, learned on one half of the statements and judged on the other. */
export interface TriedLayout {
  readonly kind: LayoutKind
  readonly groupRows: number
  /** Cost of the unseen half over that of the rows as they lie. */
  readonly costShare: number
}

/** A layout chosen for a table, and what it is expected to do. */
export interface ChosenLayout {
  readonly layout: Layout
  readonly groupRows: number
  /** CPU ms of the scans of the workload as the rows lie, and as they would. */
  readonly costNow: number
  readonly costThen: number
  /** Mean share of row groups read, now and then. */
  readonly groupShareNow: number
  readonly groupShareThen: number
  readonly tried: readonly TriedLayout[]
}

export interface ChooseOptions {
  /** Sizes of row groups to choose from, and the size that stands. */
  readonly groupRows: readonly number[]
  readonly groupRowsNow: number
  /** CPU ms of a row group beside its rows, see `JudgeOptions`. */
  readonly groupReadMs: number
  readonly groupThereMs: number
  /** Default: all. */
  readonly kinds?: readonly LayoutKind[]
  /** Whether weights say what reading all rows takes, and need no scaling by what is read now. */
  readonly areWhole?: boolean
  readonly signal?: AbortSignal
}

/**
 * Chooses a layout by the cost model: each kind is learned on one half of the probes and judged on
 * the other, all on every second row of a large sample, and the best is learned again on all probes
 * and rows. Undefined where no probe filters the table.
 */
export function chooseLayout(
  sample: TableSample,
  probes: readonly Probe[],
  options: ChooseOptions,
): ChosenLayout | undefined {
  if (sample.rows === 0) return undefined
  const scene = createScene(sample)
  const filtering = scaled(
    scene,
    probes.filter(({ filterColumns }) => filterColumns > 0),
    options,
  )
  if (filtering.length === 0) return undefined
  const [seen, unseen] = halves(filtering)
  const some = sample.rows < ROWS_TO_THIN ? scene : createScene(everySecond(sample))
  const costNow = judgeOf(some, unseen, options.groupRowsNow, options).ofOrder(
    asItLies(some.sample),
  ).cost
  const tryOne = (kind: LayoutKind, groupRows: number): TriedLayout | undefined => {
    throwIfStopped(options.signal)
    const layout = learnLayout(kind, judgeOf(some, seen, groupRows, options))
    if (layout === undefined) return undefined
    const { cost } = judgeOf(some, unseen, groupRows, options).ofOrder(orderOf(layout, some))
    return { kind, groupRows, costShare: cost / Math.max(1e-9, costNow) }
  }
  const tried = tryAll(options.kinds ?? LAYOUT_KINDS, options.groupRows, tryOne)
  const best = tried[0]
  return best === undefined ? undefined : finish(scene, filtering, best, tried, options)
}

/** Samples of fewer rows are taken whole to compare kinds. */
const ROWS_TO_THIN = 16_384

function everySecond({ totalRows, rows, columns }: TableSample): TableSample {
  const kept = Math.ceil(rows / 2)
  return {
    totalRows,
    rows: kept,
    columns: columns.map((column) => ({
      ...column,
      values: Float64Array.from({ length: kept }, (_, i) => column.values[2 * i]!),
    })),
  }
}

/**
 * All kinds at the size in the middle, then the best of them at the sizes beside it; the best first.
 * Sizes further off are found on the real data, see `tryGroupSizes`.
 */
function tryAll(
  kinds: readonly LayoutKind[],
  sizes: readonly number[],
  tryOne: (kind: LayoutKind, groupRows: number) => TriedLayout | undefined,
): readonly TriedLayout[] {
  const at = sizes.length >> 1
  const middle = sizes[at]!
  const beside = sizes.filter((_, i) => Math.abs(i - at) === 1)
  const isTried = (tried: TriedLayout | undefined) => tried !== undefined
  const byCost = (a: TriedLayout, b: TriedLayout) => a.costShare - b.costShare
  const first = kinds
    .map((kind) => tryOne(kind, middle))
    .filter(isTried)
    .sort(byCost)
  const others = first
    .slice(0, KINDS_AT_MORE_SIZES)
    .flatMap(({ kind }) => beside.map((size) => tryOne(kind, size)))
  return [...first, ...others.filter(isTried)].sort(byCost)
}

const KINDS_AT_MORE_SIZES = 2

function finish(
  scene: Scene,
  probes: readonly Probe[],
  { kind, groupRows }: TriedLayout,
  tried: readonly TriedLayout[],
  options: ChooseOptions,
): ChosenLayout | undefined {
  const judge = judgeOf(scene, probes, groupRows, options)
  const layout = learnLayout(kind, judge)
  if (layout === undefined) return undefined
  const now = judgeOf(scene, probes, options.groupRowsNow, options).ofOrder(asItLies(scene.sample))
  const then = judge.ofOrder(orderOf(layout, scene))
  return {
    layout,
    groupRows,
    costNow: now.cost,
    costThen: then.cost,
    groupShareNow: now.groupShare,
    groupShareThen: then.groupShare,
    tried,
  }
}

/** CPU ms of the probes of each template on rows that lie in an order and in row groups of a size. */
export function costsByTemplate(
  { layout, groupRows }: Pick<ChosenLayout, 'layout' | 'groupRows'>,
  sample: TableSample,
  probes: readonly Probe[],
  options: Pick<ChooseOptions, 'groupReadMs' | 'groupThereMs'>,
): ReadonlyMap<string, number> {
  const scene = createScene(sample)
  const order = orderOf(layout, scene)
  const templates = [...new Set(probes.map(({ fingerprint }) => fingerprint))]
  return new Map(
    templates.map((template) => {
      const mine = probes.filter(({ fingerprint }) => fingerprint === template)
      return [template, judgeOf(scene, mine, groupRows, options).ofOrder(order).cost]
    }),
  )
}

function judgeOf(
  scene: Scene,
  probes: readonly Probe[],
  groupRows: number,
  { groupReadMs, groupThereMs }: Pick<ChooseOptions, 'groupReadMs' | 'groupThereMs'>,
): Judge {
  return createJudge(scene, probes, { groupRows, groupReadMs, groupThereMs })
}

/**
 * Probes with weights that say what reading the whole table would take: what they take now, over
 * the share of it that they read now, template by template.
 */
function scaled(scene: Scene, probes: readonly Probe[], options: ChooseOptions): readonly Probe[] {
  if (options.areWhole) return probes
  const templates = new Set(probes.map(({ fingerprint }) => fingerprint))
  return [...templates].flatMap((template) => {
    const mine = probes.filter(({ fingerprint }) => fingerprint === template)
    const rowsAlone = { ...options, groupReadMs: 0, groupThereMs: 0 }
    const now = judgeOf(scene, mine, options.groupRowsNow, rowsAlone).ofOrder(
      asItLies(scene.sample),
    )
    const spent = mine.reduce((sum, { weight }) => sum + weight, 0)
    const times = Math.min(MOST_SCALING, spent / Math.max(1e-9, now.cost))
    return mine.map((probe) => ({ ...probe, weight: probe.weight * times }))
  })
}

/** A scan that reads next to nothing now says little of what reading all would take. */
const MOST_SCALING = 50

function asItLies({ rows }: TableSample): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i)
}

/** Every second probe of each template; with few of them both halves are all. */
function halves(probes: readonly Probe[]): readonly [readonly Probe[], readonly Probe[]] {
  if (probes.length < 8) return [probes, probes]
  const seen = new Map<string, number>()
  const isFirst = probes.map(({ fingerprint }) => {
    const before = seen.get(fingerprint) ?? 0
    seen.set(fingerprint, before + 1)
    return before % 2 === 0
  })
  return [probes.filter((_, i) => isFirst[i]), probes.filter((_, i) => !isFirst[i])]
}
