import { readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { messageOf, startWatch } from '../../core/sql/observe.ts'
import type { KnownStatement, Workload } from '../types.ts'
import { createRecorder, createTemplates, type LogEntry } from '../watch/door.ts'
import { measureStatements } from './knobs.ts'

export interface LogWorkloadOptions {
  readonly seed: number
  /** Epoch ms; a log without times counts as the day before it. */
  readonly now: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

interface Ran {
  readonly cpuMs: number
  readonly rows: number
  readonly failed?: string
}

const DAY_MS = 86_400_000
const TEMPLATES = 100_000

/**
 * The workload of a log on this database: some statements of each template that only reads are run to
 * know what they take, the others of it count as their mean. What fails is kept as failed. Throws
 * ERR_CANCELLED when stopped.
 */
export async function workloadOfLog(
  db: Database,
  entries: readonly LogEntry[],
  { seed, now, signal, onProgress }: LogWorkloadOptions,
): Promise<Workload> {
  const known = await knowAll(db, entries)
  const chosen = chooseRuns(known, readKnob(measureStatements))
  const ran = new Map<number, Ran>()
  for (const [done, i] of chosen.entries()) {
    throwIfStopped(signal)
    onProgress?.(done, chosen.length)
    ran.set(i, await runOnce(db, known[i]!.sql))
  }
  const means = meansOf(known, ran)
  const recorder = createRecorder({ seed })
  for (const [i, statement] of known.entries()) {
    const mean = means.get(statement.template.fingerprint)
    const own = ran.get(i)
    const cpuMs = own?.cpuMs ?? mean?.cpuMs ?? entries[i]!.durationMs ?? 0
    const failed = own === undefined ? mean?.failed : own.failed
    recorder.observe(statement, {
      at: entries[i]!.at ?? now - DAY_MS + (i * DAY_MS) / entries.length,
      ...{ wallMs: cpuMs, cpuMs, rowsReturned: own?.rows ?? 0 },
      ...(failed === undefined ? {} : { failed }),
    })
  }
  const workload = recorder.workload()
  const hasTimes = entries.some(({ at }) => at !== undefined)
  return hasTimes ? workload : { ...workload, fromMs: now - DAY_MS, toMs: now }
}

async function knowAll(
  db: Database,
  entries: readonly LogEntry[],
): Promise<readonly KnownStatement[]> {
  const templates = createTemplates(TEMPLATES)
  const known: KnownStatement[] = []
  for (const { sql } of entries) {
    const statement = templates.know(sql)
    known.push(
      templates.isMet(statement) ? statement : (await templates.meet(statement, db)).statement,
    )
  }
  return known
}

/** Places of statements to run: of each template that reads, evenly up to `most`. */
function chooseRuns(known: readonly KnownStatement[], most: number): readonly number[] {
  const places = new Map<string, number[]>()
  for (const [i, { template }] of known.entries()) {
    if (template.kind !== 'select') continue
    const list = places.get(template.fingerprint) ?? []
    list.push(i)
    places.set(template.fingerprint, list)
  }
  return [...places.values()].flatMap((list) => {
    const count = Math.min(most, list.length)
    return Array.from({ length: count }, (_, k) => list[Math.floor((k * list.length) / count)]!)
  })
}

async function runOnce(db: Database, sql: string): Promise<Ran> {
  const stop = startWatch()
  try {
    const { rowCount } = await db.answer(sql)
    const { cpuMs, wallMs } = stop()
    return { cpuMs: cpuMs ?? wallMs, rows: rowCount }
  } catch (error) {
    const { cpuMs, wallMs } = stop()
    return { cpuMs: cpuMs ?? wallMs, rows: 0, failed: messageOf(error) }
  }
}

/** What the runs of each template took on average; failed where all of them did. */
function meansOf(
  known: readonly KnownStatement[],
  ran: ReadonlyMap<number, Ran>,
): ReadonlyMap<string, { readonly cpuMs: number; readonly failed?: string }> {
  const runs = new Map<string, Ran[]>()
  for (const [i, run] of ran) {
    const { fingerprint } = known[i]!.template
    runs.set(fingerprint, [...(runs.get(fingerprint) ?? []), run])
  }
  return new Map(
    [...runs].map(([fingerprint, list]) => {
      const good = list.filter(({ failed }) => failed === undefined)
      const counted = good.length > 0 ? good : list
      const cpuMs = counted.reduce((sum, run) => sum + run.cpuMs, 0) / counted.length
      const failed = good.length > 0 ? undefined : list[0]!.failed
      return [fingerprint, { cpuMs, ...(failed === undefined ? {} : { failed }) }]
    }),
  )
}
