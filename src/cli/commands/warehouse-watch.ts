import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { readWorkload, requireStore } from '../../loop/index.ts'
import { type Workload, watch } from '../../warehouse/index.ts'
import { wholeNumber } from '../options.ts'
import { printData } from '../output.ts'
import { atPlace, type PlaceOptions, withPlace } from './warehouse-place.ts'
import { describeProfile, type Profiled, profileDearest } from './warehouse-profile.ts'
import { perDay, table } from './warehouse-words.ts'

interface WatchOptions extends PlaceOptions {
  readonly log?: string
  readonly csv?: boolean
  readonly profile: boolean
  readonly most: number
  readonly seed: number
}

/** warehouse watch: what is asked, by template. */
export function addWarehouseWatch(warehouse: Command): void {
  withPlace(warehouse.command('watch'))
    .description('what is asked: statements by fingerprint, repetition, drift')
    .option('--log <file>', 'statements in order, JSON lines or SQL, with or without a database')
    .option('--csv', 'print templates as CSV')
    .option(
      '--profile',
      'run a statement of each template shown once more: rows, memory, bytes, estimates against what came',
      false,
    )
    .option('--most <number>', 'templates shown, the dearest first', wholeNumber(1), 20)
    .option('--seed <number>', 'same seed, same thresholds of drift', wholeNumber(0), 1)
    .addHelpText('after', EXAMPLES)
    .action(look)
}

const EXAMPLES = `
Examples:
  storewright warehouse watch --log queries.jsonl --database shop.duckdb
  storewright warehouse watch --store my-store --profile --most 5`

interface Seen {
  readonly workload: Workload
  readonly repetition?: ReturnType<watch.Recorder['repetition']>
  readonly drift?: watch.DriftReport
  readonly faults: readonly watch.LogFault[]
  /** Statements of the log that say how long they took; the others count as 1 ms. */
  readonly timed?: number
  /** With --profile: of the dearest templates. */
  readonly profiles?: readonly Profiled[]
}

async function look(options: WatchOptions): Promise<void> {
  const seen = await see(options)
  const templates = seen.workload.templates.slice(0, options.most)
  if (options.csv === true) {
    const rows = templates.map(({ template, count, failures, totalCpuMs, p50CpuMs, p95CpuMs }) => [
      ...[template.fingerprint, count, failures, totalCpuMs, p50CpuMs, p95CpuMs, template.sql],
    ])
    const header = ['fingerprint', 'statements', 'failures', 'cpu_ms', 'p50_ms', 'p95_ms', 'sql']
    process.stdout.write(`${table(header, rows)}\n`)
    return
  }
  const shown = templates.map(({ sample, ...load }) => ({ ...load, sampled: sample.length }))
  const { workload: _all, ...rest } = seen
  printData(options.json, { templates: shown, ...rest }, () => describe(seen, options.most))
}

async function see(options: WatchOptions): Promise<Seen> {
  const seen = await seeWorkload(options)
  if (!options.profile) return seen
  if (options.store === undefined && options.database === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'statements are profiled on a database', {
      next: 'Give --database FILE or --store DIR.',
    })
  }
  const profiles = await atPlace(options, 'read', (db) =>
    profileDearest(db, seen.workload, options.most),
  )
  return { ...seen, profiles }
}

async function seeWorkload(options: WatchOptions): Promise<Seen> {
  if (options.store !== undefined) {
    const workload = readWorkload(requireStore(options.store).database)
    return { workload: workload ?? { templates: [], fromMs: 0, toMs: 0 }, faults: [] }
  }
  if (options.log === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'there is nothing to watch', {
      next: 'Give --log FILE, or --store DIR.',
    })
  }
  const log = watch.readLog(options.log)
  if (options.database !== undefined) {
    return atPlace(options, 'read', (db) => seeLog(db, log, options.seed))
  }
  const db = await openDatabase(':memory:')
  try {
    return await seeLog(db, log, options.seed)
  } finally {
    db.close()
  }
}

/** The whole log, and its first half against its second. */
async function seeLog(db: Database, log: watch.ParsedLog, seed: number): Promise<Seen> {
  const templates = watch.createTemplates(100_000)
  const now = Date.now()
  const record = async (entries: watch.ParsedLog['entries'], faults: watch.ParsedLog['faults']) => {
    const recorder = watch.createRecorder({ seed })
    const found = await watch.watchLog({ entries, faults }, recorder, { templates, db, now })
    return { recorder, found }
  }
  const half = Math.floor(log.entries.length / 2)
  const all = await record(log.entries, log.faults)
  const earlier = await record(log.entries.slice(0, half), [])
  const later = await record(log.entries.slice(half), [])
  return {
    workload: all.recorder.workload(),
    repetition: all.recorder.repetition(),
    drift: watch.driftBetween(earlier.recorder.workload(), later.recorder.workload(), { seed }),
    faults: all.found,
    timed: log.entries.filter(({ durationMs }) => durationMs !== undefined).length,
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function describe(seen: Seen, most: number): string {
  const { workload, repetition, drift, faults, timed, profiles = [] } = seen
  const lines = workload.templates.slice(0, most).map(({ template, count, totalCpuMs }) => {
    const sql = template.sql.replace(/\s+/g, ' ').slice(0, 100)
    const line = `${template.fingerprint}  ${String(count).padStart(7)}  ${perDay(totalCpuMs).padStart(12)}  ${sql}`
    const profile = profiles.find(({ fingerprint }) => fingerprint === template.fingerprint)
    return profile === undefined ? line : `${line}\n  ${describeProfile(profile)}`
  })
  const rest = workload.templates.length - lines.length
  if (rest > 0) lines.push(`… and ${rest} templates more (--most shows them)`)
  if (lines.length === 0) lines.push('Nothing was asked yet.')
  else lines.unshift(`${'fingerprint'.padEnd(16)}  statements     in all`)
  if (repetition !== undefined) {
    const { statements, byTemplate, exact } = repetition
    lines.push(
      '',
      `${statements} statements: ${percent(byTemplate / Math.max(1, statements))} of a template asked before, ${percent(exact / Math.max(1, statements))} asked before to the letter.`,
    )
    if (timed !== undefined && timed < statements) {
      const those =
        timed === 0 ? 'The log says of none' : `The log does not say of ${statements - timed}`
      lines.push(`${those} how long they took: each counts as 1 ms.`)
    }
  }
  if (drift !== undefined) lines.push(describeDrift(drift))
  lines.push(...faults.slice(0, 20).map(({ line, message }) => `line ${line}: ${message}`))
  if (faults.length > 20) lines.push(`… and ${faults.length - 20} lines more that cannot be read`)
  return lines.join('\n')
}

function describeDrift({
  templates,
  appeared,
  vanished,
  constants,
  hasDrifted,
}: watch.DriftReport): string {
  if (!hasDrifted) return 'The second half asks what the first did.'
  const moved = constants.filter((constant) => constant.hasDrifted).length
  return `The second half differs: templates by ${percent(templates.distance)} (chance goes to ${percent(templates.threshold)}), ${appeared.length} new, ${vanished.length} gone, constants of ${moved} moved.`
}
