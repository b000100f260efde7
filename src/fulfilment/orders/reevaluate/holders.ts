import type { Bundle } from './bundle.ts'

/** Which bundles hold units of a product at a site. */
export interface Holders {
  at(site: number, product: number): readonly Bundle[]
  add(bundle: Bundle): void
  /** Must be called before the bundle's parcels change. */
  remove(bundle: Bundle): void
}

/** The holders among bundles; those added first stand first. */
export function createHolders(bundles: readonly Bundle[]): Holders {
  const cells = new Map<string, Set<Bundle>>()
  const keysOf = ({ parcels }: Bundle) =>
    parcels.flatMap(({ site, lines }) => lines.map(({ product }) => `${site}/${product}`))
  const holders: Holders = {
    at: (site, product) => [...(cells.get(`${site}/${product}`) ?? [])],
    add(bundle) {
      for (const key of keysOf(bundle)) {
        const set = cells.get(key)
        if (set === undefined) cells.set(key, new Set([bundle]))
        else set.add(bundle)
      }
    },
    remove(bundle) {
      for (const key of keysOf(bundle)) cells.get(key)?.delete(bundle)
    },
  }
  for (const bundle of bundles) holders.add(bundle)
  return holders
}
