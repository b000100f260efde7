import { declareKnob } from '../../core/knobs.ts'

export const RATING_SHARE = declareKnob({
  name: 'search.rating-share',
  unit: 'share of quality',
  range: [0, 1],
  default: 0.2,
  trades:
    'How much rating counts in quality beside popularity: higher lifts what is liked over what is bought.',
})

export const FACET_VALUES = declareKnob({
  name: 'search.facet-values',
  unit: 'values',
  range: [1, 1000],
  default: 20,
  trades: 'How many values of a facet are given: higher shows more and sends more.',
})

export const HISTOGRAM_BARS = declareKnob({
  name: 'search.histogram-bars',
  unit: 'bars',
  range: [2, 100],
  default: 10,
  trades:
    'About how many ranges a facet of numbers has: higher is finer and harder to choose from.',
})

export const MAXIMUM_REACH = declareKnob({
  name: 'search.maximum-reach',
  unit: 'results',
  range: [10, 1_000_000],
  default: 10_000,
  trades: 'How far results can be paged: higher reaches deeper and lets a request cost more.',
})

export const MAXIMUM_PAGE = declareKnob({
  name: 'search.maximum-page',
  unit: 'results',
  range: [1, 10_000],
  default: 200,
  trades: 'Most results on one page: higher answers more at once and lets a request cost more.',
})
