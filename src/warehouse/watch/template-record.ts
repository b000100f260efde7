import type { Random } from '../../core/random/random.ts'
import type { StatementSeen, Template, TemplateLoad } from '../types.ts'
import { createSketch, type QuantileSketch } from './quantile-sketch.ts'

/** What is kept of one template, in bounded memory. */
export interface TemplateRecord {
  template: Template
  count: number
  failures: number
  totalCpuMs: number
  /** Rows returned by all its runs. */
  totalRows: number
  firstAt: number
  lastAt: number
  readonly plain: QuantileSketch
  readonly tuned: QuantileSketch
  /** An even sample of all runs. */
  readonly sample: StatementSeen[]
  /** The last runs with their operators. */
  readonly profiles: StatementSeen[]
  /** The last statement that did not fail; undefined where values are private. */
  example: string | undefined
}

/** How it is written down: sketches as their buckets. */
export type SavedRecord = Omit<TemplateRecord, 'plain' | 'tuned'> & {
  readonly plain: readonly (readonly [number, number])[]
  readonly tuned: readonly (readonly [number, number])[]
}

const MOST_PROFILES = 4

export function newRecord(template: Template, at: number): TemplateRecord {
  return {
    ...{ template, count: 0, failures: 0, totalCpuMs: 0, totalRows: 0 },
    ...{ firstAt: at, lastAt: at, sample: [], profiles: [], example: undefined },
    ...{ plain: createSketch(), tuned: createSketch() },
  }
}

/**
 * Counts a run, and keeps it in the sample with the chance that keeps the sample even (Vitter 1985,
 * algorithm R). `seen` is only asked for when the run is kept.
 */
export function addRun(
  record: TemplateRecord,
  run: Pick<StatementSeen, 'at' | 'rowsReturned' | 'failed' | 'actionId' | 'arm'>,
  cpuMs: number,
  sampleSize: number,
  random: Random,
  seen: () => StatementSeen,
): void {
  record.count++
  record.totalCpuMs += cpuMs
  record.totalRows += run.rowsReturned
  record.lastAt = Math.max(record.lastAt, run.at)
  record.firstAt = Math.min(record.firstAt, run.at)
  if (run.failed !== undefined) record.failures++
  else {
    const isTuned = run.actionId !== undefined || (run.arm ?? 'default') !== 'default'
    const sketch = isTuned ? record.tuned : record.plain
    sketch.add(cpuMs)
  }
  if (record.sample.length < sampleSize) record.sample.push(seen())
  else {
    const place = random.int(record.count)
    if (place < sampleSize) record.sample[place] = seen()
  }
}

/** Keeps a profiled run beside the sample. */
export function addProfile(record: TemplateRecord, seen: StatementSeen): void {
  record.profiles.push(seen)
  if (record.profiles.length > MOST_PROFILES) record.profiles.shift()
}

/** What a record says of its template. */
export function loadOf(record: TemplateRecord): TemplateLoad {
  const { template, count, failures, totalCpuMs, firstAt, lastAt, plain, tuned, example } = record
  const asked = plain.count > 0 ? plain : tuned
  return {
    ...{ template, count, failures, totalCpuMs, firstAt, lastAt },
    p50CpuMs: orZero(asked.quantile(0.5)),
    p95CpuMs: orZero(asked.quantile(0.95)),
    meanRows: count === 0 ? 0 : record.totalRows / count,
    ...(tuned.count === 0
      ? {}
      : {
          tuned: {
            count: tuned.count,
            p50CpuMs: tuned.quantile(0.5),
            p95CpuMs: tuned.quantile(0.95),
          },
        }),
    sample: [...record.sample, ...record.profiles].sort((a, b) => a.at - b.at),
    ...(example === undefined ? {} : { example }),
  }
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value
}

export function saveRecord(record: TemplateRecord): SavedRecord {
  return { ...record, plain: record.plain.buckets(), tuned: record.tuned.buckets() }
}

export function restoreRecord(saved: SavedRecord): TemplateRecord {
  return {
    ...saved,
    example: saved.example,
    plain: createSketch(saved.plain),
    tuned: createSketch(saved.tuned),
  }
}
