import { declareKnob } from '../../core/knobs.ts'

export const candidatesKnob = declareKnob({
  name: 'search.judged-candidates',
  unit: 'candidates a query',
  range: [20, 5000],
  default: 80,
  trades: 'Higher lets fewer right documents slip through before ranking, at more time a query.',
})

export const unjudgedKnob = declareKnob({
  name: 'search.judged-unjudged',
  unit: 'documents a query at least',
  range: [0, 500],
  default: 45,
  trades:
    'Higher teaches more that what nobody judged is not wanted: better where judges saw all that is good, worse where they missed some.',
})

export const trainingRowsKnob = declareKnob({
  name: 'search.judged-training-rows',
  unit: 'rows',
  range: [1000, 5_000_000],
  default: 600_000,
  trades: 'Higher learns from more judgments, at more time and memory.',
})
