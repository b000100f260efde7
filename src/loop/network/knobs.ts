import { declareKnob } from '../../core/knobs.ts'

export const NETWORK_ORDER_DAYS = declareKnob({
  name: 'network.order-days',
  unit: 'days of past orders',
  range: [7, 3650],
  default: 364,
  trades: 'More days say more about small areas, and less about where customers live now.',
})

export const STOCK_COVER_DAYS = declareKnob({
  name: 'network.stock-cover-days',
  unit: 'days of demand between two replenishments of a site',
  range: [1, 365],
  default: 21,
  trades: 'Higher holds more of each product and has room for fewer.',
})

export const SAFETY_DEVIATIONS = declareKnob({
  name: 'network.safety-deviations',
  unit: 'standard deviations of the demand of the cover',
  range: [0, 6],
  default: 1,
  trades: 'Higher runs out less often and has room for fewer products.',
})

export const DEMAND_DISPERSION = declareKnob({
  name: 'network.demand-dispersion',
  unit: 'variance over mean of the demand of a cover',
  range: [1, 100],
  default: 1.5,
  trades: 'Higher keeps more of each product against good weeks and has room for fewer.',
})

export const IDLE_RATE = declareKnob({
  name: 'network.idle-rate',
  unit: 'share of its cost that a unit loses by lying a year',
  range: [0, 5],
  default: 0.25,
  trades: 'Higher places less stock and sends more from other regions.',
})

export const LANE_PROMISE_DAYS = declareKnob({
  name: 'network.lane-promise-days',
  unit: 'days from click to door within a region',
  range: [0.5, 30],
  default: 3,
  trades: 'Higher fills trucks and delivers later.',
})

export const FAR_PROMISE_DAYS = declareKnob({
  name: 'network.far-promise-days',
  unit: 'days from click to door where a parcel comes from another region',
  range: [0.5, 60],
  default: 6,
  trades: 'Higher fills the trucks between regions and delivers what they carry later.',
})

export const PACKING_HOURS = declareKnob({
  name: 'network.packing-hours',
  unit: 'hours from click to being packed',
  range: [0, 240],
  default: 4,
  trades: 'Higher promises later and misses fewer departures.',
})

export const SORTING_HOURS = declareKnob({
  name: 'network.sorting-hours',
  unit: 'hours through a sort centre or station',
  range: [0, 72],
  default: 2,
  trades: 'Higher counts on slower sorting and misses fewer departures.',
})

export const SORTING_CENTS = declareKnob({
  name: 'network.sorting-cents',
  unit: 'cents a m³ through a sort centre',
  range: [0, 100_000],
  default: 600,
  trades: 'Higher sends more past the sort centres, in trucks that are less full.',
})

export const KG_PER_M3 = declareKnob({
  name: 'network.parcel-kg-per-m3',
  unit: 'kg a m³ of parcels',
  range: [1, 5000],
  default: 150,
  trades: 'Higher makes lanes that are priced by weight dearer beside trucks.',
})

export const PARCELS_PER_M3 = declareKnob({
  name: 'network.parcels-per-m3',
  unit: 'parcels in a m³',
  range: [1, 100_000],
  default: 120,
  trades: 'Higher makes lanes that are priced by the parcel dearer beside trucks.',
})

export const PROMISE_DEVIATIONS = declareKnob({
  name: 'network.promise-deviations',
  unit: 'standard deviations of the time on the way',
  range: [0, 6],
  default: 1.64,
  trades: 'Higher promises later and is late less often.',
})

export const VOLUME_FACTOR = declareKnob({
  name: 'network.volume-factor',
  unit: 'm³ on the trucks for each m³ that was ordered',
  range: [0.001, 1_000_000],
  default: 1,
  trades:
    'Above 1 where the orders are a sample or the trucks carry for others too: higher plans more and fuller trucks.',
})

export const SCORE_DAYS = declareKnob({
  name: 'network.score-days',
  unit: 'days of orders at the end that judge plans of regions by simulation; 0: none',
  range: [0, 365],
  default: 28,
  trades: 'Higher judges plans on more orders and plans them on fewer.',
})
