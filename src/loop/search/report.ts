import { formatDay } from '../../core/calendar.ts'
import type { LoggedSearch } from './log.ts'

const DAY_MS = 86_400_000

/** How searches of a day, or of all, went. Rates are NaN where there were none. */
export interface SearchTally {
  /** ISO day; undefined for all days together. */
  readonly day: string | undefined
  readonly searches: number
  readonly withClick: number
  readonly withCart: number
  readonly withPurchase: number
  readonly empty: number
  /** Mean of 1 / position of the first click, 0 for a search without one. */
  readonly reciprocalRank: number
  readonly explored: number
}

/** A query text over all its searches. */
export interface QueryTally {
  readonly text: string
  readonly searches: number
  readonly withClick: number
  /** Mean position of clicks; NaN without any. */
  readonly meanPosition: number
  /** Mean number of matching products; NaN where it was not logged. */
  readonly results: number
}

/** What an arm brought to the searches that the store answered itself. */
export interface ArmTally {
  readonly arm: string
  readonly asked: number
  readonly shown: number
  readonly clicked: number
  readonly alone: number
}

export interface SearchLogReport {
  readonly all: SearchTally
  /** Oldest first. */
  readonly days: readonly SearchTally[]
  readonly unanswered: readonly QueryTally[]
  readonly unclicked: readonly QueryTally[]
  readonly frequent: readonly QueryTally[]
  readonly arms: readonly ArmTally[]
}

/** Rows of each list of queries. */
const LISTED = 50
/** Queries searched less often say nothing by not being clicked. */
const ENOUGH_SEARCHES = 5

/** What a log of searches says: rates by day, queries that find nothing or nothing clicked, arms. */
export function reportOf(log: readonly LoggedSearch[]): SearchLogReport {
  const days = new Map<string, LoggedSearch[]>()
  for (const search of log) push(days, formatDay(Math.floor(search.record.at / DAY_MS)), search)
  const queries = queryTallies(log)
  const byCount = (a: QueryTally, b: QueryTally) =>
    b.searches - a.searches || (a.text < b.text ? -1 : 1)
  return {
    all: tallyOf(undefined, log),
    days: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, list]) => tallyOf(day, list)),
    unanswered: queries
      .filter(({ results }) => results === 0)
      .sort(byCount)
      .slice(0, LISTED),
    unclicked: queries
      .filter(
        ({ results, withClick, searches }) =>
          results !== 0 && withClick === 0 && searches >= ENOUGH_SEARCHES,
      )
      .sort(byCount)
      .slice(0, LISTED),
    frequent: [...queries].sort(byCount).slice(0, LISTED),
    arms: armTallies(log),
  }
}

function tallyOf(day: string | undefined, log: readonly LoggedSearch[]): SearchTally {
  const share = (holds: (search: LoggedSearch) => boolean) => log.filter(holds).length / log.length
  const has = (kind: string) => (search: LoggedSearch) =>
    search.events.some((event) => event.kind === kind)
  return {
    day,
    searches: log.length,
    withClick: share(has('click')),
    withCart: share(has('add_to_cart')),
    withPurchase: share(has('purchase')),
    empty: share(({ total }) => total === 0),
    reciprocalRank: log.reduce((sum, search) => sum + reciprocalRank(search), 0) / log.length,
    explored: share(
      ({ record }) => record.choice !== 'default' && !record.choice.startsWith('imported'),
    ),
  }
}

/** 1 / position of the first click of a search, 0 without a click whose position is known. */
export function reciprocalRank({ events }: LoggedSearch): number {
  let best = Infinity
  for (const { kind, position } of events) {
    if (kind === 'click' && position !== undefined) best = Math.min(best, position)
  }
  return best === Infinity ? 0 : 1 / best
}

function queryTallies(log: readonly LoggedSearch[]): QueryTally[] {
  const byText = new Map<string, LoggedSearch[]>()
  for (const search of log) push(byText, search.record.text, search)
  return [...byText].map(([text, list]) => {
    const positions = list.flatMap(({ events }) =>
      events.flatMap(({ kind, position }) =>
        kind === 'click' && position !== undefined ? [position] : [],
      ),
    )
    const totals = list.flatMap(({ total }) => (total === undefined ? [] : [total]))
    return {
      text,
      searches: list.length,
      withClick:
        list.filter(({ events }) => events.some(({ kind }) => kind === 'click')).length /
        list.length,
      meanPosition: mean(positions),
      results: mean(totals),
    }
  })
}

function armTallies(log: readonly LoggedSearch[]): ArmTally[] {
  const tallies = new Map<
    string,
    { asked: number; shown: number; clicked: number; alone: number }
  >()
  let searches = 0
  let shown = 0
  let clicked = 0
  for (const { record, events, imported } of log) {
    if (imported) continue
    searches++
    const clicks = new Set(events.flatMap((e) => (e.kind === 'click' ? [e.productId] : [])))
    const tally = record.shares.map(({ arm }) => {
      const known = tallies.get(arm) ?? { asked: 0, shown: 0, clicked: 0, alone: 0 }
      tallies.set(arm, known)
      known.asked++
      return known
    })
    record.shown.forEach((productId, i) => {
      const isClicked = clicks.has(productId)
      const bringers = record.broughtBy[i] ?? []
      shown++
      if (isClicked) clicked++
      for (const arm of bringers) {
        tally[arm]!.shown++
        if (isClicked) tally[arm]!.clicked++
        if (isClicked && bringers.length === 1) tally[arm]!.alone++
      }
    })
  }
  const over = (count: number, all: number) => (all === 0 ? 0 : count / all)
  return [...tallies].map(([arm, counts]) => ({
    arm,
    asked: over(counts.asked, searches),
    shown: over(counts.shown, shown),
    clicked: over(counts.clicked, clicked),
    alone: over(counts.alone, clicked),
  }))
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b, 0) / values.length
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
