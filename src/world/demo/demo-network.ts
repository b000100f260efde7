import { greatCircleKm } from '../../core/great-circle.ts'
import type { Network } from '../../network/index.ts'
import type { UsNetworkParams } from '../network/params.ts'
import { countyCount } from '../network/us-areas.ts'
import { SITES } from './sites.ts'

/** The demo store's buildings: its six large centres, eighteen smaller ones, and how parcels get out. */
export const DEMO_NETWORK: UsNetworkParams = {
  areas: countyCount(),
  centres: 24,
  sortCentres: 20,
  stations: 60,
  standing: SITES,
}

/** Share of the country's people that live nearest to each fulfilment centre, at least a thousandth. */
export function peopleShares({ areas, sites }: Network): number[] {
  const centres = sites.kinds.flatMap((kind, site) => (kind === 'fulfilment_centre' ? [site] : []))
  const people = centres.map(() => 0)
  areas.population.forEach((count, area) => {
    const kms = centres.map((site) =>
      greatCircleKm(areas.lat[area]!, areas.lon[area]!, sites.lat[site]!, sites.lon[site]!),
    )
    people[kms.indexOf(Math.min(...kms))]! += count
  })
  const total = people.reduce((a, b) => a + b, 0)
  return people.map((count) => Math.max(0.001, count / total))
}
