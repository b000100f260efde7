import { createRandom } from '../../core/random/random.ts'
import { createCatalog } from '../demo/catalog.ts'
import { completeParams, type DemoParams } from '../demo/params.ts'
import type { ShopperWorld } from './searchers.ts'

/**
 * What customers of a demo store can want on its last day: the products on sale then, as often as
 * they sell. `params` are those the store was made with.
 */
export function demoShoppers(params: DemoParams): ShopperWorld {
  const full = completeParams(params)
  // The same stream as that of the store's market.
  const catalog = createCatalog(full, createRandom(`demo:${full.seed}`).split('catalog'))
  const onSale = (p: number) => catalog.launchDay[p]! <= full.asOf && catalog.endDay[p]! > full.asOf
  return {
    productIds: catalog.ids,
    texts: catalog.texts,
    popularity: Float64Array.from(catalog.unitsPerDay, (units, p) => (onSale(p) ? units : 0)),
  }
}
