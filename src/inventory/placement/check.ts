import { requireArgument, requireFinite } from '../../core/errors.ts'
import type { PlacementInput } from './types.ts'

/** Throws ERR_ARGUMENT or ERR_NOT_FINITE naming the first column and entry that cannot be used. */
export function checkPlacement(input: PlacementInput): void {
  const { products, regions, siteRegion, demandMean } = input
  const sites = siteRegion.length
  column('demandMean', demandMean, products * regions, 0)
  column('unitM3', input.unitM3, products, 0)
  column('casePack', input.casePack, products, 1)
  column('dispersion', input.dispersion, products, 0)
  column('savedCents', input.savedCents, products, 0)
  column('idleCents', input.idleCents, products, 0)
  column('capacityM3', input.capacityM3, sites, 0, true)
  if (input.siteShare !== undefined) column('siteShare', input.siteShare, sites, 0)
  if (input.supplyUnits !== undefined) column('supplyUnits', input.supplyUnits, products, 0, true)
  if (input.nowUnits !== undefined) column('nowUnits', input.nowUnits, products * sites, 0)
  siteRegion.forEach((r, s) => {
    requireArgument(r >= 0 && r < regions, `site ${s} is in region ${r}, of ${regions}`)
  })
}

function column(
  name: string,
  values: ArrayLike<number>,
  length: number,
  least: number,
  orInfinite = false,
): void {
  requireArgument(
    values.length === length,
    `${name} has ${values.length} entries where ${length} are needed`,
  )
  for (let i = 0; i < length; i++) {
    const value = values[i]!
    if (!(orInfinite && value === Infinity)) requireFinite(value, `${name} ${i}`)
    requireArgument(value >= least, `${name} ${i} is ${value}, less than ${least}`)
  }
}
