import type { BudgetCut } from '../../../src/api/schemas/budget-cut.ts'
import type { BuyingLine } from '../../../src/api/schemas/buying.ts'

/** A line with what the budget leaves of it. */
export interface PlanRow {
  readonly line: BuyingLine
  readonly units: number
  readonly costCents: number
  readonly gainCents: number
  /** The budget pays for some of it, or a person decided on it. */
  readonly kept: boolean
}

/** What of the plan is shown, and in which order. */
export interface PlanView {
  readonly q: string
  readonly severity: string | undefined
  readonly status: string | undefined
  readonly category: string | undefined
  readonly sort: string
  readonly order: string | undefined
}

type Value = number | string

const SORTS: Readonly<Record<string, { first: 'asc' | 'desc'; of: (row: PlanRow) => Value }>> = {
  rank: { first: 'asc', of: ({ line }) => line.rank },
  title: { first: 'asc', of: ({ line }) => line.title.toLowerCase() },
  runOut: { first: 'asc', of: ({ line }) => line.daysToRunOut ?? Number.POSITIVE_INFINITY },
  units: { first: 'desc', of: ({ line, units }) => units || line.quantity / 1e9 },
  cost: { first: 'desc', of: ({ line, costCents }) => costCents || line.costCents / 1e12 },
  gain: { first: 'desc', of: ({ line, gainCents }) => gainCents || line.gainCents / 1e12 },
  perMoney: { first: 'desc', of: ({ line }) => line.gainPerMoney },
}

const texts = new WeakMap<BuyingLine, string>()

/** What the search looks through, in lower case; made once a line. */
function textOf(line: BuyingLine): string {
  let text = texts.get(line)
  if (text === undefined) {
    text = `${line.title} ${line.productId} ${line.vendor ?? ''}`.toLowerCase()
    texts.set(line, text)
  }
  return text
}

/** The direction in which a column is sorted first. */
export function firstOrder(sort: string): 'asc' | 'desc' {
  return SORTS[sort]?.first ?? 'asc'
}

/** The rows of a plan at a cut: filtered, then sorted; ties stay by rank. */
export function viewOf(lines: readonly BuyingLine[], cut: BudgetCut, view: PlanView): PlanRow[] {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean)
  const rows: PlanRow[] = []
  lines.forEach((line, i) => {
    if (view.severity !== undefined && line.severity !== view.severity) return
    if (view.category !== undefined && line.category !== view.category) return
    const units = cut.units[i]!
    const kept = units > 0 || line.decision !== null
    if (!hasStatus(view.status, line, kept)) return
    if (words.length > 0 && !words.every((word) => textOf(line).includes(word))) return
    rows.push({ line, units, costCents: cut.costCents[i]!, gainCents: cut.gainCents[i]!, kept })
  })
  const { first, of } = SORTS[view.sort] ?? SORTS['rank']!
  const sign = (view.order ?? first) === 'asc' ? 1 : -1
  if (view.sort === 'rank' && sign === 1) return rows
  return rows.sort((a, b) => sign * compare(of(a), of(b)) || a.line.rank - b.line.rank)
}

function hasStatus(status: string | undefined, line: BuyingLine, kept: boolean): boolean {
  if (status === undefined) return true
  if (status === 'beyond') return !kept
  return line.status === status && kept
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
