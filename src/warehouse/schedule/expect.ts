import type { ExpectedWork } from './policy.ts'
import { createWarmth, type Warmth } from './warmth.ts'

/** What a run of a statement took. */
export interface WorkDone {
  readonly cpuMs: number
  readonly wallMs: number
  readonly memoryBytes?: number
  /** Groups of what ran beside it all the time; empty: it was alone. */
  readonly beside: readonly string[]
  /** Whether its tables had just been read when it started; absent: not known which it reads. */
  readonly isWarm?: boolean
}

/** Learns what statements take from what they took. */
export interface WorkPredictor {
  /**
   * What is expected of a statement of a template: of a new one what statements that read as many rows
   * take, else what others of who asks it take.
   */
  expect(template: string, hints?: WorkHints): ExpectedWork
  /** Takes up what a record of earlier runs knows of a template. */
  recall(template: string, known: WorkKnown): void
  learn(template: string, done: WorkDone, hints?: WorkHints): void
  /** How much longer a statement of one template takes beside one of another; 1 where unknown. */
  interference(template: string, beside: string): number
  /**
   * Part of its work that a statement of a template saves where its tables were just read, by what was
   * seen both ways: of the template, else of all; 0 where that is unknown or not sure.
   */
  warmSaving(template: string): number
}

/** What is known of a statement beside its template. */
export interface WorkHints {
  /** Rows that its plan expects to read. */
  readonly rowsExpected?: number
  /** Who asks, such as 'console'. */
  readonly askedBy?: string
}

/** What a record of earlier runs knows. */
export interface WorkKnown {
  readonly count: number
  /** Of one run, ms. */
  readonly cpuMs: number
  readonly memoryBytes?: number
  readonly askedBy?: string
}

export interface PredictorOptions {
  /** Templates kept; the one not seen for longest is forgotten. */
  readonly capacity: number
  readonly cores: number
}

interface Known {
  count: number
  /** Mean of log(1 + CPU ms), and of its square. */
  mean: number
  square: number
  memoryBytes: number
  width: number
  alone: number
  aloneCount: number
  readonly beside: Map<string, { ratio: number; count: number }>
  readonly warmth: Warmth
}

const LEAST_WEIGHT = 0.1
/** A template seen once is held to what statements of its size take as much as to itself. */
const PRIOR_WEIGHT = 1
/** Expectations are set at this many deviations above the mean: to call a long one short hurts more. */
const CAUTION = 0.5
/** A new statement of which nothing tells is tried as a short one (multilevel feedback, Corbató 1962). */
const UNKNOWN_MS = 20
const UNKNOWN_MEMORY = 64e6
/** Until it is seen alone, a statement is taken to leave room for others: no core stays idle for it. */
const UNKNOWN_WIDTH = 1
const MOST_BESIDE = 32
/** Runs that a record counts as at most: what is seen now tells more. */
const MOST_RECALLED = 5

/**
 * Expected work by template: moving averages of the logarithm of CPU time, drawn to what statements
 * that read as many rows take while a template is new (a power law fitted as they come).
 */
export function createWorkPredictor(options: PredictorOptions): WorkPredictor {
  const templates = new Map<string, Known>()
  const bySize = sizeLaw()
  const byAsker = askerMeans()
  const warmthOfAll = createWarmth()
  const remember = (template: string) => {
    const known = templates.get(template) ?? blank()
    // Re-inserted, so that the first of the map is the one not seen for longest.
    templates.delete(template)
    templates.set(template, known)
    if (templates.size > options.capacity) templates.delete(templates.keys().next().value!)
    return known
  }
  return {
    expect(template, { rowsExpected, askedBy } = {}) {
      const known = templates.get(template)
      const prior = bySize.expect(rowsExpected) ?? byAsker.expect(askedBy)
      if (known === undefined) {
        return { cpuMs: prior ?? UNKNOWN_MS, memoryBytes: UNKNOWN_MEMORY, width: UNKNOWN_WIDTH }
      }
      const deviation = Math.sqrt(Math.max(0, known.square - known.mean * known.mean))
      const own = known.mean + CAUTION * deviation
      const weight = known.count / (known.count + PRIOR_WEIGHT)
      const drawn = prior === undefined ? own : weight * own + (1 - weight) * Math.log1p(prior)
      return {
        cpuMs: Math.expm1(drawn),
        memoryBytes: known.memoryBytes,
        width: known.width,
      }
    },
    recall(template, { count, cpuMs, memoryBytes, askedBy }) {
      if (!(cpuMs >= 0) || !Number.isFinite(cpuMs) || templates.has(template)) return
      const known = remember(template)
      known.count = Math.min(count, MOST_RECALLED)
      known.mean = Math.log1p(cpuMs)
      known.square = known.mean * known.mean
      if (memoryBytes !== undefined) known.memoryBytes = memoryBytes
      byAsker.learn(askedBy, cpuMs)
    },
    learn(template, done, { rowsExpected, askedBy } = {}) {
      if (!(done.cpuMs >= 0) || !Number.isFinite(done.cpuMs)) return
      const known = remember(template)
      const weight = Math.max(LEAST_WEIGHT, 1 / ++known.count)
      const log = Math.log1p(done.cpuMs)
      known.mean += weight * (log - known.mean)
      known.square += weight * (log * log - known.square)
      if (done.memoryBytes !== undefined) {
        known.memoryBytes = Math.max(done.memoryBytes, known.memoryBytes * (1 - LEAST_WEIGHT))
      }
      bySize.learn(done.cpuMs, rowsExpected)
      byAsker.learn(askedBy, done.cpuMs)
      learnCompany(known, done, options.cores)
      if (done.isWarm === undefined) return
      const { cold } = known.warmth
      known.warmth.learn(done.isWarm, log)
      // Templates differ by far more than caches save: each is set against its own cold runs.
      if (cold.count > 0) warmthOfAll.learn(done.isWarm, log - cold.mean)
    },
    interference(template, beside) {
      const known = templates.get(template)?.beside.get(beside)
      // Seen twice at least: one slow run may have any reason.
      return known === undefined || known.count < 2 ? 1 : Math.max(1, known.ratio)
    },
    warmSaving: (template) => templates.get(template)?.warmth.saving() ?? warmthOfAll.saving() ?? 0,
  }
}

const blank = (): Known => ({
  count: 0,
  mean: 0,
  square: 0,
  memoryBytes: UNKNOWN_MEMORY,
  width: UNKNOWN_WIDTH,
  alone: 0,
  aloneCount: 0,
  beside: new Map(),
  warmth: createWarmth(),
})

/** Cores it keeps busy alone; CPU time beside others over that alone. */
function learnCompany(known: Known, done: WorkDone, cores: number): void {
  if (done.beside.length === 0) {
    const weight = Math.max(LEAST_WEIGHT, 1 / ++known.aloneCount)
    const width = Math.min(cores, Math.max(0.1, done.cpuMs / Math.max(0.01, done.wallMs)))
    known.width += weight * (width - known.width)
    known.alone += weight * (done.cpuMs - known.alone)
    return
  }
  if (known.aloneCount === 0 || known.alone <= 0) return
  for (const other of new Set(done.beside)) {
    const pair = known.beside.get(other) ?? { ratio: 1, count: 0 }
    const weight = Math.max(LEAST_WEIGHT, 1 / ++pair.count)
    pair.ratio += weight * (done.cpuMs / known.alone - pair.ratio)
    known.beside.set(other, pair)
    if (known.beside.size > MOST_BESIDE) known.beside.delete(known.beside.keys().next().value!)
  }
}

/** log CPU = a + b log rows, by least squares over all statements seen, the old ones fading. */
function sizeLaw() {
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0]
  const FADE = 0.995
  return {
    expect(rows: number | undefined): number | undefined {
      if (rows === undefined || n < 3) return undefined
      const spread = xx / n - (x / n) ** 2
      const slope = spread > 1e-9 ? Math.max(0, (xy / n - (x / n) * (y / n)) / spread) : 0
      return Math.expm1(Math.max(0, y / n + slope * (Math.log1p(rows) - x / n)))
    },
    learn(cpuMs: number, rows: number | undefined): void {
      if (rows === undefined) return
      const [u, v] = [Math.log1p(rows), Math.log1p(cpuMs)]
      n = FADE * n + 1
      x = FADE * x + u
      y = FADE * y + v
      xx = FADE * xx + u * u
      xy = FADE * xy + u * v
    },
  }
}

/** The mean of log CPU by who asks, the old fading; nothing of those who asked little. */
function askerMeans() {
  const means = new Map<string, { count: number; mean: number }>()
  const LEAST = 3
  return {
    expect(askedBy: string | undefined): number | undefined {
      const known = askedBy === undefined ? undefined : means.get(askedBy)
      return known === undefined || known.count < LEAST ? undefined : Math.expm1(known.mean)
    },
    learn(askedBy: string | undefined, cpuMs: number): void {
      if (askedBy === undefined) return
      const known = means.get(askedBy) ?? { count: 0, mean: 0 }
      const weight = Math.max(LEAST_WEIGHT / 5, 1 / ++known.count)
      known.mean += weight * (Math.log1p(cpuMs) - known.mean)
      means.set(askedBy, known)
      if (means.size > MOST_BESIDE) means.delete(means.keys().next().value!)
    },
  }
}
