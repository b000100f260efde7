import { declareKnob } from '../../core/knobs.ts'

export const diversityKnob = declareKnob({
  name: 'search.diversity',
  unit: 'share of the score',
  range: [0, 0.95],
  default: 0,
  trades:
    'Higher puts unlike products beside each other on the first page: more choice at a glance, less of what the query asked for.',
})

export const diversityDepthKnob = declareKnob({
  name: 'search.diversity-depth',
  unit: 'places',
  range: [1, 200],
  default: 40,
  trades: 'Higher mixes more places by likeness: diverse further down, more time a query.',
})
