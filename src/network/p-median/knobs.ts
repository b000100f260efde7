import { declareKnob } from '../../core/knobs.ts'

export const pMedianRestarts = declareKnob({
  name: 'network.p-median-restarts',
  unit: 'restarts',
  range: [1, 100_000],
  default: 60,
  trades: 'More find better sites where few are not enough; each costs one more local search.',
})

export const pMedianElites = declareKnob({
  name: 'network.p-median-elites',
  unit: 'solutions',
  range: [2, 100],
  default: 8,
  trades: 'More keep different good choices to combine; fewer combine the best ones more often.',
})

export const pMedianBoundRounds = declareKnob({
  name: 'network.p-median-bound-rounds',
  unit: 'rounds',
  range: [0, 100_000],
  default: 500,
  trades:
    'More tighten the bound and prove more answers; each costs a pass over nearby sites of all areas.',
})

export const pMedianNodes = declareKnob({
  name: 'network.p-median-nodes',
  unit: 'nodes',
  range: [0, 1_000_000],
  default: 200,
  trades: 'More prove answers whose bound leaves a gap, by branching; each costs tens of rounds.',
})

export const pMedianCapacitatedRounds = declareKnob({
  name: 'network.p-median-capacitated-rounds',
  unit: 'rounds',
  range: [0, 100_000],
  default: 300,
  trades:
    'More find better sites and assignments under capacities; each costs one more local search.',
})
