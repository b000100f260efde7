import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { FeedbackEvent, PastSearch } from '../feedback/events.ts'
import { cartWorth, fewestClicks, leastExamined, purchaseWorth } from './knobs.ts'

/** What customers did with the results of one query text, corrected for where they stood. */
export interface QueryGrades {
  readonly text: string
  readonly searches: number
  readonly clicks: number
  /** Whole grade from 1 to 4 by product id: 4 is the product with the most worth a search. */
  readonly grades: ReadonlyMap<string, number>
}

/** Searches added to every query, so that one click of one search is no certainty. */
const PRIOR_SEARCHES = 2

/**
 * Grades from acts: worth of a product = Σ over acts w(kind) / max(γ(position), least) over the
 * query's searches (inverse propensity, clipped: Joachims, Swaminathan & Schnabel 2017), graded
 * against the best of the query. Queries with too few clicks are left out. `textOf` normalizes a
 * query. Most searched first.
 */
export function gradesOf(
  past: readonly PastSearch[],
  examination: readonly number[],
  textOf: (raw: string) => string,
  settings: KnobSettings = {},
): QueryGrades[] {
  const least = readKnob(leastExamined, settings)
  const worths = {
    click: 1,
    view: 0,
    add_to_cart: readKnob(cartWorth, settings),
    purchase: readKnob(purchaseWorth, settings),
  }
  const byText = new Map<string, Collected>()
  for (const { record, events } of past) {
    const text = textOf(record.raw)
    if (text === '') continue
    const known = byText.get(text) ?? { searches: 0, clicks: 0, worth: new Map() }
    byText.set(text, known)
    known.searches++
    for (const event of events) {
      if (event.kind === 'click') known.clicks++
      const worth = worths[event.kind] / Math.max(least, examinedAt(event, examination))
      if (worth > 0)
        known.worth.set(event.productId, (known.worth.get(event.productId) ?? 0) + worth)
    }
  }
  const bar = readKnob(fewestClicks, settings)
  return [...byText]
    .filter(([, { clicks }]) => clicks >= bar)
    .map(([text, { searches, clicks, worth }]) => ({
      text,
      searches,
      clicks,
      grades: graded(worth, searches),
    }))
    .sort((a, b) => b.searches - a.searches || (a.text < b.text ? -1 : 1))
}

interface Collected {
  searches: number
  clicks: number
  readonly worth: Map<string, number>
}

function examinedAt({ position }: FeedbackEvent, examination: readonly number[]): number {
  if (position === undefined || examination.length === 0) return 1
  return examination[Math.min(position, examination.length) - 1]!
}

function graded(worth: ReadonlyMap<string, number>, searches: number): Map<string, number> {
  const rate = (value: number) => value / (searches + PRIOR_SEARCHES)
  const best = Math.max(...[...worth.values()].map(rate), 1e-9)
  const grades = [...worth].map(([id, value]): [string, number] => [
    id,
    Math.round((4 * rate(value)) / best),
  ])
  // What was worth less than an eighth of the best is taken for chance.
  return new Map(grades.filter(([, grade]) => grade > 0))
}
