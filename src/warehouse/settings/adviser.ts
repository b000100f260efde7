import { availableParallelism } from 'node:os'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import { type Database, quoteText } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import type { Action, Advice, AdviseOptions, Adviser, TemplateLoad, Workload } from '../types.ts'
import { settingsCandidates, settingsLeastGain, settingsSearchMs } from './knobs.ts'
import { type SettingsFound, searchSettings } from './search.ts'
import { type Assignment, candidateAssignments, duckdbSettings, type Objective } from './space.ts'

export interface SettingsAdviserOptions {
  readonly objective: Objective
  readonly knobs?: KnobSettings
}

const DAY_MS = 86_400_000
/** Statements replayed at most; each stands for its template's share of the work. */
const MOST_STATEMENTS = 60
/** With fewer there is nothing to judge on that was not searched on. */
const LEAST_STATEMENTS = 2
const SEARCH_PART = 0.5

/**
 * Searches DuckDB's settings on replayed statements of the workload and proposes those that gain for
 * sure on others. A setting lasts as long as the database is open: whoever opens it applies it again.
 */
export function settingsAdviser(options: SettingsAdviserOptions): Adviser {
  return {
    kind: 'knob',
    advise: (workload, db, adviseOptions) => advise(workload, db, adviseOptions, options),
  }
}

interface Piece {
  readonly sql: string
  /** CPU of the workload that it stands for over its own. */
  readonly weight: number
}

async function advise(
  workload: Workload,
  db: Database,
  options: AdviseOptions,
  { objective, knobs = {} }: SettingsAdviserOptions,
): Promise<Advice> {
  const pieces = piecesOf(workload)
  if (pieces.length < LEAST_STATEMENTS) {
    return refused(
      `${pieces.length} kinds of statements can be replayed; it takes ${LEAST_STATEMENTS}`,
    )
  }
  const settings = duckdbSettings(objective, availableParallelism())
  const standing = await standingValues(
    db,
    settings.map(({ name }) => name),
  )
  const known = settings.filter(({ name }) => name in standing)
  const random = createRandom(options.seed).split('settings candidates')
  const searchPieces = Math.max(1, Math.floor(SEARCH_PART * pieces.length))
  const budget = readKnob(settingsSearchMs, knobs)
  const startedAt = cpuNow()
  const found = await searchSettings({
    candidates: candidateAssignments(known, standing, readKnob(settingsCandidates, knobs), random),
    searchPieces,
    judgePieces: pieces.length - searchPieces,
    cost: (assignment, piece) => costUnder(db, assignment, standing, pieces[piece]!, objective),
    isSpent: () => cpuNow() - startedAt > budget,
    leastGain: readKnob(settingsLeastGain, knobs),
    seed: options.seed,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  if (found === undefined) return refused('no other setting could be tried')
  if (!found.isSure) return refused(reasonAgainst(found))
  return { actions: [actionOf(found, standing, workload, cpuNow() - startedAt)], refusals: [] }
}

const refused = (reason: string): Advice => ({
  actions: [],
  refusals: [{ kind: 'knob', target: 'settings of the database', reason }],
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function reasonAgainst({ assignment, gain, interval, judged }: SettingsFound): string {
  return `the best found (${textOf(assignment)}) saves ${percent(gain)} (${percent(interval[0])} to ${percent(interval[1])}) on ${judged} other statements: not sure enough`
}

const textOf = (assignment: Assignment): string =>
  Object.entries(assignment)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

/** Statements to replay, every second of them for the search, the others to judge. */
function piecesOf(workload: Workload): readonly Piece[] {
  const usable = workload.templates.filter(
    ({ template, example, failures, count }) =>
      template.kind === 'select' && example !== undefined && failures < count,
  )
  const pieces = usable.slice(0, MOST_STATEMENTS).map((load) => pieceOf(load))
  // The dearest first: searching takes places 0, 2, 4 …, judging 1, 3, 5 …
  const half = (odd: number) => pieces.filter((_, i) => i % 2 === odd)
  return [
    ...half(0).slice(0, Math.floor(pieces.length / 2)),
    ...half(1),
    ...half(0).slice(Math.floor(pieces.length / 2)),
  ]
}

const pieceOf = ({ example, totalCpuMs, p50CpuMs }: TemplateLoad): Piece => ({
  sql: example!,
  weight: totalCpuMs / Math.max(0.01, p50CpuMs),
})

async function standingValues(db: Database, names: readonly string[]): Promise<Assignment> {
  const list = names.map(quoteText).join(', ')
  const rows = await db.rows<{ name: string; value: string }>(
    `SELECT name, value FROM duckdb_settings() WHERE name IN (${list})`,
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** Cost of a statement under an assignment, times what it stands for; the settings stand again after it. */
async function costUnder(
  db: Database,
  assignment: Assignment,
  standing: Assignment,
  piece: Piece,
  objective: Objective,
): Promise<number> {
  for (const [name, value] of Object.entries(assignment)) {
    await db.run(`SET ${name} = ${quoteText(value)}`)
  }
  try {
    const [cpu, wall] = [cpuNow(), performance.now()]
    await db.answer(piece.sql)
    return piece.weight * (objective === 'cpu' ? cpuNow() - cpu : performance.now() - wall)
  } catch {
    // A statement that fails under a setting must not win by it.
    return Number.MAX_SAFE_INTEGER
  } finally {
    for (const name of Object.keys(assignment)) {
      await db.run(`SET ${name} = ${quoteText(standing[name]!)}`)
    }
  }
}

function actionOf(
  found: SettingsFound,
  standing: Assignment,
  workload: Workload,
  searchCpuMs: number,
): Action {
  const days = Math.max(1 / 24, (workload.toMs - workload.fromMs) / DAY_MS)
  const total = workload.templates.reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0)
  const gain = {
    savedCpuMsPerDay: (found.gain * total) / days,
    upkeepCpuMsPerDay: 0,
    buildCpuMs: searchCpuMs,
    storageBytes: 0,
  }
  const names = Object.keys(found.assignment)
  return {
    actionId: `settings-${names.join('-')}`,
    kind: 'knob',
    target: names.join(', '),
    summary: textOf(found.assignment),
    reasons: [
      `saves ${percent(found.gain)} (${percent(found.interval[0])} to ${percent(found.interval[1])}) on ${found.judged} statements that were not searched on`,
      'lasts while the database is open; set again whenever it is opened',
    ],
    fingerprints: workload.templates.map(({ template }) => template.fingerprint),
    predicted: gain,
    measured: gain,
    apply: Object.entries(found.assignment).map(
      ([name, value]) => `SET ${name} = ${quoteText(value)}`,
    ),
    undo: names.map((name) => `SET ${name} = ${quoteText(standing[name]!)}`),
    definition: JSON.stringify(found.assignment),
  }
}
