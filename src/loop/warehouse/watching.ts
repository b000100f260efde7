import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import type { OnStatement } from '../../core/sql/observe.ts'
import { type KnownStatement, type Workload, watch } from '../../warehouse/index.ts'
import { storePaths } from '../store/paths.ts'
import { readSettings } from '../store/settings.ts'
import {
  type Asker,
  forgetShown,
  type Hide,
  keepRecord,
  openRecord,
  readWorkload,
} from './asked-files.ts'
import { inlineValues } from './inline-values.ts'
import { keepOpen } from './knobs.ts'
import { addOpenings, type Openings } from './openings.ts'

/** Who asks where a work does not say. */
let asker: Asker = 'command'

interface Context {
  readonly asker?: Asker
  /** Paths of databases of which nothing is taken up. */
  readonly quiet?: readonly string[]
}

/** Of the work that is under way; works run beside each other in one process. */
const context = new AsyncLocalStorage<Context>()

/** Says who asks from now on in this process; what is asked is kept by who asks. */
export function askAs(name: Asker): void {
  asker = name
}

/** Says who asks during `work`, and no longer: what runs beside it is asked by whom it was before. */
export function askingAs<T>(name: Asker, work: () => T): T {
  return context.run({ ...context.getStore(), asker: name }, work)
}

/** Who asks, in the work that calls this. */
export function whoAsks(): Asker {
  return context.getStore()?.asker ?? asker
}

/**
 * What is asked of the database of one store in this process. Nothing here ever throws: a record that
 * cannot be read or kept (a damaged file, a full disk, a store that may only be read) ends the watching
 * of that store in this process, and the work goes on.
 */
export interface StoreWatch {
  readonly onStatement: OnStatement
  /** The same of a statement whose template is known. */
  observe(statement: KnownStatement, run: watch.RunSeen): void
  /** Nothing that `work` asks is taken up: it is no one's question. What runs beside it is. */
  quietly<T>(work: () => Promise<T>): Promise<T>
  /** The database was opened to read, which took CPU ms. */
  opened(cpuMs: number): void
  /** It was found open. */
  reused(): void
  /** Work on it ended. */
  left(): void
  /** Takes up what was asked since the last time, while the database is open, and keeps it at times. */
  settle(db: Database): Promise<void>
  /**
   * Runs some of the dearest statements of this process's record once more, on a database opened to read, for
   * what its operators expected and found, memory and bytes: within `warehouse.profile-share`.
   */
  profile(db: Database, knobs: KnobSettings): Promise<void>
  /** Keeps what was not kept yet. */
  keep(): void
}

interface Seen {
  readonly statement: KnownStatement
  readonly run: watch.RunSeen
}

const TEMPLATES = 2000
const KEEP_MS = 120_000
/** Statements that wait to be taken up; a work that asks more is known by these. */
const MOST_WAITING = 10_000

const watches = new Map<string, StoreWatch>()
// Trees are read once a process, however many stores it opens.
const templates = watch.createTemplates(TEMPLATES)

function keepAll(): void {
  for (const { keep } of watches.values()) keep()
}

/** The watch over the database at a path. One a process and path. */
export function watchOf(databasePath: string): StoreWatch {
  const known = watches.get(databasePath)
  if (known !== undefined) return known
  if (watches.size === 0) process.once('exit', keepAll)
  const made = createWatch(databasePath)
  watches.set(databasePath, made)
  return made
}

/** What was asked of a store's database, what this process has not kept yet among it. Throws ERR_STORE_DAMAGED. */
export function readAsked(databasePath: string): Workload | undefined {
  watches.get(databasePath)?.keep()
  return readWorkload(databasePath)
}

/** A statement as it stands in the record before anything serves it, its values written out. */
export function asWatched(sql: string, values: readonly SqlValue[]): KnownStatement {
  return templates.know(inlineValues(sql, values))
}

function createWatch(databasePath: string): StoreWatch {
  const records = new Map<Asker, watch.Recorder>()
  let waiting: Seen[] = []
  let keptAt = Number.NEGATIVE_INFINITY
  let isUnkept = false
  let isOver = false
  const isQuiet = () => context.getStore()?.quiet?.includes(databasePath) ?? false
  const openings = createOpeningCounts(databasePath)
  let hide: Hide
  const recordOf = (name: Asker) => {
    const record = records.get(name) ?? openRecord(databasePath, name, hide)
    records.set(name, record)
    return record
  }
  const orEnd = (work: () => void) => {
    try {
      work()
    } catch {
      isOver = true
    }
  }
  const keep = () => {
    if (isOver || !isUnkept) return
    orEnd(() => {
      for (const [name, record] of records) keepRecord(databasePath, name, record, hide)
      openings.keep()
    })
    isUnkept = false
  }
  orEnd(() => {
    hide = hiddenIn(databasePath)
    if (hide !== undefined) forgetShown(databasePath, hide)
  })
  return {
    keep,
    opened: openings.opened,
    reused: openings.reused,
    left: openings.left,
    onStatement({ sql, values, replacedBy: _by, replacementFailed: _why, ...run }) {
      if (isOver || isQuiet() || waiting.length >= MOST_WAITING) return
      const statement = asWatched(sql, values)
      waiting.push({ statement, run: { ...run, askedBy: whoAsks() } })
    },
    observe(statement, run) {
      if (isOver || isQuiet() || waiting.length >= MOST_WAITING) return
      waiting.push({ statement, run: { ...run, askedBy: whoAsks() } })
    },
    quietly: (work) => {
      const { quiet = [], ...rest } = context.getStore() ?? {}
      return context.run({ ...rest, quiet: [...quiet, databasePath] }, work)
    },
    async settle(db) {
      const taken = waiting
      waiting = []
      for (const { statement, run } of taken) {
        if (isOver) break
        const met = await metBy(db, statement)
        orEnd(() => recordOf(run.askedBy as Asker).observe(met, run))
        isUnkept = true
      }
      const now = performance.now()
      if (now - keptAt < KEEP_MS) return
      keptAt = now
      keep()
    },
    async profile(db, knobs) {
      for (const record of records.values()) {
        const profiler = watch.createProfiler(db, record, templates, knobs)
        while (!isOver && (await profiler.profileNext()) !== undefined) isUnkept = true
      }
    },
  }
}

/** What the store's settings hide; nothing of a database that is no store's. */
function hiddenIn(databasePath: string): Hide {
  const { settings } = storePaths(dirname(databasePath))
  return existsSync(settings) ? readSettings(settings).warehouse.private : undefined
}

function createOpeningCounts(databasePath: string) {
  let counts: Openings | undefined
  let leftAt = Number.NEGATIVE_INFINITY
  const add = (more: Partial<Openings>) => {
    const now = Date.now()
    const known = counts ?? { fromMs: now, toMs: now, opened: 0, cpuMs: 0, soon: 0, reused: 0 }
    const sum = (name: 'opened' | 'cpuMs' | 'soon' | 'reused') => known[name] + (more[name] ?? 0)
    counts = {
      ...{ fromMs: known.fromMs, toMs: now, opened: sum('opened'), cpuMs: sum('cpuMs') },
      ...{ soon: sum('soon'), reused: sum('reused') },
    }
  }
  return {
    opened(cpuMs: number) {
      const isSoon = performance.now() - leftAt < readKnob(keepOpen)
      add({ opened: 1, cpuMs, soon: isSoon ? 1 : 0 })
    },
    reused: () => add({ reused: 1 }),
    left() {
      leftAt = performance.now()
    },
    keep() {
      if (counts === undefined) return
      addOpenings(databasePath, counts)
      counts = undefined
    },
  }
}

/** The statement with its tables and kind; as it is where its tree cannot be asked for now. */
function metBy(db: Database, statement: KnownStatement): Promise<KnownStatement> | KnownStatement {
  if (templates.isMet(statement)) return statement
  return templates.meet(statement, db).then(
    (met) => met.statement,
    () => statement,
  )
}
