import { declareKnob } from '../../core/knobs.ts'

export const documentPriorKnob = declareKnob({
  name: 'search.click-document-prior',
  unit: 'impressions',
  range: [0, 10_000],
  default: 10,
  trades:
    'Higher trusts the mean of a query’s documents longer before a document’s own clicks: steadier with few impressions, slower to tell documents apart.',
})

export const rankPriorKnob = declareKnob({
  name: 'search.click-rank-prior',
  unit: 'impressions',
  range: [0, 100_000],
  default: 20,
  trades:
    'Higher smooths how much a place is looked at towards its neighbours: steadier with few impressions, blind to jumps such as the end of a page.',
})

export const propensityFloorKnob = declareKnob({
  name: 'search.click-propensity-floor',
  unit: 'probability',
  range: [0.001, 1],
  default: 0.05,
  trades:
    'Higher clips the weights of clicks at places seldom looked at: less variance, more of the bias of position left.',
})

export const swapSmoothingKnob = declareKnob({
  name: 'search.click-swap-smoothing',
  unit: 'clicks',
  range: [0.001, 10_000],
  default: 1,
  trades:
    'Higher smooths what swap experiments say of a place towards its neighbours: steadier with few clicks, blind to jumps.',
})
