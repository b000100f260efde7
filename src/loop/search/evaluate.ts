import { DAY_MS, formatDay } from '../../core/calendar.ts'
import type { LoggedSearch } from './log.ts'
import { reciprocalRank } from './report.ts'

/** How the searches of a day went, and which models answered them. */
export interface EvaluatedDay {
  readonly day: string
  readonly searches: number
  readonly versions: readonly number[]
  /** Share of searches with a click. */
  readonly withClick: number
  readonly withPurchase: number
  readonly empty: number
  /** Mean of 1 / position of the first click, 0 without one. */
  readonly reciprocalRank: number
}

/** A difference of two means with its 95 % interval. */
export interface Gain {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface StoreEvaluation {
  readonly days: readonly EvaluatedDay[]
  /** The last day less the first, undefined with fewer than two days. */
  readonly sinceFirstDay: { readonly reciprocalRank: Gain; readonly withClick: Gain } | undefined
}

/** What the searches that the store answered itself say, day by day. */
export function evaluateLog(log: readonly LoggedSearch[]): StoreEvaluation {
  const byDay = new Map<number, LoggedSearch[]>()
  for (const search of log) {
    if (search.imported) continue
    const day = Math.floor(search.record.at / DAY_MS)
    const list = byDay.get(day)
    if (list === undefined) byDay.set(day, [search])
    else list.push(search)
  }
  const days = [...byDay].sort(([a], [b]) => a - b)
  const [first, last] = [days[0]?.[1], days.at(-1)?.[1]]
  return {
    days: days.map(([day, list]) => evaluateDay(formatDay(day), list)),
    sinceFirstDay:
      days.length < 2
        ? undefined
        : {
            reciprocalRank: gainOf(last!.map(reciprocalRank), first!.map(reciprocalRank)),
            withClick: gainOf(last!.map(hasClick), first!.map(hasClick)),
          },
  }
}

const hasClick = ({ events }: LoggedSearch) => Number(events.some(({ kind }) => kind === 'click'))

function evaluateDay(day: string, list: readonly LoggedSearch[]): EvaluatedDay {
  const share = (holds: (search: LoggedSearch) => boolean) =>
    list.filter(holds).length / list.length
  return {
    day,
    searches: list.length,
    versions: [...new Set(list.map(({ record }) => record.version))].sort((a, b) => a - b),
    withClick: share((search) => hasClick(search) === 1),
    withPurchase: share(({ events }) => events.some(({ kind }) => kind === 'purchase')),
    empty: share(({ total }) => total === 0),
    reciprocalRank: list.reduce((sum, search) => sum + reciprocalRank(search), 0) / list.length,
  }
}

/** Mean of `a` less that of `b`, searches taken as independent (Welch, normal quantile). */
function gainOf(a: readonly number[], b: readonly number[]): Gain {
  const [of, other] = [momentsOf(a), momentsOf(b)]
  const mean = of.mean - other.mean
  const half = 1.96 * Math.sqrt(of.variance / a.length + other.variance / b.length)
  return { mean, low: mean - half, high: mean + half }
}

function momentsOf(values: readonly number[]): {
  readonly mean: number
  readonly variance: number
} {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: squares / Math.max(1, values.length - 1) }
}
