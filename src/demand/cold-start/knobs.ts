import { declareKnob } from '../../core/knobs.ts'

export const YOUNG_DAYS = declareKnob({
  name: 'demand.young-days',
  unit: 'days',
  range: [7, 365],
  default: 56,
  trades:
    'Younger products are forecast from their likes and their own first sales: higher does so for longer.',
})

export const RATE_PRIOR = declareKnob({
  name: 'demand.cold-rate-prior',
  unit: 'days with a sale',
  range: [0.01, 100],
  default: 0.5,
  trades:
    'How many days with a sale the likes count for in how often a young product sells: higher believes its own first days less.',
})

export const SIZE_PRIOR = declareKnob({
  name: 'demand.cold-size-prior',
  unit: 'days with a sale',
  range: [0.01, 100],
  default: 1,
  trades:
    'How many days with a sale the likes count for in how much a young product sells at once: higher draws a strong first day more towards them.',
})

export const SIZE_CAP = declareKnob({
  name: 'demand.cold-size-cap',
  unit: 'mean sizes of a day with a sale',
  range: [1, 1000],
  default: 15,
  trades: 'A larger day counts as this: lower is less moved by one large order, and biased low.',
})

export const LIKE_PRIOR = declareKnob({
  name: 'demand.cold-like-prior',
  unit: 'products quite alike',
  range: [0.001, 100],
  default: 0.3,
  trades: 'How many likes all products together count for: higher follows single likes less.',
})

export const FIRST_SHARE = declareKnob({
  name: 'demand.cold-first-share',
  unit: 'share of a later day',
  range: [0, 1],
  default: 0.25,
  trades:
    'How much the first day on sale counts in how much is sold at once: higher believes strong launches.',
})
