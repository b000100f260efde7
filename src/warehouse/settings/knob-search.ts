import { StorewrightError } from '../../core/errors.ts'
import type { Knob, KnobSettings } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Answer } from '../../core/sql/answer.ts'
import { compareAnswers } from '../replay/compare.ts'
import { knobsAsSettings, knobsOf } from './knob-space.ts'
import { type SettingsFound, searchSettings, type Took } from './search.ts'
import { type Assignment, candidateAssignments } from './space.ts'

/** A statement of a piece of work and what it was answered; undefined: it failed. */
export interface Answered {
  readonly sql: string
  readonly answer: Answer | undefined
}

/** What a piece of work took and what it was answered. */
export interface Visit extends Took {
  readonly answered: readonly Answered[]
}

export interface KnobSearch {
  /** Knobs that change speed and never results. */
  readonly knobs: readonly Knob[]
  /** Values that stand; what is absent has its default. */
  readonly standing: KnobSettings
  /** Does a piece of work under what stands with `set` in its place; the same piece, the same work. */
  readonly visit: (set: KnobSettings, piece: number) => Promise<Visit>
  /** Time the search may take, ms by `clock`. */
  readonly limitMs: number
  readonly clock: () => number
  readonly mostCandidates: number
  /** Share of the CPU below which nothing is changed. */
  readonly leastGain: number
  readonly seed: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** What came of a search: knobs to set with their gain, or why none. */
export type KnobsOutcome =
  | { readonly set: KnobSettings; readonly found: SettingsFound<Assignment>; readonly out: number }
  | { readonly reason: string; readonly out: number }

/** With fewer that judge, chance decides. */
const LEAST_JUDGING = 8
const MOST_JUDGING = 60
const LEAST_CANDIDATES = 3
/** Runs of each piece that judges: one for its answers, twice each way. */
const RUNS_A_JUDGE = 5
const SEARCH_PART = 0.5
/** Part of the limit that is planned with: visits take longer under some candidates. */
const PLANNED = 0.85
/** Kept for the piece in hand. */
const LAST_PART = 0.05
const FAILED: Took = { cpuMs: Number.MAX_SAFE_INTEGER, wallMs: Number.MAX_SAFE_INTEGER }

/**
 * Searches knobs of speed by successive halving on replayed work, in turn with what stands, and judges
 * the best on other work (`searchSettings`). A candidate under which any statement answers otherwise is
 * out. Ends within the limit; throws ERR_CANCELLED when stopped.
 */
export async function searchKnobs(search: KnobSearch): Promise<KnobsOutcome> {
  const { clock, limitMs, onProgress } = search
  const endsAt = clock() + limitMs
  const trial = createKnobTrial(search, endsAt)
  const plan = planWithin(limitMs, await visitMs(search), search.mostCandidates)
  if (typeof plan === 'string') return { reason: plan, out: 0 }
  const space = knobsAsSettings(search.knobs, search.standing)
  const random = createRandom(search.seed).split('knob candidates')
  const candidates = candidateAssignments(space, {}, plan.candidates, random)
  if (candidates.length < 2) return { reason: 'the work reads no knob of speed', out: 0 }
  const searchEndsAt = endsAt - (1 - SEARCH_PART) * limitMs
  const found = await orOver(() =>
    searchSettings({
      ...{ candidates, objective: 'cpu', seed: search.seed, leastGain: search.leastGain },
      ...{ searchPieces: plan.searching, judgePieces: plan.judging },
      cost: async (assignment, piece) => {
        onProgress?.(Math.round(limitMs - (endsAt - clock())), limitMs, trial.textOf(assignment))
        return trial.cost(assignment, piece)
      },
      isSpent: () => clock() > searchEndsAt,
      isOver: () => clock() > endsAt - LAST_PART * limitMs,
      ...(search.signal === undefined ? {} : { signal: search.signal }),
    }),
  )
  const out = trial.out.size
  if (found === 'over') return { reason: 'the time was over before the best was judged', out }
  if (found === undefined) return { reason: 'no other value could be tried', out }
  const against = reasonAgainst(found, trial)
  return against === undefined
    ? { set: knobsOf(found.assignment), found, out }
    : { reason: against, out }
}

interface Trial {
  readonly out: ReadonlySet<string>
  cost(assignment: Assignment, piece: number): Promise<Took>
  textOf(assignment: Assignment): string
}

const TIME_IS_OVER = new StorewrightError('ERR_CANCELLED', 'the time of the search is over')

function createKnobTrial({ visit, clock, signal }: KnobSearch, endsAt: number): Trial {
  const out = new Set<string>()
  let known: { readonly piece: number; readonly answered: readonly Answered[] } | undefined
  const textOf = (assignment: Assignment) =>
    Object.entries(assignment)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ') || 'what stands'
  return {
    out,
    textOf,
    async cost(assignment, piece) {
      throwIfStopped(signal)
      if (clock() > endsAt) throw TIME_IS_OVER
      if (out.has(textOf(assignment))) return FAILED
      // The first run reads what the others find in memory, and says what the answers are.
      if (known?.piece !== piece) known = { piece, answered: (await visit({}, piece)).answered }
      const { cpuMs, wallMs, answered } = await visit(knobsOf(assignment), piece)
      if (areAlike(known.answered, answered)) return { cpuMs, wallMs }
      // What stands may not repeat itself either: then the piece tells nothing of anybody.
      if (Object.keys(assignment).length === 0) return { cpuMs, wallMs }
      out.add(textOf(assignment))
      return FAILED
    },
  }
}

function areAlike(a: readonly Answered[], b: readonly Answered[]): boolean {
  return a.every(({ sql, answer }, i) => {
    const other = b[i]?.answer
    if (answer === undefined || other === undefined) return answer === other
    return compareAnswers(sql, answer, other) === 'same'
  })
}

/** What a piece takes under what stands, ms by the clock: the second run, so that memory is warm. */
async function visitMs({ visit, clock }: KnobSearch): Promise<number> {
  await visit({}, 0)
  const startedAt = clock()
  await visit({}, 0)
  return Math.max(0.1, clock() - startedAt)
}

interface Plan {
  readonly candidates: number
  readonly searching: number
  readonly judging: number
}

/** As many candidates and pieces as fit; the reason where too few do. */
function planWithin(limitMs: number, eachMs: number, mostCandidates: number): Plan | string {
  const visits = (PLANNED * limitMs) / eachMs
  const judging = Math.min(MOST_JUDGING, Math.floor(((1 - SEARCH_PART) * visits) / RUNS_A_JUDGE))
  for (let candidates = mostCandidates; candidates >= LEAST_CANDIDATES; candidates--) {
    // Candidates halve as pieces double: a piece is run by about two in each rung, and for its answers.
    const rungs = Math.ceil(Math.log2(candidates))
    const searching = Math.floor((SEARCH_PART * visits) / (2 * rungs + 1))
    if (judging < LEAST_JUDGING || searching < 2 ** (rungs - 1)) continue
    return { candidates, searching: Math.min(searching, 8 * 2 ** (rungs - 1)), judging }
  }
  const least = Math.ceil((2 * LEAST_JUDGING * RUNS_A_JUDGE * eachMs) / PLANNED / 1000)
  return `the time is too short: one piece of the work takes ${eachMs.toFixed(0)} ms, a search at least ${least} s (--seconds)`
}

async function orOver<T>(work: () => Promise<T>): Promise<T | 'over'> {
  try {
    return await work()
  } catch (error) {
    if (error === TIME_IS_OVER) return 'over'
    throw error
  }
}

function reasonAgainst(
  { assignment, gain, interval, judged, isSure }: SettingsFound<Assignment>,
  { out, textOf }: Trial,
): string | undefined {
  const text = textOf(assignment)
  if (out.has(text)) return `the best found (${text}) answers a statement otherwise`
  if (judged < LEAST_JUDGING) {
    return `the time was over when ${judged} pieces of work had judged the best found (${text}), of ${LEAST_JUDGING} at least`
  }
  if (isSure) return undefined
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return `the best found (${text}) saves ${percent(gain)} (${percent(interval[0])} to ${percent(interval[1])}) on ${judged} other pieces of work: not sure enough`
}
