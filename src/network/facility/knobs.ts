import { declareKnob } from '../../core/knobs.ts'

export const PRICE_ITERATIONS = declareKnob({
  name: 'network.facility-price-iterations',
  unit: 'iterations',
  range: [10, 10_000],
  default: 400,
  trades: 'Higher: a better bound before branching begins, and more time until it does.',
})

export const NODE_ITERATIONS = declareKnob({
  name: 'network.facility-node-iterations',
  unit: 'iterations',
  range: [5, 1000],
  default: 70,
  trades: 'Higher: fewer nodes of branch and bound, each of which takes longer.',
})

export const SEARCH_TRIES = declareKnob({
  name: 'network.facility-search-tries',
  unit: 'moves',
  range: [0, 100_000],
  default: 30,
  trades: 'Higher: a better first plan by local search, and a later start of branching.',
})

export const PATIENT_NODES = declareKnob({
  name: 'network.facility-patient-nodes',
  unit: 'nodes',
  range: [1, 1_000_000],
  default: 300,
  trades: 'Higher: more branching before local search looks through the whole neighbourhood.',
})

export const KNAPSACK_NODES = declareKnob({
  name: 'network.facility-knapsack-nodes',
  unit: 'nodes',
  range: [1, 1_000_000],
  default: 3000,
  trades: 'Higher: better bounds where customers may not be shared, and more time for each.',
})

export const PROOF_GAP = declareKnob({
  name: 'network.facility-proof-gap',
  unit: 'share of the value',
  range: [1e-12, 0.1],
  default: 1e-7,
  trades: 'Higher: the search ends sooner, with a plan that may be dearer by that share.',
})

export const ASSIGN_SECONDS = declareKnob({
  name: 'network.facility-assign-seconds',
  unit: 's of CPU',
  range: [0.01, 3600],
  default: 10,
  trades: 'Higher: the exact assignment of customers to one set of sites is given up later.',
})
