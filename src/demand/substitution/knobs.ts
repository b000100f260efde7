import { declareKnob } from '../../core/knobs.ts'

export const CANDIDATES = declareKnob({
  name: 'demand.substitute-candidates',
  unit: 'products',
  range: [1, 30],
  default: 10,
  trades:
    'Nearest products of the same category that are looked at as substitutes: more finds distant ones and takes more time.',
})

export const SUBSTITUTE_EVIDENCE = declareKnob({
  name: 'demand.substitute-evidence',
  unit: 'standard errors',
  range: [0, 10],
  default: 2,
  trades: 'Higher keeps only substitution that is better supported: fewer pairs, surer ones.',
})

export const LEAST_SUBSTITUTION = declareKnob({
  name: 'demand.least-substitution',
  unit: 'share of customers',
  range: [0.001, 1],
  default: 0.02,
  trades: 'Pairs below this share are left out: higher gives a shorter table.',
})

export const SUBSTITUTE_CHANCE = declareKnob({
  name: 'demand.substitute-chance',
  unit: 'probability',
  range: [0, 1],
  default: 0.45,
  trades: 'Higher keeps only pairs that are surer to be substitutes: fewer of them, fewer false.',
})
