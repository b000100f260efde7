import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import type { Workload } from '../types.ts'
import { createWorkPredictor, type WorkPredictor } from './expect.ts'
import {
  scheduleAgeing,
  scheduleAwaitedShare,
  scheduleFirstShare,
  scheduleShortMs,
  scheduleShortSlots,
} from './knobs.ts'
import { firstComeFirstServed, type Machine, shortestExpectedFirst } from './policy.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'

/** In which order statements run: by expected work, or as they come. */
export const SCHEDULE_ORDERS = ['expected', 'arrival'] as const
export type ScheduleOrder = (typeof SCHEDULE_ORDERS)[number]

export interface StandardSchedulerOptions {
  readonly order: ScheduleOrder
  /** Cores and memory of the database, not of the machine where that has less. */
  readonly machine: Machine
  /** What is known of its statements. */
  readonly workload?: Workload
  readonly knobs?: KnobSettings
  /** Bytes that running statements hold now. */
  readonly memory?: () => Promise<number>
}

/** A scheduler, and how many connections its statements ever need at once. */
export interface StandardScheduler {
  readonly scheduler: Scheduler
  readonly predictor: WorkPredictor
  readonly slots: number
}

const TEMPLATES = 5000

/**
 * A scheduler for one database as the knobs say: short statements have slots of their own, long ones as
 * many as cores; in order of arrival as many slots in all. What a record knows of its statements is
 * expected of them.
 */
export function standardScheduler(options: StandardSchedulerOptions): StandardScheduler {
  const { order, machine, knobs = {}, memory } = options
  const shortSlots = Math.floor(readKnob(scheduleShortSlots, knobs))
  const slots = machine.cores + shortSlots
  const predictor = createWorkPredictor({ capacity: TEMPLATES, cores: machine.cores })
  if (options.workload !== undefined) recallWorkload(predictor, options.workload)
  const policy =
    order === 'arrival'
      ? firstComeFirstServed(slots)
      : shortestExpectedFirst({
          ...{ shortSlots, shortMs: readKnob(scheduleShortMs, knobs) },
          ageing: readKnob(scheduleAgeing, knobs),
          firstShare: readKnob(scheduleFirstShare, knobs),
          awaitedShare: readKnob(scheduleAwaitedShare, knobs),
          interference: predictor.interference,
        })
  const scheduler = createScheduler({
    ...{ policy, predictor, machine, clock: () => performance.now(), cpuClock: cpuNow },
    ...(memory === undefined ? {} : { memory }),
  })
  return { scheduler, predictor, slots }
}

/** Takes up what a workload knows: mean CPU, the most memory of its sample, who asks. */
export function recallWorkload(predictor: WorkPredictor, { templates }: Workload): void {
  for (const { template, count, failures, totalCpuMs, sample } of templates) {
    if (count <= failures) continue
    const bytes = sample.flatMap(({ memoryBytes }) =>
      memoryBytes === undefined ? [] : [memoryBytes],
    )
    const askedBy = sample.find((run) => run.askedBy !== undefined)?.askedBy
    predictor.recall(template.fingerprint, {
      ...{ count, cpuMs: totalCpuMs / count },
      ...(bytes.length === 0 ? {} : { memoryBytes: Math.max(...bytes) }),
      ...(askedBy === undefined ? {} : { askedBy }),
    })
  }
}

/** Bytes that statements hold: all of a database's memory but what it keeps of its tables. */
export const MEMORY_QUERY =
  "SELECT coalesce(sum(memory_usage_bytes), 0)::DOUBLE AS bytes FROM duckdb_memory() WHERE tag NOT IN ('BASE_TABLE', 'METADATA', 'EXTERNAL_FILE_CACHE', 'OBJECT_CACHE')"
