import { declareKnob } from '../../core/knobs.ts'

export const CLICK_PRIOR = declareKnob({
  name: 'search.click-prior',
  unit: 'clicks',
  range: [0.1, 10_000],
  default: 20,
  trades:
    'How many clicks the catalogue counts for in what words mean: higher follows clicks later and less.',
})

export const CONSTRAINT_SOFTNESS = declareKnob({
  name: 'search.constraint-softness',
  unit: 'share of the score',
  range: [0, 1],
  default: 0.4,
  trades:
    'What a product keeps of its score that misses one understood part of the query: 0 makes all parts conditions, 1 ignores what is missed.',
})

export const BEAM_WIDTH = declareKnob({
  name: 'search.beam-width',
  unit: 'readings',
  range: [1, 200],
  default: 12,
  trades: 'Readings of a query that are followed at once: higher misses fewer and takes longer.',
})

export const MAXIMUM_INTERPRETATIONS = declareKnob({
  name: 'search.maximum-interpretations',
  unit: 'readings',
  range: [1, 50],
  default: 5,
  trades: 'Readings of a query that are kept: higher retrieves by unlikelier ones too.',
})

export const MAXIMUM_SPAN = declareKnob({
  name: 'search.maximum-span',
  unit: 'words',
  range: [1, 8],
  default: 4,
  trades: 'Words that can name one value together: higher knows longer names and takes longer.',
})

export const LEAST_PROBABILITY = declareKnob({
  name: 'search.least-probability',
  unit: 'probability',
  range: [0, 1],
  default: 0.05,
  trades: 'Less probable meanings of words are dropped: higher is faster and misses rare meanings.',
})

export const TYPO_BELIEF = declareKnob({
  name: 'search.typo-belief',
  unit: 'share a slip',
  range: [0, 1],
  default: 0.7,
  trades: 'How probable a value stays whose word was misspelt: higher trusts corrections more.',
})

export const LOW_PRICE = declareKnob({
  name: 'search.low-price',
  unit: 'share of products',
  range: [0.01, 0.5],
  default: 0.25,
  trades:
    '"cheap" means this share of the cheapest products of a category; "expensive" the dearest.',
})

export const EXTRACTION_CONFIDENCE = declareKnob({
  name: 'search.extraction-confidence',
  unit: 'probability',
  range: [0, 1],
  default: 0.8,
  trades:
    'Attributes read from texts are used from this confidence on: lower finds more products and errs more often.',
})

export const MAXIMUM_ENTITIES = declareKnob({
  name: 'search.maximum-entities',
  unit: 'values',
  range: [1000, 10_000_000],
  default: 600_000,
  trades: 'Values that words can mean at most, the most frequent first: higher takes more memory.',
})

export const SUGGESTED_PRODUCTS = declareKnob({
  name: 'search.suggested-products',
  unit: 'products',
  range: [0, 10_000_000],
  default: 100_000,
  trades: 'Products whose titles are suggested, the best first: higher takes more memory.',
})

export const SUGGESTED_AFTER = declareKnob({
  name: 'search.suggested-after',
  unit: 'times asked',
  range: [1, 1000],
  default: 3,
  trades:
    'Queries are suggested once they were asked this often: lower learns sooner and may show what only one person typed.',
})
