import { declareKnob } from '../../core/knobs.ts'

export const LEVEL_HALF_LIFE = declareKnob({
  name: 'demand.lost-level-half-life',
  unit: 'days',
  range: [2, 365],
  default: 56,
  trades:
    'Days by which the weight of neighbouring days halves in what a product out of stock would have sold: higher is steadier, slower to follow a change of level.',
})

export const LEVEL_PRIOR = declareKnob({
  name: 'demand.lost-level-prior',
  unit: 'units',
  range: [0.1, 100],
  default: 6,
  trades: 'Units of a product’s mean that its local level is drawn to: higher is steadier.',
})

export const NEIGHBOUR_PRIOR = declareKnob({
  name: 'demand.lost-neighbour-prior',
  unit: 'units',
  range: [0.1, 1000],
  default: 100,
  trades:
    'Units by which a category’s day is drawn to the store’s day: higher follows the category less.',
})

export const FADE_HALF_LIFE = declareKnob({
  name: 'demand.lost-fade-half-life',
  unit: 'days',
  range: [5, 3650],
  default: 60,
  trades:
    'How fast the demand of a product that does not come back is taken to fade: higher reports more lost sales of such products.',
})

export const SUSPECT_STOCK_OUTS = declareKnob({
  name: 'demand.suspect-stock-outs',
  unit: '0 or 1',
  range: [0, 1],
  default: 0,
  trades:
    'One takes long runs of zeros of fast sellers for days out of stock where the feed says nothing of stock; some slow times are then mistaken for stock-outs.',
})

export const SUSPICION = declareKnob({
  name: 'demand.suspicion',
  unit: 'probability',
  range: [0.5, 1],
  default: 0.95,
  trades: 'Higher asks for longer runs of zeros before they count as out of stock.',
})
