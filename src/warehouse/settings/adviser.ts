import { availableParallelism, totalmem } from 'node:os'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import type { Action, Advice, AdviseOptions, Adviser, Workload } from '../types.ts'
import { fittingSettings } from './fitting.ts'
import {
  settingsCandidates,
  settingsLeastGain,
  settingsSearchMs,
  settingsSearchShare,
} from './knobs.ts'
import { type Piece, type Pieces, piecesWithin } from './pieces.ts'
import { type SettingsFound, searchSettings } from './search.ts'
import {
  type Assignment,
  bytesOf,
  candidateAssignments,
  duckdbSettings,
  memoryLimits,
  type Objective,
} from './space.ts'
import { type SettingsDefinition, setStatements, standingValues } from './standing.ts'
import { createTrial, type Trial } from './trial.ts'

export interface SettingsAdviserOptions {
  /** 'cpu' leaves threads alone: fewer of them always cost less CPU, and more time. */
  readonly objective: Objective
  readonly knobs?: KnobSettings
}

const DAY_MS = 86_400_000
const TARGET = 'settings of the database'

/**
 * Searches DuckDB's settings on replayed statements of the workload and proposes those that gain for
 * sure on others, with the same answers. The search costs no more than a share of what the workload
 * does. A setting lasts as long as the database is open: whoever opens it sets it again
 * (`createSettingsService`).
 */
export function settingsAdviser(options: SettingsAdviserOptions): Adviser {
  return {
    kind: 'knob',
    advise: (workload, db, adviseOptions) => advise(workload, db, adviseOptions, options),
  }
}

async function advise(
  workload: Workload,
  db: Database,
  options: AdviseOptions,
  { objective, knobs = {} }: SettingsAdviserOptions,
): Promise<Advice> {
  const startedAt = cpuNow()
  const asked = askedCpuMs(workload)
  const share = readKnob(settingsSearchShare, knobs)
  const budget = Math.min(readKnob(settingsSearchMs, knobs), share * asked)
  const chosen = piecesWithin(workload, budget, readKnob(settingsCandidates, knobs))
  if (chosen === undefined) {
    return refused(whyTooLittle(asked, share, budget))
  }
  const space = await spaceFor(workload, db, objective)
  const random = createRandom(options.seed).split('settings candidates')
  const candidates = candidateAssignments(...space, chosen.candidates, random)
  if (candidates.length < 2) return refused('no setting could speed its statements up')
  const trial = createTrial(db, space[1], chosen.pieces)
  const found = await searchSettings({
    ...{ candidates, objective, seed: options.seed, cost: trial.cost },
    searchPieces: chosen.searched,
    judgePieces: chosen.pieces.length - chosen.searched,
    isSpent: () => cpuNow() - startedAt > budget,
    leastGain: readKnob(settingsLeastGain, knobs),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  if (found === undefined) return refused('no other setting could be tried')
  const against = await reasonAgainst(found, trial, chosen)
  if (against !== undefined) return refused(against)
  const definition = { set: found.assignment, stood: pick(space[1], found.assignment) }
  return {
    actions: [actionOf(found, definition, workload, chosen, cpuNow() - startedAt)],
    refusals: [],
  }
}

/** Settings worth trying for a workload, and what stands of them. */
async function spaceFor(
  workload: Workload,
  db: Database,
  objective: Objective,
): Promise<readonly [ReturnType<typeof duckdbSettings>, Assignment]> {
  const { threads, memory_limit: limit } = await standingValues(db, ['threads', 'memory_limit'])
  const most = Math.min(availableParallelism(), Number(threads ?? 1))
  const bytes = bytesOf(limit)
  const limits = bytes === undefined ? [] : memoryLimits(bytes, mostHeld(workload), totalmem())
  const all = duckdbSettings(objective, most, limits)
  const standing = await standingValues(
    db,
    all.map(({ name }) => name),
  )
  const known = all.filter(({ name }) => name in standing)
  return [await fittingSettings(known, workload, db), standing]
}

/** The most memory that a statement of the record held, bytes; undefined: of none it is known. */
function mostHeld({ templates }: Workload): number | undefined {
  const held = templates.flatMap(({ sample }) =>
    sample.flatMap(({ memoryBytes }) => (memoryBytes === undefined ? [] : [memoryBytes])),
  )
  return held.length === 0 ? undefined : held.reduce((a, b) => Math.max(a, b))
}

const refused = (reason: string): Advice => ({
  actions: [],
  refusals: [{ kind: 'knob', target: TARGET, reason }],
})

const inWords = (ms: number): string =>
  ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Why nothing is searched: what is asked, beside the statements that new views answer, is too little. */
function whyTooLittle(askedMs: number, share: number, budgetMs: number): string {
  const limit =
    budgetMs < share * askedMs
      ? 'warehouse.settings-search-ms'
      : `${percent(share)} of it, warehouse.settings-search-share`
  return `the statements that are left for it take ${inWords(askedMs)} of CPU in all (those that new views answer are not among them): a search may take ${inWords(budgetMs)} (${limit}), too little to tell settings apart`
}

/** Why the best found is not proposed: no sure gain, or an answer that differs; undefined: it is. */
async function reasonAgainst(
  { assignment, gain, interval, judged, isSure }: SettingsFound<Assignment>,
  trial: Trial,
  { searched, pieces }: Pieces,
): Promise<string | undefined> {
  if (!isSure) {
    return `the best found (${textOf(assignment)}) saves ${percent(gain)} (${percent(interval[0])} to ${percent(interval[1])}) on ${judged} other statements: not sure enough`
  }
  for (let piece = searched; piece < pieces.length; piece++) {
    if (!(await trial.answersAlike(assignment, piece))) {
      return `${textOf(assignment)} answers a statement otherwise: ${pieces[piece]!.sql.slice(0, 200)}`
    }
  }
  return undefined
}

const textOf = (assignment: Assignment): string =>
  Object.entries(assignment)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

const pick = (values: Assignment, like: Assignment): Assignment =>
  Object.fromEntries(Object.keys(like).map((name) => [name, values[name]!]))

const askedCpuMs = ({ templates }: Workload): number =>
  templates.reduce((sum, load) => sum + (load.template.kind === 'select' ? load.totalCpuMs : 0), 0)

function actionOf(
  found: SettingsFound<Assignment>,
  definition: SettingsDefinition,
  workload: Workload,
  { pieces, searched }: Pieces,
  searchCpuMs: number,
): Action {
  const judged = new Set(pieces.slice(searched).map(({ fingerprint }: Piece) => fingerprint))
  // What was not judged is not counted as saved.
  const served = workload.templates.filter(({ template }) => judged.has(template.fingerprint))
  const days = Math.max(1 / 24, (workload.toMs - workload.fromMs) / DAY_MS)
  const gain = {
    savedCpuMsPerDay: (found.cpuGain * askedCpuMs({ ...workload, templates: served })) / days,
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
      `saves ${percent(found.cpuGain)} of CPU and ${percent(found.wallGain)} of time on ${found.judged} statements that were not searched on; sure of ${percent(found.interval[0])} to ${percent(found.interval[1])}`,
      'lasts while the database is open; set again whenever it is opened',
    ],
    fingerprints: [...judged],
    predicted: gain,
    measured: gain,
    apply: setStatements(definition.set),
    undo: setStatements(definition.stood),
    definition: JSON.stringify(definition),
  }
}
