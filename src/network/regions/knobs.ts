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

export const REGION_STEPS = declareKnob({
  name: 'network.region-steps',
  unit: 'areas tried by each start of the search',
  range: [100, 100_000_000],
  default: 300_000,
  trades: 'Higher finds better regions and takes longer, in proportion.',
})

export const REGION_STARTS = declareKnob({
  name: 'network.region-starts',
  unit: 'starts of the search for each number of regions',
  range: [1, 1000],
  default: 3,
  trades: 'Higher depends less on where the search begins and takes longer, in proportion.',
})

export const REGION_CANDIDATES = declareKnob({
  name: 'network.region-candidates',
  unit: 'partitions kept for each number of regions',
  range: [1, 100],
  default: 3,
  trades: 'Higher lets the simulator choose among more and pays in runs of the simulator.',
})

export const REGION_SCORED = declareKnob({
  name: 'network.region-scored',
  unit: 'partitions handed to the simulator',
  range: [1, 1000],
  default: 16,
  trades: 'Higher trusts the simulator over the estimate and pays in its runs.',
})

export const ROAD_DETOUR = declareKnob({
  name: 'network.road-detour',
  unit: 'road miles over miles as the crow flies',
  range: [1, 3],
  default: 1.2,
  trades: 'Higher makes every way longer and slower, so that near sites count for more.',
})

export const MILES_A_DAY = declareKnob({
  name: 'network.ground-miles-a-day',
  unit: 'miles',
  range: [50, 2000],
  default: 450,
  trades: 'Stands in where no lane tells the time: higher expects far sites to be fast.',
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
