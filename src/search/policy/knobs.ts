import { declareKnob } from '../../core/knobs.ts'

export const budgetMs = declareKnob({
  name: 'search.policy-budget-ms',
  unit: 'CPU milliseconds a search',
  range: [0.01, 10_000],
  default: 6,
  trades: 'Higher lets more arms run on one search: more is found, and it takes longer.',
})

export const budgetCandidates = declareKnob({
  name: 'search.policy-budget-candidates',
  unit: 'candidates a search',
  range: [1, 100_000],
  default: 400,
  trades: 'Higher lets the ranker choose among more candidates, and takes it longer.',
})
