import type { OrderLineIds } from './types.ts'

/** Units by product. */
export type UnitsByProduct = ReadonlyMap<string, number>

/** Lines added up by product: lines of one product count together. */
export function countUnits(lines: readonly OrderLineIds[]): Map<string, number> {
  const units = new Map<string, number>()
  for (const { productId, quantity } of lines) {
    units.set(productId, (units.get(productId) ?? 0) + quantity)
  }
  return units
}

/** `lines` less what of `taken` they hold, and what of `taken` they did not hold. */
export function takeUnits(
  lines: readonly OrderLineIds[],
  taken: readonly OrderLineIds[],
): { readonly left: readonly OrderLineIds[]; readonly missing: readonly OrderLineIds[] } {
  const wanted = countUnits(taken)
  const left = lines.flatMap(({ productId, quantity }) => {
    const take = Math.min(quantity, wanted.get(productId) ?? 0)
    if (take > 0) wanted.set(productId, wanted.get(productId)! - take)
    return quantity > take ? [{ productId, quantity: quantity - take }] : []
  })
  return { left, missing: linesOf(wanted) }
}

/** One line a product, in the order in which products were first counted; none of 0 units. */
export function linesOf(units: UnitsByProduct): readonly OrderLineIds[] {
  return [...units].flatMap(([productId, quantity]) =>
    quantity > 0 ? [{ productId, quantity }] : [],
  )
}

/** Lines of several lists together, one a product. */
export function joinLines(...lists: readonly (readonly OrderLineIds[])[]): readonly OrderLineIds[] {
  return linesOf(countUnits(lists.flat()))
}

/** Sum of all quantities. */
export function totalUnits(lines: readonly OrderLineIds[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** Units in words: `2 × A, 1 × B`. */
export function tellLines(lines: readonly OrderLineIds[]): string {
  return lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).join(', ')
}
