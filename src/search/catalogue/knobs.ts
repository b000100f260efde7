import { declareKnob } from '../../core/knobs.ts'

export const SAMPLED_PRODUCTS = declareKnob({
  name: 'search.sampled-products',
  unit: 'products',
  range: [100, 10_000_000],
  default: 50_000,
  trades:
    'How many products are all looked at to infer the roles of fields (one in sixteen of those after them): higher sees rarer fields and takes longer.',
})

export const MAXIMUM_FIELDS = declareKnob({
  name: 'search.maximum-fields',
  unit: 'fields',
  range: [8, 4096],
  default: 48,
  trades:
    'How many attributes and numbers keep a field of their own: higher can filter and understand rarer ones and takes more memory and time.',
})

export const MAXIMUM_FAULTS = declareKnob({
  name: 'search.maximum-faults',
  unit: 'faults',
  range: [1, 100_000],
  default: 20,
  trades: 'How many faults of a catalogue are named one by one: higher says more at once.',
})

export const SPARSE_SHARE = declareKnob({
  name: 'search.sparse-share',
  unit: 'share of products',
  range: [0, 1],
  default: 0.01,
  trades:
    'Attributes on fewer products than this have no field of their own where fields are many: higher keeps fewer.',
})
