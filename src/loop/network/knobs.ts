import { declareKnob } from '../../core/knobs.ts'

export const NETWORK_ORDER_DAYS = declareKnob({
  name: 'network.order-days',
  unit: 'days of past orders',
  range: [1, 3650],
  default: 365,
  trades: 'More days say more about small areas, and less about where customers live now.',
})

export const MILES_A_DAY = declareKnob({
  name: 'network.miles-a-day',
  unit: 'miles a parcel goes in a day',
  range: [10, 5000],
  default: 450,
  trades:
    'Higher promises far customers sooner; it stands in where no lane says how long it takes.',
})

export const PACKING_DAYS = declareKnob({
  name: 'network.packing-days',
  unit: 'days from click to departure',
  range: [0, 14],
  default: 0.5,
  trades: 'Higher promises later everywhere.',
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
