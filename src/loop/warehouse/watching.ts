import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import type { Database } from '../../core/sql/database.ts'
import type { OnStatement } from '../../core/sql/observe.ts'
import {
  type KnownStatement,
  type TemplateLoad,
  type Workload,
  watch,
} from '../../warehouse/index.ts'
import { inlineValues } from './inline-values.ts'

/** Who asks: the console that is served, the nightly run, or another command. */
export type Asker = 'console' | 'nightly' | 'command'

let asker: Asker = 'command'

/** Says who asks from now on in this process; what is asked is kept by who asks. */
export function askAs(name: Asker): void {
  asker = name
}

/** What is asked of the database of one store in this process. */
export interface StoreWatch {
  readonly onStatement: OnStatement
  /** Takes up what was asked since the last time, while the database is open, and keeps it at times. */
  settle(db: Database): Promise<void>
}

interface Seen {
  readonly statement: KnownStatement
  readonly run: watch.RunSeen
}

const TEMPLATES = 2000
const SAVE_MS = 30_000
const SEED = 1
/** Statements that wait to be taken up; a work that asks more is known by these. */
const MOST_WAITING = 10_000

const watches = new Map<string, StoreWatch & { save(): void }>()
// Trees are read once a process, however many stores it opens.
const templates = watch.createTemplates(TEMPLATES)

function saveAll(): void {
  for (const { save } of watches.values()) save()
}

/** The watch over the database at a path; `folder` is where it is kept. One a process and path. */
export function watchOf(databasePath: string): StoreWatch {
  const known = watches.get(databasePath)
  if (known !== undefined) return known
  if (watches.size === 0) process.once('exit', saveAll)
  const made = createWatch(join(dirname(databasePath), 'warehouse'))
  watches.set(databasePath, made)
  return made
}

function createWatch(folder: string): StoreWatch & { save(): void } {
  const recorders = new Map<Asker, watch.Recorder>()
  const recorderOf = (name: Asker) => {
    const known = recorders.get(name)
    if (known !== undefined) return known
    const saved = readSaved(fileOf(folder, name))
    const made = watch.createRecorder({ seed: SEED, ...(saved === undefined ? {} : { saved }) })
    recorders.set(name, made)
    return made
  }
  let waiting: Seen[] = []
  let savedAt = Number.NEGATIVE_INFINITY
  let isUnsaved = false
  const save = () => {
    if (!isUnsaved || !existsSync(dirname(folder))) return
    mkdirSync(folder, { recursive: true })
    for (const [name, recorder] of recorders) {
      writeFileWhole(fileOf(folder, name), JSON.stringify(recorder.save()))
    }
    isUnsaved = false
  }
  return {
    save,
    onStatement({ sql, values, replacedBy: _by, replacementFailed: _why, ...run }) {
      if (waiting.length >= MOST_WAITING) return
      const statement = templates.know(inlineValues(sql, values))
      waiting.push({ statement, run: { ...run, askedBy: asker } })
    },
    async settle(db) {
      const taken = waiting
      waiting = []
      for (const { statement, run } of taken) {
        const met = templates.isMet(statement)
          ? statement
          : (await templates.meet(statement, db)).statement
        recorderOf(asker).observe(met, run)
        isUnsaved = true
      }
      // What settling itself asked is no one's question.
      waiting = []
      const now = performance.now()
      if (now - savedAt < SAVE_MS) return
      savedAt = now
      save()
    },
  }
}

const fileOf = (folder: string, name: Asker) => join(folder, `asked-${name}.json`)

function readSaved(file: string): watch.SavedRecorder | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', `${file} cannot be read`, {
      file,
      next: 'Delete it: what is asked is watched anew.',
      cause,
    })
  }
}

/**
 * What was asked of a store's database, by whoever asked it; undefined where nothing was kept.
 * Throws ERR_STORE_DAMAGED.
 */
export function readWorkload(databasePath: string): Workload | undefined {
  const folder = join(dirname(databasePath), 'warehouse')
  if (!existsSync(folder)) return undefined
  const parts = readdirSync(folder)
    .filter((name) => /^asked-\w+\.json$/.test(name))
    .sort()
    .map((name) => {
      const saved = readSaved(join(folder, name))!
      return watch.createRecorder({ seed: SEED, saved }).workload()
    })
    .filter(({ templates }) => templates.length > 0)
  return parts.length === 0 ? undefined : parts.reduce(mergedWorkloads)
}

/** Two workloads as one; medians of a template that both have are weighed by its runs. */
export function mergedWorkloads(a: Workload, b: Workload): Workload {
  const byFingerprint = new Map(a.templates.map((load) => [load.template.fingerprint, load]))
  for (const load of b.templates) {
    const known = byFingerprint.get(load.template.fingerprint)
    byFingerprint.set(
      load.template.fingerprint,
      known === undefined ? load : mergedLoads(known, load),
    )
  }
  return {
    templates: [...byFingerprint.values()].sort((x, y) => y.totalCpuMs - x.totalCpuMs),
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}

function mergedLoads(a: TemplateLoad, b: TemplateLoad): TemplateLoad {
  const count = a.count + b.count
  const weighed = (x: number, y: number) => (x * a.count + y * b.count) / count
  const [larger, smaller] = a.totalCpuMs >= b.totalCpuMs ? [a, b] : [b, a]
  return {
    ...larger,
    template: larger.template.tables.length > 0 ? larger.template : smaller.template,
    count,
    failures: a.failures + b.failures,
    totalCpuMs: a.totalCpuMs + b.totalCpuMs,
    p50CpuMs: weighed(a.p50CpuMs, b.p50CpuMs),
    p95CpuMs: Math.max(a.p95CpuMs, b.p95CpuMs),
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    sample: [...larger.sample, ...smaller.sample],
  }
}
