import type { Probe } from '../choose/cost.ts'
import { columnsOfPredicate, type Predicate } from '../read/predicate.ts'

const ENDS_A_COLUMN = 16
const LISTS_A_COLUMN = 8

interface End {
  readonly at: number
  /** The end itself is above the range. */
  readonly isOpen: boolean
}

interface List {
  readonly values: readonly number[]
  readonly weight: number
}

/**
 * Yes/no questions by which the probes' statements tell rows apart: below each end of their ranges,
 * in each of their lists; per column at most a few of each, spread evenly, lists by weight.
 */
export function questionsOf(probes: readonly Probe[], columns: readonly number[]): Predicate[] {
  const ends = new Map<number, Map<string, End>>()
  const lists = new Map<number, Map<string, List>>()
  const add = (part: Predicate, weight: number): void => {
    if ('parts' in part) for (const inner of part.parts) add(inner, weight)
    if (part.kind === 'range' && part.low === part.high)
      addList(lists, part.column, [part.low], weight)
    else if (part.kind === 'range') addEnds(ends, part)
    if (part.kind === 'in') addList(lists, part.column, part.values, weight)
  }
  for (const { predicate, weight } of probes) add(predicate, weight)
  return columns.flatMap((column) => [
    ...spreadEnds(column, [...(ends.get(column)?.values() ?? [])]),
    ...[...(lists.get(column)?.values() ?? [])]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, LISTS_A_COLUMN)
      .map(({ values }): Predicate => ({ kind: 'in', column, values })),
    ...nullQuestion(probes, column),
  ])
}

function addEnds(
  ends: Map<number, Map<string, End>>,
  range: Extract<Predicate, { readonly kind: 'range' }>,
): void {
  const known = ends.get(range.column) ?? new Map<string, End>()
  ends.set(range.column, known)
  // Rows below the low end are told from those in the range; those in it from rows above.
  for (const [at, isOpen] of [
    [range.low, !range.lowOpen],
    [range.high, range.highOpen],
  ] as const) {
    if (Number.isFinite(at)) known.set(`${at} ${isOpen}`, { at, isOpen })
  }
}

function addList(
  lists: Map<number, Map<string, List>>,
  column: number,
  values: readonly number[],
  weight: number,
): void {
  const known = lists.get(column) ?? new Map<string, List>()
  lists.set(column, known)
  const sorted = values.toSorted((a, b) => a - b)
  const before = known.get(String(sorted))
  known.set(String(sorted), { values: sorted, weight: weight + (before?.weight ?? 0) })
}

function spreadEnds(
  column: number,
  ends: readonly { readonly at: number; readonly isOpen: boolean }[],
): Predicate[] {
  const sorted = ends.toSorted((a, b) => a.at - b.at)
  const count = Math.min(ENDS_A_COLUMN, sorted.length)
  return Array.from({ length: count }, (_, i) => {
    const { at, isOpen } = sorted[Math.floor(((i + 0.5) * sorted.length) / count)]!
    return { kind: 'range', column, low: -Infinity, high: at, lowOpen: false, highOpen: isOpen }
  })
}

function nullQuestion(probes: readonly Probe[], column: number): Predicate[] {
  const asks = (part: Predicate): boolean =>
    'parts' in part ? part.parts.some(asks) : part.kind === 'null' && part.column === column
  return probes.some(
    ({ predicate }) => columnsOfPredicate(predicate).has(column) && asks(predicate),
  )
    ? [{ kind: 'null', column, isNull: true }]
    : []
}
