import { columnsOf, type Expression, print } from '../read/expression.ts'
import type { ReadDemand } from './demand.ts'
import type { MovingCondition, Wish } from './wish.ts'

/** A wish and whose it is; nobody's yet where it is anticipated. */
export interface Wished {
  readonly wish: Wish
  readonly demands: readonly ReadDemand[]
  /** CPU it may save, where no statement asked for it. */
  readonly hopedCpuMs: number
  /** CPU that statements asked which a pair is for, where it is none of its own. */
  readonly pairedCpuMs?: number
}

/** Pairs of wishes that are looked at together, the dearest first. */
const MOST_PAIRS = 8

/**
 * Wishes that ask of the same tables for other groups, aggregates or conditions, two by two: one view of
 * both is smaller than two where they share keys, and is kept up once. Whether it is, the choice says.
 */
export function pairsOf(wishes: readonly Wished[]): readonly Wished[] {
  const costOf = ({ demands }: Wished) => demands.reduce((sum, d) => sum + d.demand.totalCpuMs, 0)
  const asked = wishes.filter(({ demands }) => demands.length > 0)
  const pairs = asked.flatMap((a, i) =>
    asked
      .slice(i + 1)
      .filter((b) => joinedAs(a.wish) === joinedAs(b.wish))
      // One view in place of two spares no more than the lesser is worth.
      .map((b) => ({ a, b, cost: costOf(a) + costOf(b), least: Math.min(costOf(a), costOf(b)) })),
  )
  return pairs
    .sort((x, y) => y.cost - x.cost)
    .slice(0, MOST_PAIRS)
    .map(({ a, b, least }) => ({
      wish: wishOfBoth(a.wish, b.wish),
      demands: [],
      hopedCpuMs: 0,
      pairedCpuMs: least,
    }))
}

/** Tables and how they meet: a view of both that left a join to its statements would hold each row with each. */
function joinedAs({ tables, outer, still }: Wish): string {
  const joins = still.filter((e) => new Set(columnsOf(e).map(({ table }) => table)).size > 1)
  return JSON.stringify([tables, outer, joins.map((e) => print(e)).sort()])
}

/** The rows, groups and aggregates that either asks for: a condition of one alone moves. */
export function wishOfBoth(a: Wish, b: Wish): Wish {
  const stillIn = ({ still }: Wish) => new Set(still.map((e) => print(e)))
  const [ofA, ofB] = [stillIn(a), stillIn(b)]
  const still = a.still.filter((e) => ofB.has(print(e)))
  const alone = [
    ...a.still.filter((e) => !ofB.has(print(e))),
    ...b.still.filter((e) => !ofA.has(print(e))),
  ]
  return {
    tables: a.tables,
    outer: a.outer,
    groups: onceEach([...a.groups, ...b.groups]),
    aggregates: onceEach([...a.aggregates, ...b.aggregates]),
    still,
    moving: mergeMoving([...a.moving, ...b.moving, ...alone.map(asMoving)]),
  }
}

function asMoving(predicate: Expression): MovingCondition {
  return { over: onceEach(columnsOf(predicate)), bounds: [], examples: [print(predicate)] }
}

/** Conditions over the same are one, with the constants of all. */
function mergeMoving(conditions: readonly MovingCondition[]): readonly MovingCondition[] {
  const merged = new Map<string, MovingCondition>()
  for (const condition of conditions) {
    const key = condition.over.map((e) => print(e)).join('\n')
    const known = merged.get(key)
    const bounds = [...(known?.bounds ?? []), ...condition.bounds]
    const examples = [...(known?.examples ?? []), ...condition.examples]
    merged.set(key, { over: condition.over, bounds, examples })
  }
  return [...merged.values()]
}

function onceEach(list: readonly Expression[]): Expression[] {
  return [...new Map(list.map((e) => [print(e), e])).values()]
}
