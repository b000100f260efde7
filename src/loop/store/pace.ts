import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileWhole } from '../../core/files.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { schedule, watch } from '../../warehouse/index.ts'
import { type Asker, readWorkload } from '../warehouse/asked-files.ts'
import { whoAsks } from '../warehouse/watching.ts'
import { memoryHeld } from './shared-reader.ts'

/** In which order what is asked of a store's database runs in this process. */
export interface Pace {
  /** The same database, each statement in its turn. */
  scheduled(db: Database, askedBy: Asker, signal?: AbortSignal): Database
  report(): PaceReport
}

export interface PaceReport extends schedule.ScheduleReport {
  readonly order: schedule.ScheduleOrder
}

export interface PaceOptions {
  readonly order: schedule.ScheduleOrder
  readonly cores: number
  readonly memoryBytes: number
  readonly knobs: KnobSettings
}

const TEMPLATES = 2000
const KEEP_MS = 30_000

/** All that were made: whoever goes back to settings goes on with what was learned under them. */
const paces = new Map<string, Pace>()
/** The last of each database. */
const current = new Map<string, Pace>()

/** The pace of the database at a path, one for each settings. */
export function paceOf(databasePath: string, options: PaceOptions): Pace {
  const key = JSON.stringify([databasePath, options])
  const pace = paces.get(key) ?? createPace(databasePath, options)
  paces.set(key, pace)
  current.set(databasePath, pace)
  return pace
}

/** What became of what was asked of a database in this process; undefined: nothing was. */
export function paceReport(databasePath: string): PaceReport | undefined {
  return current.get(databasePath)?.report()
}

function createPace(path: string, { order, cores, memoryBytes, knobs }: PaceOptions): Pace {
  const workload = recorded(path)
  const templates = watch.createTemplates(TEMPLATES)
  const { scheduler } = schedule.standardScheduler({
    ...{ order, knobs, machine: { cores, memoryBytes } },
    ...(workload === undefined ? {} : { workload }),
    memory: () => memoryHeld(path, schedule.MEMORY_QUERY),
  })
  const report = () => ({ order, ...scheduler.report() })
  // What a command or a night asks by itself waits for nobody.
  const keep = whoAsks() === 'console' ? keeper(path, report) : () => undefined
  return {
    scheduled(db, askedBy, signal) {
      keep()
      return schedule.scheduledDatabase(db, {
        ...{ scheduler, templates, askedBy, isBackground: askedBy === 'nightly' },
        ...(signal === undefined ? {} : { signal }),
      })
    },
    report,
  }
}

const fileOf = (databasePath: string) => join(dirname(databasePath), 'warehouse', 'waits.json')

/** What was kept of the waits of the last process that served the store; undefined: nothing. */
export function readWaits(databasePath: string): PaceReport | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(databasePath), 'utf8')) as PaceReport
  } catch {
    return undefined
  }
}

/** Keeps the waits of a served store for reports of other processes, at times and at the end. */
function keeper(path: string, report: () => PaceReport): () => void {
  let keptAt = performance.now()
  const keep = () => {
    try {
      if (!existsSync(dirname(path)) || report().statements === 0) return
      mkdirSync(dirname(fileOf(path)), { recursive: true })
      writeFileWhole(fileOf(path), JSON.stringify(report()))
    } catch {
      // A report that cannot be kept harms no one.
    }
  }
  process.once('exit', keep)
  return () => {
    if (performance.now() - keptAt < KEEP_MS) return
    keptAt = performance.now()
    keep()
  }
}

/** What the store's own record knows; a record that cannot be read is one that knows nothing. */
function recorded(path: string) {
  try {
    return readWorkload(path)
  } catch {
    return undefined
  }
}
