import type { KnobSettings } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { replay, settings, type Workload } from '../../warehouse/index.ts'
import { openServing } from './serving.ts'

/** A store's own questions, asked in visits through its door. */
export interface KnobWork {
  /** Names of knobs that the door reads on the way. */
  readonly read: ReadonlySet<string>
  /** Knobs as they stand. */
  readonly standing: KnobSettings
  /** Templates of its questions. */
  readonly fingerprints: readonly string[]
  visit(set: KnobSettings, piece: number): Promise<settings.Visit>
}

export interface KnobWorkOptions {
  readonly plain: Database
  readonly path: string
  readonly workload: Workload
  readonly knobs: KnobSettings
  /** Time that choosing the questions may take, ms by `clock`. */
  readonly budgetMs: number
  readonly clock: () => number
  readonly seed: number
  readonly signal?: AbortSignal
}

interface Recorded {
  readonly sql: string
  readonly fingerprint: string
  /** Runs of the record that it stands for. */
  readonly runs: number
  /** Of one run, as it was watched. */
  readonly expectedMs: number
}

interface Question extends Recorded {
  readonly cpuMs: number
}

const MOST_QUESTIONS = 120
const MOST_A_TEMPLATE = 4
/** Larger answers are not kept to compare. */
const MOST_ROWS = 50_000
const MOST_A_VISIT = 200
/** Of the budget: what a visit takes in CPU, about. */
const VISIT_PART = 0.02
const SILENT = { onStatement: () => {}, observe: () => {} }

/**
 * The work of a store for trying knobs: each visit opens what stands anew, as the store does, and asks
 * some of the questions that were watched, drawn by how often they came. Questions that fail, or answer
 * otherwise each time, or take longer than a visit may, are left out. A reason where there is nothing to ask.
 */
export async function knobWork(options: KnobWorkOptions): Promise<KnobWork | string> {
  const { plain, path, knobs, seed, clock } = options
  const visitMs = VISIT_PART * options.budgetMs
  const startedAt = clock()
  const isOver = () => clock() - startedAt > options.budgetMs
  const questions = await askable(options, visitMs, isOver)
  if (questions.length === 0) {
    return `no question of the record that takes less than ${visitMs.toFixed(0)} ms can be asked again; more time (--seconds) takes longer ones`
  }
  const read = new Set<string>()
  let standing: KnobSettings = knobs
  const door = (under: (standing: KnobSettings) => KnobSettings) =>
    openServing(plain, { path, mode: 'read', watch: SILENT, knobs, under })
  const first = await door((stands) => {
    standing = stands
    return settings.recordingReads(stands, (name) => read.add(name))
  })
  if (first === undefined) return 'nothing stands in the store’s database'
  for (const { sql } of questions) {
    await answerOf(first.database, sql)
    if (isOver()) break
  }
  const draw = drawing(questions)
  const size = visitSize(questions, visitMs)
  return {
    ...{ read, standing },
    fingerprints: [...new Set(questions.map(({ fingerprint }) => fingerprint))],
    async visit(set, piece) {
      throwIfStopped(options.signal)
      const random = createRandom(seed).split('visit').split(piece)
      const asked = Array.from({ length: size }, () => draw(random.next()))
      const [cpu, wall] = [cpuNow(), clock()]
      const serving = await door((stands) => ({ ...stands, ...set }))
      const answered: settings.Answered[] = []
      for (const { sql } of asked) {
        answered.push({ sql, answer: await answerOf(serving?.database ?? plain, sql) })
      }
      return { cpuMs: cpuNow() - cpu, wallMs: clock() - wall, answered }
    },
  }
}

const answerOf = (db: Database, sql: string): Promise<Answer | undefined> =>
  db.answer(sql).catch(() => undefined)

/** Questions of the record that repeat themselves, the dearest templates first, until the time is over. */
async function askable(
  { plain, workload, signal }: KnobWorkOptions,
  mostMs: number,
  isOver: () => boolean,
): Promise<readonly Question[]> {
  const found: Question[] = []
  for (const recorded of recordedIn(workload)) {
    throwIfStopped(signal)
    if (isOver()) break
    const { sql, expectedMs } = recorded
    if (expectedMs > mostMs) continue
    const once = await answerOf(plain, sql)
    if (once === undefined || once.rowCount > MOST_ROWS) continue
    const at = cpuNow()
    const again = await answerOf(plain, sql)
    const cpuMs = cpuNow() - at
    if (again === undefined || replay.compareAnswers(sql, once, again) !== 'same') continue
    if (cpuMs <= mostMs) found.push({ ...recorded, cpuMs })
  }
  return found
}

function recordedIn({ templates }: Workload): readonly Recorded[] {
  return templates
    .filter(({ template }) => template.kind === 'select')
    .flatMap(({ template: { fingerprint }, sample, example, count, failures, p50CpuMs }) => {
      const kept = sample.flatMap(({ sql, failed }) =>
        sql === undefined || failed !== undefined ? [] : [sql],
      )
      const texts = [...new Set(kept.length > 0 ? kept : example === undefined ? [] : [example])]
      const taken = texts.slice(-MOST_A_TEMPLATE)
      const runs = Math.max(1, count - failures) / taken.length
      return taken.map((sql): Recorded => ({ sql, fingerprint, runs, expectedMs: p50CpuMs }))
    })
    .slice(0, MOST_QUESTIONS)
}

/** As many questions a visit as take about so much CPU, ms. */
function visitSize(questions: readonly Question[], wantedMs: number): number {
  const runs = questions.reduce((sum, one) => sum + one.runs, 0)
  const mean = questions.reduce((sum, one) => sum + one.runs * one.cpuMs, 0) / runs
  return Math.max(1, Math.min(MOST_A_VISIT, Math.round(wantedMs / Math.max(0.05, mean))))
}

/** Draws a question by how often it came, from a number in [0, 1). */
function drawing(questions: readonly Question[]): (at: number) => Question {
  const until: number[] = []
  let sum = 0
  for (const { runs } of questions) {
    sum += runs
    until.push(sum)
  }
  return (at) => {
    const place = until.findIndex((end) => at * sum < end)
    return questions[place === -1 ? questions.length - 1 : place]!
  }
}
