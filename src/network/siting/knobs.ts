import { declareKnob } from '../../core/knobs.ts'

export const sitingNearest = declareKnob({
  name: 'network.siting-nearest',
  unit: 'sites',
  range: [2, 1000],
  default: 8,
  trades:
    'More let areas be served from farther sites while the plan is searched; the model grows with it.',
})

export const sitingAreas = declareKnob({
  name: 'network.siting-areas',
  unit: 'groups of areas',
  range: [5, 10_000],
  default: 40,
  trades: 'More keep areas apart while the plan is searched; the model grows with it.',
})

export const sitingExactColumns = declareKnob({
  name: 'network.siting-exact-columns',
  unit: 'variables',
  range: [0, 1_000_000],
  default: 6_000,
  trades: 'Higher solves larger problems in one piece, which can take long.',
})

export const sitingNodes = declareKnob({
  name: 'network.siting-nodes',
  unit: 'nodes',
  range: [1, 1_000_000],
  default: 3_000,
  trades: 'More nodes of branch and bound prove more plans and take longer.',
})

export const sitingWindowNodes = declareKnob({
  name: 'network.siting-window-nodes',
  unit: 'nodes',
  range: [1, 100_000],
  default: 10,
  trades:
    'More decide each year and each group of sites better where the model is not solved in one piece.',
})

export const sitingRounds = declareKnob({
  name: 'network.siting-rounds',
  unit: 'rounds',
  range: [0, 10_000],
  default: 8,
  trades: 'More solve more groups of sites again after the years were planned one by one.',
})

export const sitingPlaces = declareKnob({
  name: 'network.siting-places',
  unit: 'sites',
  range: [0, 1000],
  default: 3,
  trades:
    'More sites are tried in the place of each that grows once a plan is found; each try prices the plan.',
})

export const sitingBoundRounds = declareKnob({
  name: 'network.siting-bound-rounds',
  unit: 'rounds',
  range: [0, 100_000],
  default: 200,
  trades: 'More tighten the bound; each costs one pass over all sites, years and areas.',
})
