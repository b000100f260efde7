import { createSketch } from '../watch/quantile-sketch.ts'

/** What became of the statements of a scheduler. */
export interface ScheduleReport {
  readonly waiting: number
  readonly running: number
  /** Statements that started. */
  readonly statements: number
  /** Of those, put before one that had come earlier. */
  readonly putFirst: number
  readonly failed: number
  /** Stopped before they started. */
  readonly cancelled: number
  /** Time between coming and starting, ms: in all, median, 95th percentile, longest. */
  readonly waitedMs: number
  readonly waitP50Ms: number
  readonly waitP95Ms: number
  readonly longestWaitMs: number
  /** Templates whose statements waited longest in all. */
  readonly templates: readonly TemplateWaits[]
}

export interface TemplateWaits {
  readonly template: string
  readonly statements: number
  readonly waitedMs: number
  readonly longestWaitMs: number
  /** Times that others that came later were put before one of it. */
  readonly passedOver: number
  /** CPU that was expected of the last, ms. */
  readonly expectedMs: number
}

/** Counts waits; bounded by templates. */
export interface Waits {
  started(template: string, waitedMs: number, expectedMs: number, passed: readonly string[]): void
  failed(): void
  cancelled(): void
  report(now: { readonly waiting: number; readonly running: number }): ScheduleReport
}

type Counted = { -readonly [K in keyof TemplateWaits]: TemplateWaits[K] }

const TEMPLATES = 500
const REPORTED = 20

export function createWaits(): Waits {
  const sketch = createSketch()
  const byTemplate = new Map<string, Counted>()
  const all = { statements: 0, putFirst: 0, failed: 0, cancelled: 0, waitedMs: 0, longestWaitMs: 0 }
  const of = (template: string): Counted => {
    const known = byTemplate.get(template) ?? {
      ...{ template, statements: 0, waitedMs: 0, longestWaitMs: 0 },
      ...{ passedOver: 0, expectedMs: 0 },
    }
    // Re-inserted, so that the first of the map is the one not seen for longest.
    byTemplate.delete(template)
    byTemplate.set(template, known)
    if (byTemplate.size > TEMPLATES) byTemplate.delete(byTemplate.keys().next().value!)
    return known
  }
  return {
    started(template, waitedMs, expectedMs, passed) {
      const own = of(template)
      for (const one of [own, all]) {
        one.statements++
        one.waitedMs += waitedMs
        one.longestWaitMs = Math.max(one.longestWaitMs, waitedMs)
      }
      own.expectedMs = expectedMs
      sketch.add(waitedMs)
      if (passed.length > 0) all.putFirst++
      for (const other of new Set(passed)) of(other).passedOver++
    },
    failed: () => {
      all.failed++
    },
    cancelled: () => {
      all.cancelled++
    },
    report: (now) => ({
      ...now,
      ...all,
      waitP50Ms: sketch.count === 0 ? 0 : sketch.quantile(0.5),
      waitP95Ms: sketch.count === 0 ? 0 : sketch.quantile(0.95),
      templates: [...byTemplate.values()]
        .sort((a, b) => b.waitedMs - a.waitedMs)
        .slice(0, REPORTED)
        .map((one) => ({ ...one })),
    }),
  }
}
