import type { LanePurpose, RegionMeasures } from '../../../src/api/schemas/network.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'

/** What a lane is for, in a cell. */
export const PURPOSES: Readonly<Record<LanePurpose, string>> = {
  direct: 'direct',
  feeder: 'to a sort centre',
  trunk: 'between sort centres',
  bridge: 'between regions',
  spoke: 'to a station',
}

/** What a site is. */
export function kindWords(kind: string): string {
  return kind.replaceAll('_', ' ')
}

/** How full a truck goes, as colour and shape tell it; as the server grades lanes. */
export function fillTone(fill: number): 'bad' | 'warn' | 'ok' {
  return fill < 0.55 ? 'bad' : fill < 0.75 ? 'warn' : 'ok'
}

/** A minute of the day as `08:05`. */
export function clockOf(minute: number): string {
  const whole = ((minute % 1440) + 1440) % 1440
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

/** A region in one line. `price` writes cents. */
export function regionWords(
  regionId: string,
  row: RegionMeasures,
  price: (cents: number) => string,
): string {
  return [
    `${regionId}: ${formatPercent(row.wholeShare, 0)} of ${formatCount(row.ordersADay)} orders a day filled inside`,
    `${price(Math.round(row.costCents))} an order`,
    `${formatMeasure(row.miles)} miles`,
    `${formatCount(row.sites)} sites`,
  ].join(' · ')
}

/** The measure by which a change is told: what it does to people first. */
export const EFFECTS = [
  { key: 'wholeShare', label: 'Filled wholly inside', better: 1 },
  { key: 'promisedShare', label: 'Whole and in time', better: 1 },
  { key: 'breadth', label: 'Products in its sites', better: 1 },
  { key: 'miles', label: 'Miles of a parcel', better: -1 },
  { key: 'costCents', label: 'Cost of an order', better: -1 },
  { key: 'outsideLines', label: 'Lines from elsewhere a day', better: -1 },
] as const satisfies readonly { key: keyof RegionMeasures; label: string; better: 1 | -1 }[]

export type EffectKey = (typeof EFFECTS)[number]['key']

/** Writes one measure. `price` writes cents. */
export function measureText(
  key: EffectKey,
  value: number,
  price: (cents: number) => string,
): string {
  if (key === 'wholeShare' || key === 'promisedShare') return formatPercent(value)
  if (key === 'costCents') return price(Math.round(value))
  return key === 'miles' ? formatMeasure(value) : formatCount(value)
}
