/** What was seen of one arm: runs, mean and spread of the log of their CPU, ms. */
export interface ArmSeen {
  runs: number
  meanLog: number
  squares: number
}

/** What was seen of one template. */
export interface TemplateSeen {
  /** How often it was asked, steered or not. */
  asked: number
  /** Times by bucket of constants, then by arm. */
  readonly buckets: Map<string, Map<string, ArmSeen>>
  /** Arms that it never gets again. */
  readonly left: Set<string>
}

/** Times of templates by what their constants leave of the tables; the last `limit` templates. */
export interface History {
  of(fingerprint: string): TemplateSeen
  save(most: number): SavedHistory
}

export type SavedHistory = readonly {
  readonly fingerprint: string
  readonly asked: number
  readonly left: readonly string[]
  readonly buckets: readonly {
    readonly bucket: string
    readonly arms: readonly (readonly [
      arm: string,
      runs: number,
      meanLog: number,
      squares: number,
    ])[]
  }[]
}[]

/** Buckets of a template that are kept. */
const MOST_BUCKETS = 16
/** Older runs count for no more than so many: tables grow and machines change. */
const MOST_RUNS = 32

/** Makes a history, empty or saved. */
export function createHistory(limit: number, saved: SavedHistory = []): History {
  const templates = new Map<string, TemplateSeen>()
  for (const { fingerprint, asked, left, buckets } of saved.slice(-limit)) {
    templates.set(fingerprint, {
      asked,
      left: new Set(left),
      buckets: new Map(
        buckets.map(({ bucket, arms }) => [
          bucket,
          new Map(arms.map(([arm, runs, meanLog, squares]) => [arm, { runs, meanLog, squares }])),
        ]),
      ),
    })
  }
  return {
    of(fingerprint) {
      const seen = templates.get(fingerprint) ?? { asked: 0, buckets: new Map(), left: new Set() }
      // The last asked stand last; the first is dropped.
      templates.delete(fingerprint)
      templates.set(fingerprint, seen)
      if (templates.size > limit) templates.delete(templates.keys().next().value!)
      return seen
    },
    save: (most) =>
      [...templates].slice(-most).map(([fingerprint, { asked, left, buckets }]) => ({
        fingerprint,
        asked,
        left: [...left],
        buckets: [...buckets].map(([bucket, arms]) => ({
          bucket,
          arms: [...arms].map(([arm, s]) => [arm, s.runs, s.meanLog, s.squares] as const),
        })),
      })),
  }
}

/** Adds a run to a bucket of a template. */
export function addRun(seen: TemplateSeen, bucket: string, arm: string, cpuMs: number): void {
  let arms = seen.buckets.get(bucket)
  if (arms === undefined) {
    if (seen.buckets.size >= MOST_BUCKETS) seen.buckets.delete(seen.buckets.keys().next().value!)
    arms = new Map()
    seen.buckets.set(bucket, arms)
  }
  const log = Math.log(Math.max(cpuMs, 0.01))
  const known = arms.get(arm)
  if (known === undefined) {
    arms.set(arm, { runs: 1, meanLog: log, squares: 0 })
    return
  }
  known.runs = Math.min(MOST_RUNS, known.runs + 1)
  const off = log - known.meanLog
  known.meanLog += off / known.runs
  known.squares += off * (log - known.meanLog) - known.squares / known.runs
}
