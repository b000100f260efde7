import { declareKnob } from '../core/knobs.ts'

export const normalPrior = declareKnob({
  name: 'demand.normal-prior',
  unit: 'observations',
  range: [0, 1000],
  default: 15,
  trades:
    'Higher trusts the normal shape longer before the residuals’ own: steadier quantiles of short series, worse ones of lumpy series.',
})

export const seasonShrink = declareKnob({
  name: 'demand.season-shrink',
  unit: 'observations a phase',
  range: [0, 1000],
  default: 40,
  trades:
    'Higher pulls a series’ own seasonal pattern towards the panel’s: less noise, slower to see a pattern of its own.',
})

export const historyHalfLife = declareKnob({
  name: 'demand.history-half-life',
  unit: 'slots',
  range: [1, 2000],
  default: 20,
  trades:
    'Higher remembers more of the past in the weighted history: finer tails, slower to follow a change of level.',
})

export const movingWindow = declareKnob({
  name: 'demand.moving-window',
  unit: 'seasons',
  range: [1, 200],
  default: 8,
  trades: 'Higher averages over more seasons: less noise, slower to follow a change of level.',
})

export const guardMargin = declareKnob({
  name: 'demand.guard-margin',
  unit: 'share of the default’s loss',
  range: [0, 1],
  default: 0.02,
  trades:
    'Higher asks more of a model before it replaces the simple default: fewer unlucky choices, some lost gains.',
})

export const choicePrior = declareKnob({
  name: 'demand.choice-prior',
  unit: 'observations',
  range: [0, 10000],
  default: 60,
  trades:
    'Higher judges a model more by how it does on the whole panel than on the one series: steadier choices, fewer special cases.',
})

export const backtestOrigins = declareKnob({
  name: 'demand.backtest-origins',
  unit: 'origins',
  range: [1, 50],
  default: 3,
  trades: 'More origins judge the models on more of the past and cost as much more time.',
})

export const saleHalfLife = declareKnob({
  name: 'demand.sale-half-life',
  unit: 'slots',
  range: [1, 2000],
  default: 12,
  trades:
    'Higher remembers longer how often a product sells: steadier, slower to see that it stopped or took off.',
})

export const sizeHalfLife = declareKnob({
  name: 'demand.size-half-life',
  unit: 'slots',
  range: [1, 2000],
  default: 60,
  trades: 'Higher remembers longer how much sells at once: finer tails, slower to follow a change.',
})

export const seasonSmoothing = declareKnob({
  name: 'demand.season-smoothing',
  unit: 'share of each neighbour',
  range: [0, 0.33],
  default: 0.15,
  trades: 'Higher smooths last season’s slots more: less noise repeated, blunter peaks.',
})

export const growthShare = declareKnob({
  name: 'demand.growth-share',
  unit: 'share',
  range: [0, 1],
  default: 0.5,
  trades: 'Higher believes more of the growth since last season: quicker to follow, noisier.',
})

export const yearBlend = declareKnob({
  name: 'demand.year-blend',
  unit: 'share of the season before',
  range: [0, 0.5],
  default: 0.3,
  trades: 'Higher leans more on the season before the last: less noise, older habits.',
})

export const alignEaster = declareKnob({
  name: 'demand.align-easter',
  unit: '0 or 1',
  range: [0, 1],
  default: 1,
  trades:
    'One compares the week before Easter with the week before Easter, zero with the same week.',
})
