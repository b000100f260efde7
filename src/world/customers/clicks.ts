import type { Random } from '../../core/random/random.ts'
import type { ProductText } from './queries.ts'

/**
 * The position-based click model: P(click on the document at position k) = θ_k γ, examined times
 * attractive (Craswell et al., WSDM 2008; Chuklin, Markov, de Rijke, Click Models for Web Search,
 * 2015, section 3.3).
 */
export interface ClickModel {
  /** θ_k by position, first = index 0; positions beyond are never looked at. */
  readonly examination: Float64Array
}

/** θ_k = k^−exponent for k = 1 … length: exponent 0 = no position bias, 1 = strong. */
export function createClickModel(length = 24, exponent = 0.75): ClickModel {
  return { examination: Float64Array.from({ length }, (_, i) => (i + 1) ** -exponent) }
}

/** Whether the result at `position` (0 = first) with attractiveness γ in [0, 1] is clicked. */
export function clicksAt(
  model: ClickModel,
  position: number,
  attraction: number,
  random: Random,
): boolean {
  return random.next() < (model.examination[position] ?? 0) * attraction
}

/** Positions clicked (0 = first) in a result list with these attractivenesses. */
export function sampleClicks(
  model: ClickModel,
  attractions: ArrayLike<number>,
  random: Random,
): number[] {
  const clicked: number[] = []
  for (let k = 0; k < attractions.length; k++) {
    if (clicksAt(model, k, attractions[k]!, random)) clicked.push(k)
  }
  return clicked
}

/** How attractive the very product is that the shopper has in mind. */
export const WANTED_ATTRACTION = 0.7

/**
 * Attractiveness γ of a product to a shopper who has another one in mind: 0.02 for the wrong kind
 * of thing, 0.08 for the right kind, more for each part that it shares with the wanted one.
 */
export function attractionOf(wanted: ProductText, shown: ProductText): number {
  if (wanted === shown) return WANTED_ATTRACTION
  if (wanted.noun !== shown.noun) return 0.02
  const shared =
    Number(wanted.material === shown.material) * 0.1 +
    Number(wanted.brand === shown.brand) * 0.08 +
    Number(wanted.colour === shown.colour) * 0.07 +
    Number(wanted.size === shown.size) * 0.06 +
    Number(wanted.adjective === shown.adjective) * 0.05
  return 0.08 + shared
}
