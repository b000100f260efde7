import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

export const MILE_CENTS = declareKnob({
  name: 'network.mile-cents',
  unit: 'cents a parcel and mile',
  range: [0, 100],
  default: 0.3,
  trades: 'Higher draws regions tight around their sites and pays in breadth of selection.',
})

export const SPLIT_CENTS = declareKnob({
  name: 'network.split-cents',
  unit: 'cents a parcel from another region, beyond its miles',
  range: [0, 100_000],
  default: 400,
  trades: 'Higher keeps orders whole inside larger regions and pays in miles and lanes.',
})

export const SLOW_CENTS = declareKnob({
  name: 'network.slow-cents',
  unit: 'cents an order that is not promised in time',
  range: [0, 100_000],
  default: 150,
  trades: 'Higher buys earlier promises and pays in miles, lanes and balance.',
})

export const PROMISE_DAYS = declareKnob({
  name: 'network.promise-days',
  unit: 'days from click to door',
  range: [0, 30],
  default: 2,
  trades: 'Higher counts slower ways as in time, so that speed shapes the regions less.',
})

export const LANE_CENTS = declareKnob({
  name: 'network.region-lane-cents',
  unit: 'cents a day for a way kept open from a site to an area',
  range: [0, 1_000_000],
  default: 300,
  trades: 'Higher makes regions smaller and lanes fewer and pays in breadth of selection.',
})

export const SPREAD_SHARE = declareKnob({
  name: 'network.spread-share',
  unit: 'share of parcels not from the nearest site',
  range: [0, 1],
  default: 0.3,
  trades: 'Higher expects each product at fewer sites of a region, so that compact regions pay.',
})

export const DEMAND_TOLERANCE = declareKnob({
  name: 'network.demand-tolerance',
  unit: 'share of the mean demand of a region',
  range: [0.001, 1],
  default: 0.15,
  trades: 'Higher leaves the search more room and pays in regions of unlike size.',
})

export const CAPACITY_TOLERANCE = declareKnob({
  name: 'network.capacity-tolerance',
  unit: 'share of the room due to a region by its demand',
  range: [0, 1],
  default: 0.5,
  trades: 'Higher lets a region have less room than its share and pays in its selection.',
})

/** Prices of what the search weighs, all in cents and days. */
export interface RegionPrices {
  readonly mileCents: number
  readonly splitCents: number
  readonly slowCents: number
  readonly promiseDays: number
  readonly laneCents: number
  readonly spreadShare: number
}

/** The prices as the knobs are set. */
export function readPrices(settings: KnobSettings = {}): RegionPrices {
  return {
    mileCents: readKnob(MILE_CENTS, settings),
    splitCents: readKnob(SPLIT_CENTS, settings),
    slowCents: readKnob(SLOW_CENTS, settings),
    promiseDays: readKnob(PROMISE_DAYS, settings),
    laneCents: readKnob(LANE_CENTS, settings),
    spreadShare: readKnob(SPREAD_SHARE, settings),
  }
}
