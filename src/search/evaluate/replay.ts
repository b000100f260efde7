import { requireArgument } from '../../core/errors.ts'
import { bandits } from '../../learn/index.ts'
import type { FeedbackEvent, SearchRecord } from '../feedback/events.ts'
import {
  type ChoiceProbability,
  kindRewards,
  type PolicyRequest,
  rewardOf,
} from '../policy/door.ts'

/** A policy as a replay asks it: what it would have chosen, with which probabilities. */
export interface ReplayedPolicy {
  readonly name: string
  distribution(record: SearchRecord): readonly ChoiceProbability[]
}

/** What a logged search earned, and what the policy asked about would have done. */
interface ReplayRow {
  readonly record: SearchRecord
  readonly reward: number
  readonly options: readonly ChoiceProbability[]
  readonly probability: number
}

export interface ReplayResult {
  readonly policy: string
  readonly searches: number
  /** Mean reward of the log as it was. */
  readonly logged: number
  readonly estimates: readonly bandits.OffPolicyEstimate[]
  readonly overlap: bandits.Overlap
}

export interface ReplayOptions extends bandits.OffPolicyOptions {
  /** What each kind of act counts. By default the knobs. */
  readonly kinds?: ReturnType<typeof kindRewards>
  /** Parts of the log by which the reward model is cross-fitted. Default 2. */
  readonly folds?: number
}

/**
 * What another policy would have earned on a log of searches and what followed them: IPS, clipped
 * IPS, SNIPS, direct, doubly robust and switch-DR with intervals, and how well the log covers the
 * policy. Choices are matched by their arms and counts, so a renamed choice is the same choice. The
 * sessions of a log are counted once by the intervals. Throws ERR_ARGUMENT on fewer than two searches.
 */
export function replayLog(
  records: readonly SearchRecord[],
  events: readonly FeedbackEvent[],
  policy: ReplayedPolicy,
  options: ReplayOptions = {},
): ReplayResult {
  requireArgument(records.length >= 2, `a log of ${records.length} searches: replay at least two`)
  const rows = rowsOf(records, events, policy, options.kinds ?? kindRewards())
  const model = fitRewards(rows, options.folds ?? 2)
  const log: bandits.OffPolicyLog = {
    rewards: Float64Array.from(rows, ({ reward }) => reward),
    weights: bandits.importanceWeights(
      Float64Array.from(rows, ({ probability }) => probability),
      Float64Array.from(rows, ({ record }) => record.propensity),
    ),
    predictedLogged: Float64Array.from(rows, ({ record }, i) => model(i, keyOf(record.shares))),
    predictedTarget: Float64Array.from(rows, (row, i) =>
      row.options.reduce(
        (sum, { shares, probability }) => sum + probability * model(i, keyOf(shares)),
        0,
      ),
    ),
    clusters: sessionsOf(records),
  }
  const unsupported = unsupportedOf(rows)
  const { estimates, overlap } = bandits.evaluateOffPolicy(log, { ...options, unsupported })
  const logged = log.rewards.reduce((a, b) => a + b, 0) / rows.length
  return { policy: policy.name, searches: rows.length, logged, estimates, overlap }
}

/** A policy that answers requests, asked about logged searches; `requestFor` makes the request again. */
export function replayedPolicy(
  policy: {
    readonly name: string
    distribution(request: PolicyRequest): readonly ChoiceProbability[]
  },
  requestFor: (record: SearchRecord) => PolicyRequest,
): ReplayedPolicy {
  return { name: policy.name, distribution: (record) => policy.distribution(requestFor(record)) }
}

function rowsOf(
  records: readonly SearchRecord[],
  events: readonly FeedbackEvent[],
  policy: ReplayedPolicy,
  kinds: ReturnType<typeof kindRewards>,
): ReplayRow[] {
  const byQuery = new Map<string, FeedbackEvent[]>()
  for (const event of events) {
    const known = byQuery.get(event.queryId)
    if (known === undefined) byQuery.set(event.queryId, [event])
    else known.push(event)
  }
  return records.map((record) => {
    const options = policy.distribution(record)
    const key = keyOf(record.shares)
    const same = options.filter(({ shares }) => keyOf(shares) === key)
    return {
      record,
      reward: rewardOf(record, byQuery.get(record.queryId) ?? [], kinds).reward,
      options,
      probability: Math.min(
        1,
        same.reduce((sum, { probability }) => sum + probability, 0),
      ),
    }
  })
}

const keyOf = (shares: SearchRecord['shares']) =>
  shares.map(({ arm, count }) => `${arm}:${count}`).join('+')

/** Searches that the mean of all counts in the rate of a choice. */
const CHOICE_PRIOR = 50
/** And that the rate of the choice counts in that of a choice on one query. */
const QUERY_PRIOR = 20

/** Reward by choice and query, shrunk to the choice and to all; each row's from the other folds. */
function fitRewards(
  rows: readonly ReplayRow[],
  folds: number,
): (row: number, key: string) => number {
  const parts = Array.from(
    { length: Math.max(2, folds) },
    () => new Map<string, [sum: number, count: number]>(),
  )
  const add = (part: Map<string, [number, number]>, key: string, reward: number) => {
    const entry = part.get(key) ?? [0, 0]
    part.set(key, [entry[0] + reward, entry[1] + 1])
  }
  rows.forEach(({ record, reward }, i) => {
    const key = keyOf(record.shares)
    parts.forEach((part, fold) => {
      if (i % parts.length === fold) return
      add(part, '', reward)
      add(part, key, reward)
      add(part, `${key}\t${record.text}`, reward)
    })
  })
  return (row, key) => {
    const part = parts[row % parts.length]!
    const rate = (name: string, prior: number, weight: number) => {
      const [sum, count] = part.get(name) ?? [0, 0]
      return (sum + prior * weight) / (count + weight)
    }
    const all = rate('', 0, 1e-9)
    const choice = rate(key, all, CHOICE_PRIOR)
    return rate(`${key}\t${rows[row]!.record.text}`, choice, QUERY_PRIOR)
  }
}

/** Number of the session of each search; a search without one stands alone. */
function sessionsOf(records: readonly SearchRecord[]): Int32Array {
  const numbers = new Map<string, number>()
  return Int32Array.from(records, ({ sessionId }, i) => {
    const key = sessionId === undefined ? `\t${i}` : sessionId
    if (!numbers.has(key)) numbers.set(key, numbers.size)
    return numbers.get(key)!
  })
}

/** Probability that the policy puts on choices that the log never made at all. */
function unsupportedOf(rows: readonly ReplayRow[]): Float64Array {
  const made = new Set(rows.map(({ record }) => keyOf(record.shares)))
  return Float64Array.from(rows, ({ options }) =>
    options.reduce(
      (sum, { shares, probability }) => sum + (made.has(keyOf(shares)) ? 0 : probability),
      0,
    ),
  )
}
