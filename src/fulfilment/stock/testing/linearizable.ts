import type { StockCommand } from '../types.ts'
import type { PlainOutcome, PlainStock } from './plain-stock.ts'

/** A look at one cell: units on hand and reserved. */
export interface Look {
  readonly kind: 'look'
  readonly cell: string
  readonly counts: readonly [onHand: number, reserved: number]
}

/** Something that was asked between two moments, and what came of it. */
export interface Operation {
  readonly what: StockCommand | Look
  /** Absent where no answer came: it may have happened, then or later, or not. */
  readonly outcome?: PlainOutcome | undefined
  /** Moments of asking and of the answer (Infinity: none); no two are the same. */
  readonly from: number
  readonly to: number
}

/**
 * True when the operations can be put in one order in which each happens between its two moments and
 * comes to what was answered (Wing and Gong 1993, with the states that were tried remembered, Lowe
 * 2017). Operations that share no cell and no reservation are put in order apart: an order of each
 * part gives one of the whole (Herlihy and Wing 1990, locality).
 */
export function isLinearizable(operations: readonly Operation[], start: PlainStock): boolean {
  return partsOf(operations).every((part) => hasOrder(part, start))
}

function hasOrder(part: readonly Operation[], start: PlainStock): boolean {
  const tried = new Set<string>()
  const search = (left: readonly Operation[], stock: PlainStock): boolean => {
    if (left.every(({ to }) => to === Number.POSITIVE_INFINITY)) return true
    const key = `${left.map(({ from }) => from).join(' ')} ${stock.toText()}`
    if (tried.has(key)) return false
    tried.add(key)
    // Next can only be what was asked before the first answer among those that are left.
    const firstAnswer = Math.min(...left.map(({ to }) => to))
    return left.some((operation) => {
      if (operation.from > firstAnswer) return false
      const after = stock.copy()
      return comesTo(operation, after) && search(without(left, operation), after)
    })
  }
  // What was answered first probably happened first.
  return search(
    part.toSorted((a, b) => (a.to === b.to ? a.from - b.from : a.to - b.to)),
    start,
  )
}

function without(left: readonly Operation[], one: Operation): readonly Operation[] {
  return left.filter((operation) => operation !== one)
}

/** Does the operation; false when it comes to something else than was answered. */
function comesTo({ what, outcome }: Operation, stock: PlainStock): boolean {
  if (what.kind === 'look') {
    const [onHand, reserved] = what.counts
    return (stock.onHand.get(what.cell) ?? 0) === onHand && stock.reserved(what.cell) === reserved
  }
  const answer = stock.submit(what, 0)
  return outcome === undefined || JSON.stringify(answer) === JSON.stringify(outcome)
}

/** Operations that share cells or reservations, directly or through others, in one part. */
function partsOf(operations: readonly Operation[]): Operation[][] {
  const parts: { readonly names: Set<string>; readonly operations: Operation[] }[] = []
  for (const operation of operations) {
    const names = new Set(namesOf(operation.what))
    const joined = parts.filter((part) => [...part.names].some((name) => names.has(name)))
    const part = { names, operations: [operation] }
    for (const one of joined) {
      for (const name of one.names) names.add(name)
      part.operations.push(...one.operations)
      parts.splice(parts.indexOf(one), 1)
    }
    parts.push(part)
  }
  return parts.map((part) => part.operations)
}

function namesOf(what: StockCommand | Look): string[] {
  if (what.kind === 'look') return [what.cell]
  const lines = 'lines' in what ? (what.lines ?? []) : []
  const cells = lines.map(({ siteId, productId }) => `${siteId} ${productId}`)
  return 'reservationId' in what ? [...cells, `reservation ${what.reservationId}`] : cells
}
