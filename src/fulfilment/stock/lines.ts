import { LINE, RECEIPT } from './events.ts'
import type { ExpectedReceipt, StockLine, StockOutcome, StockRefusal } from './types.ts'
import type { Names } from './view.ts'

/** Why a command is refused. */
export type Refusal = Extract<StockOutcome, { readonly ok: false }>

/** A refusal in words, with the line at fault where it is one. */
export function refusal(code: StockRefusal, message: string, line?: StockLine): Refusal {
  const outcome = { ok: false, refusal: code, message } as const
  return line === undefined ? outcome : { ...outcome, line }
}

/** Units that a line names and a cell holds at most: sums of a few of them fit in 32 bits. */
export const MOST_UNITS = 500_000_000

/** Lines from which on cells are found by a map: below, going through them is faster. */
const FEW_LINES = 12

/**
 * Lines as numbers (product, site, units), those of one cell added up. `least`: the fewest units a
 * line may name; −Infinity stands for any but 0.
 */
export function mergeLines(
  names: Names,
  lines: readonly StockLine[],
  least: number,
): number[] | Refusal {
  if (lines.length === 0) return refusal('bad-quantity', 'no lines are named')
  const n: number[] = []
  const seen = lines.length > FEW_LINES ? new Map<number, number>() : undefined
  for (const line of lines) {
    const fault = faultOf(names, line, least)
    if (fault !== undefined) return fault
    const [product, site] = [names.productOf(line.productId), names.siteOf(line.siteId)]
    const at = placeOf(n, product, site, LINE, seen)
    if (at < 0) n.push(product, site, line.quantity)
    else n[at + 2] = n[at + 2]! + line.quantity
    if (at >= 0 && Math.abs(n[at + 2]!) > MOST_UNITS) return tooMany(line)
  }
  return n
}

/** Where the group of a cell stands in `n`; −1, and noted for the next, where there is none. */
function placeOf(
  n: readonly number[],
  product: number,
  site: number,
  group: number,
  seen: Map<number, number> | undefined,
): number {
  if (seen !== undefined) {
    const key = product * 65_536 + site
    const at = seen.get(key)
    if (at === undefined) seen.set(key, n.length)
    return at ?? -1
  }
  for (let at = 0; at < n.length; at += group) {
    if (n[at] === product && n[at + 1] === site) return at
  }
  return -1
}

function faultOf(names: Names, line: StockLine, least: number): Refusal | undefined {
  if (names.productOf(line.productId) < 0) {
    return refusal('unknown-product', `there is no product ${line.productId}`, line)
  }
  if (names.siteOf(line.siteId) < 0) {
    return refusal('unknown-site', `there is no site ${line.siteId}`, line)
  }
  const { quantity } = line
  const isRight = Number.isSafeInteger(quantity) && quantity >= least
  if (!isRight || (least === Number.NEGATIVE_INFINITY && quantity === 0)) {
    const rule =
      least === Number.NEGATIVE_INFINITY ? 'a whole number but 0' : `a whole number from ${least}`
    return refusal('bad-quantity', `${quantity} units of ${line.productId} are not ${rule}`, line)
  }
  return Math.abs(quantity) > MOST_UNITS ? tooMany(line) : undefined
}

function tooMany(line: StockLine): Refusal {
  return refusal('bad-quantity', `more than ${MOST_UNITS} units of ${line.productId}`, line)
}

/** Receipts as numbers with the ids of the receipts; those of one receipt and cell added up. */
export function mergeReceipts(
  names: Names,
  receipts: readonly ExpectedReceipt[],
  least: number,
): { readonly ids: readonly string[]; readonly n: readonly number[] } | Refusal {
  if (receipts.length === 0) return refusal('bad-quantity', 'no receipts are named')
  const [ids, n]: [string[], number[]] = [[], []]
  const seen = new Map<string, number>()
  for (const receipt of receipts) {
    const fault = faultOf(names, receipt, least) ?? faultOfTimes(receipt)
    if (fault !== undefined) return fault
    const [product, site] = [names.productOf(receipt.productId), names.siteOf(receipt.siteId)]
    const key = `${product} ${site} ${receipt.receiptId}`
    const at = seen.get(key)
    if (at !== undefined) {
      n[at + 2] = n[at + 2]! + receipt.quantity
      continue
    }
    seen.set(key, n.length)
    ids.push(receipt.receiptId)
    n.push(product, site, receipt.quantity, ...receipt.arrivesBy)
  }
  return { ids, n }
}

function faultOfTimes(receipt: ExpectedReceipt): Refusal | undefined {
  const times = receipt.arrivesBy
  const rise = times.every((time, i) => Number.isSafeInteger(time) && time >= (times[i - 1] ?? 0))
  if (rise && times.length === RECEIPT - LINE) return undefined
  return refusal(
    'bad-quantity',
    `the arrivals of receipt ${receipt.receiptId} are not four rising times`,
    receipt,
  )
}
