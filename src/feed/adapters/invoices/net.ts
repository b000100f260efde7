/** A line that sold something, or one that cancels a sale. */
export interface NetLine {
  /** Row of the file. */
  readonly row: number
  /** Same customer and product = same group. */
  readonly group: number
  /** Epoch ms. */
  readonly at: number
  /** Units, above 0 also for a cancellation. */
  readonly quantity: number
}

export interface Netting {
  /** Units taken off the sale at a row. */
  readonly cancelled: ReadonlyMap<number, number>
  /** Rows of cancellations that found their sale at the same quantity. */
  readonly exact: ReadonlySet<number>
  /** Rows of cancellations that were taken off a larger sale. */
  readonly partial: ReadonlySet<number>
  /** Rows of cancellations whose sale was not found. */
  readonly unmatched: ReadonlySet<number>
}

/**
 * Finds for each cancellation the sale it cancels: same group, not after it, with at least as many
 * units left. A sale of exactly that many is preferred, then the latest. Cancellations are taken
 * in order of time, each against what the ones before it left.
 */
export function netCancellations(
  sales: readonly NetLine[],
  cancellations: readonly NetLine[],
): Netting {
  const salesOf = groupByTime(sales)
  const left = new Map(sales.map(({ row, quantity }) => [row, quantity]))
  const exact = new Set<number>()
  const partial = new Set<number>()
  const unmatched = new Set<number>()
  const inTime = [...cancellations].sort((a, b) => a.at - b.at || a.row - b.row)
  const open: NetLine[] = []
  // Exact matches first for all, so that a partial one does not eat another's sale.
  for (const line of inTime) {
    const sale = latest(salesOf.get(line.group), line, (s) => left.get(s.row) === line.quantity)
    if (sale === undefined) {
      open.push(line)
      continue
    }
    left.set(sale.row, 0)
    exact.add(line.row)
  }
  for (const line of open) {
    const sale = latest(salesOf.get(line.group), line, (s) => left.get(s.row)! >= line.quantity)
    if (sale === undefined) {
      unmatched.add(line.row)
      continue
    }
    left.set(sale.row, left.get(sale.row)! - line.quantity)
    partial.add(line.row)
  }
  const cancelled = new Map<number, number>()
  for (const { row, quantity } of sales) {
    const units = quantity - left.get(row)!
    if (units > 0) cancelled.set(row, units)
  }
  return { cancelled, exact, partial, unmatched }
}

function groupByTime(lines: readonly NetLine[]): Map<number, NetLine[]> {
  const groups = new Map<number, NetLine[]>()
  for (const line of lines) {
    const group = groups.get(line.group)
    if (group === undefined) groups.set(line.group, [line])
    else group.push(line)
  }
  for (const group of groups.values()) group.sort((a, b) => a.at - b.at || a.row - b.row)
  return groups
}

function latest(
  sales: readonly NetLine[] | undefined,
  cancellation: NetLine,
  fits: (sale: NetLine) => boolean,
): NetLine | undefined {
  return sales?.findLast((sale) => sale.at <= cancellation.at && fits(sale))
}
