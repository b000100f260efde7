import { declareKnob } from '../core/knobs.ts'

export const HOLDING_RATE = declareKnob({
  name: 'inventory.holding-rate',
  unit: 'share of unit cost a year',
  range: [0, 3],
  default: 0.3,
  trades: 'Higher buys less stock on the shelf and pays in more lost sales.',
})

export const OBSOLESCENCE_RATE = declareKnob({
  name: 'inventory.obsolescence-rate',
  unit: 'share of unit cost a year',
  range: [0, 3],
  default: 0.1,
  trades:
    'Higher avoids stock that loses its value unsold and pays in smaller, more frequent orders.',
})

export const EXCESS_LOSS = declareKnob({
  name: 'inventory.excess-loss',
  unit: 'share of unit cost',
  range: [0, 1],
  default: 0.25,
  trades: 'Higher avoids stock that a stock-take writes down and pays in more lost sales.',
})

export const EXCESS_COVER_DAYS = declareKnob({
  name: 'inventory.excess-cover-days',
  unit: 'days of demand beyond lead time and review',
  range: [0, 730],
  default: 14,
  trades: 'Higher counts less of the stock as excess and pays when demand falls.',
})

export const STOCK_TAKE_DAYS = declareKnob({
  name: 'inventory.stock-take-days',
  unit: 'days from one stock-take to the next',
  range: [1, 730],
  default: 60,
  trades: 'Higher writes excess down less often, so that more of it is worth its wait.',
})

export const LOST_SALE_PENALTY = declareKnob({
  name: 'inventory.lost-sale-penalty',
  unit: 'share of price, beyond the margin',
  range: [0, 5],
  default: 0.25,
  trades: 'Higher keeps more customers served and pays in stock; 0 counts the lost margin alone.',
})

export const ORDER_LINE_COST = declareKnob({
  name: 'inventory.order-line-cost',
  unit: 'cents a line',
  range: [0, 100_000],
  default: 50,
  trades: 'Higher makes orders fewer and larger and pays in stock.',
})

export const MAX_COVER_DAYS = declareKnob({
  name: 'inventory.max-cover-days',
  unit: 'days',
  range: [0, 730],
  default: 60,
  trades: 'Higher allows larger lots for the sake of fewer order lines and pays when demand falls.',
})

export const DEFAULT_MARGIN = declareKnob({
  name: 'inventory.default-margin',
  unit: 'share of price',
  range: [0.01, 0.99],
  default: 0.5,
  trades: 'Stands in where cost or price is unknown: higher makes such products worth more stock.',
})

export const DEFAULT_VOLUME_M3 = declareKnob({
  name: 'inventory.default-volume-m3',
  unit: 'cubic metres a unit',
  range: [0, 10],
  default: 0.002,
  trades:
    'Stands in where volume is unknown: higher makes such products give way when space binds.',
})

export const DEFAULT_LEAD_TIME_DAYS = declareKnob({
  name: 'inventory.default-lead-time-days',
  unit: 'days',
  range: [0, 365],
  default: 14,
  trades: 'Stands in where no receipt or offer tells: higher orders earlier and holds more.',
})

export const DEFAULT_LEAD_TIME_SPREAD = declareKnob({
  name: 'inventory.default-lead-time-spread',
  unit: 'standard deviation / mean',
  range: [0, 2],
  default: 0.3,
  trades:
    'Stands in where the spread of lead times is unknown: higher guards against late vendors.',
})

export const LEAD_TIME_SHRINKAGE = declareKnob({
  name: 'inventory.lead-time-shrinkage',
  unit: 'receipts',
  range: [0, 1000],
  default: 5,
  trades: 'Higher trusts the vendor as a whole over the few receipts of one product.',
})

export const LEVEL_CORRELATION = declareKnob({
  name: 'inventory.level-correlation',
  unit: 'correlation of normal scores',
  range: [0, 1],
  default: 0.1,
  trades:
    'Higher lets all days of a product err together, so that sums spread wider and stock rises.',
})

export const DAY_CORRELATION = declareKnob({
  name: 'inventory.day-correlation',
  unit: 'correlation of normal scores of neighbouring days, beyond the level',
  range: [0, 0.99],
  default: 0.1,
  trades: 'Higher lets good and bad days come in runs, so that sums spread wider and stock rises.',
})

export const TAIL_LIMIT = declareKnob({
  name: 'inventory.tail-limit',
  unit: 'times the highest quantile forecast',
  range: [0, 100],
  default: 0.5,
  trades: 'Higher keeps stock for rare giant orders and pays in stock that waits for them.',
})

export const SAMPLES = declareKnob({
  name: 'inventory.samples',
  unit: 'sample paths a product',
  range: [32, 4096],
  default: 256,
  trades: 'Higher makes plans finer and slower, in proportion.',
})
