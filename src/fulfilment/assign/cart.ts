import type { OrderLine, OrderToAssign, Situation } from './types.ts'

/**
 * An order as the search sees it: pieces that each come from one site, and the sites that could ship
 * each. A piece is a whole line, or a part of one where no site has all of it.
 */
export interface Cart {
  readonly order: OrderToAssign
  readonly pieces: readonly OrderLine[]
  /** Sites that could ship at least one piece, rising. */
  readonly sites: readonly number[]
  /** Pieces of each of `sites`, as numbers of `pieces`, rising. */
  readonly held: readonly (readonly number[])[]
}

/** Why an order cannot be filled, in words. */
export interface Blocked {
  readonly blockedBy: string
}

/**
 * The cart of an order. A line that no site has whole is cut: each part takes all that the site with
 * the most has (ties: the lower site), and stays there. Sites without a way that keeps the promise are
 * left out. Blocked where units are missing.
 */
export function cartOf(order: OrderToAssign, situation: Situation): Cart | Blocked {
  const pieces: OrderLine[] = []
  const heldBy = new Map<number, number[]>()
  const hold = (site: number) => {
    const held = heldBy.get(site)
    if (held === undefined) heldBy.set(site, [pieces.length - 1])
    else held.push(pieces.length - 1)
  }
  const reached = new Map<number, boolean>()
  for (const line of order.lines) {
    const { product, quantity } = line
    const stocked = situation.sitesWith(product)
    const open = stocked.filter((site) => isReached(order, situation, site, line, reached))
    const whole = open.filter((site) => situation.available(site, product) >= quantity)
    if (whole.length > 0) {
      pieces.push(line)
      for (const site of whole) hold(site)
      continue
    }
    const parts = cutLine(line, open, situation)
    if ('blockedBy' in parts) return blocked(line, stocked, open, situation)
    for (const { site, units } of parts) {
      pieces.push({ product, quantity: units })
      hold(site)
    }
  }
  const sites = [...heldBy.keys()].sort((a, b) => a - b)
  return { order, pieces, sites, held: sites.map((site) => heldBy.get(site)!) }
}

/** Whether the lightest parcel of a site keeps the promise. */
function isReached(
  order: OrderToAssign,
  situation: Situation,
  site: number,
  { product }: OrderLine,
  reached: Map<number, boolean>,
): boolean {
  const known = reached.get(site)
  if (known === true) return true
  const { kg, m3 } = situation.physics(product)
  const reaches = situation.price(site, order, kg, m3) !== undefined
  reached.set(site, reaches)
  return reaches
}

function cutLine(
  { product, quantity }: OrderLine,
  open: readonly number[],
  situation: Situation,
): readonly { readonly site: number; readonly units: number }[] | Blocked {
  const most = open
    .map((site) => ({ site, units: situation.available(site, product) }))
    .filter(({ units }) => units > 0)
    .sort((a, b) => b.units - a.units || a.site - b.site)
  const parts: { site: number; units: number }[] = []
  let left = quantity
  for (const { site, units } of most) {
    if (left === 0) break
    parts.push({ site, units: Math.min(units, left) })
    left -= parts.at(-1)!.units
  }
  return left > 0 ? { blockedBy: 'stock' } : parts
}

function blocked(
  { product, quantity }: OrderLine,
  stocked: readonly number[],
  open: readonly number[],
  situation: Situation,
): Blocked {
  const units = (sites: readonly number[]) =>
    sites.reduce((sum, site) => sum + situation.available(site, product), 0)
  const there = units(stocked)
  const blockedBy =
    there < quantity
      ? `${quantity} units of product ${product} are asked for and ${there} can be taken.`
      : `${quantity} units of product ${product} are asked for; of ${there} that can be taken, ${units(open)} can arrive in time.`
  return { blockedBy }
}
