import type { Packer } from './boxes.ts'
import type { Cart } from './cart.ts'
import type { CheapestSearch, Counts } from './least-cost.ts'
import type { Assignment, AssignmentStrategy, Situation } from './types.ts'

/** What `AssignmentStrategy.explain` returns. */
export type Explanation = ReturnType<AssignmentStrategy['explain']>

/** Alternatives that are told at most. */
const MOST_ALTERNATIVES = 8

/**
 * A choice beside what else could be done: what is cheapest to ship, what is cheapest with the worth
 * of stock, the cheapest without each of the chosen sites, and from each site that could ship all.
 */
export function explainChoice(
  cart: Cart,
  situation: Situation,
  tools: { readonly packer: Packer; readonly search: CheapestSearch },
  counts: Counts,
  chosen: Assignment | undefined,
): Explanation {
  if (chosen === undefined) {
    const blockedBy =
      'Every line can be taken somewhere, but no way of shipping them arrives in time.'
    return { chosen, alternatives: [], blockedBy }
  }
  const found = new Map<string, Assignment>()
  const consider = (assignment: Assignment | undefined) => {
    if (assignment !== undefined) found.set(keyOf(assignment), assignment)
  }
  const find = (allowed?: (site: number) => boolean) =>
    tools.search.find(cart, situation, counts, allowed)
  consider(tools.search.find(cart, situation, 'shipping'))
  consider(tools.search.find(cart, situation, 'shipping-and-worth'))
  for (const { site } of chosen.parcels) consider(find((other) => other !== site))
  cart.sites.forEach((site, at) => {
    if (cart.held[at]!.length === cart.pieces.length) consider(find((other) => other === site))
  })
  found.delete(keyOf(chosen))
  const alternatives = [...found.values()]
    .sort((a, b) => totalOf(a, counts) - totalOf(b, counts))
    .slice(0, MOST_ALTERNATIVES)
    .map((assignment) => ({ ...assignment, verdict: verdictOf(assignment, chosen, counts) }))
  return { chosen, alternatives, blockedBy: undefined }
}

function totalOf({ shippingCents, opportunityCents }: Assignment, counts: Counts): number {
  return counts === 'shipping' ? shippingCents : shippingCents + opportunityCents
}

function keyOf({ parcels }: Assignment): string {
  return parcels
    .map(({ site, lines }) => `${site}:${lines.map((l) => `${l.product}x${l.quantity}`).join(',')}`)
    .join(';')
}

/** Why it was not taken, beside what was. */
function verdictOf(other: Assignment, chosen: Assignment, counts: Counts): string {
  const ships = other.shippingCents - chosen.shippingCents
  const keeps = chosen.opportunityCents - other.opportunityCents
  const shipping = `Ships for ${centsOf(ships)} ${ships < 0 ? 'less' : 'more'}`
  const parcels = other.parcels.length - chosen.parcels.length
  const boxes =
    parcels === 0 ? '' : `, in ${plural(Math.abs(parcels))} ${parcels < 0 ? 'fewer' : 'more'}`
  if (counts === 'shipping') return `${shipping}${boxes}.`
  const stock = `uses stock worth ${centsOf(keeps)} ${keeps < 0 ? 'more' : 'less'} elsewhere`
  return `${shipping}${boxes}, and ${stock}.`
}

function centsOf(cents: number): string {
  return `${Math.round(Math.abs(cents))} cents`
}

function plural(parcels: number): string {
  return parcels === 1 ? '1 parcel' : `${parcels} parcels`
}
