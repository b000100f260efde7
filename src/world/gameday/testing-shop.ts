import type { GamedayShop } from './shoppers.ts'

/** A shop of twenty products and three places. */
export const TEST_SHOP: GamedayShop = {
  productIds: Array.from({ length: 20 }, (_, i) => `P${i + 1}`),
  priceCents: new Float64Array(20).fill(990),
  popularity: Float64Array.from({ length: 20 }, (_, i) => 1 / (i + 1)),
  areaIds: ['06037', '17031', '36061'],
  areaWeights: [3, 2, 4],
  queryFor: (product) => `thing ${product + 1}`,
}
