import { declareKnob } from '../../core/knobs.ts'

/** Knobs of the memory of queries. */
export const MEMORY_KNOBS = {
  cart: declareKnob({
    name: 'search.memory-cart-weight',
    unit: 'clicks',
    range: [0, 20],
    default: 2,
    trades: 'Higher, and products put into carts come before products that are only looked at.',
  }),
  purchase: declareKnob({
    name: 'search.memory-purchase-weight',
    unit: 'clicks',
    range: [0, 50],
    default: 4,
    trades: 'Higher, and products that were bought come before products that are only looked at.',
  }),
  halfLifeDays: declareKnob({
    name: 'search.memory-half-life',
    unit: 'days',
    range: [1, 3650],
    default: 120,
    trades: 'Longer, and the memory is steadier; shorter, and it follows fashions sooner.',
  }),
  priorViews: declareKnob({
    name: 'search.memory-prior-views',
    unit: 'views',
    range: [0.1, 100],
    default: 4,
    trades: 'More, and a product needs more clicks before a few lucky ones move it up.',
  }),
  priorRate: declareKnob({
    name: 'search.memory-prior-rate',
    unit: 'clicks a view',
    range: [0, 1],
    default: 0.05,
    trades: 'Higher, and products that were shown but hardly clicked keep more of their place.',
  }),
  leastExamined: declareKnob({
    name: 'search.memory-least-examined',
    unit: 'share',
    range: [0.001, 1],
    default: 0.05,
    trades: 'Lower, and a click far down the list counts for more, with more noise.',
  }),
  leastLikeness: declareKnob({
    name: 'search.memory-least-likeness',
    unit: 'share',
    range: [0.05, 1],
    default: 0.2,
    trades:
      'Higher, and only queries that say nearly the same are asked; lower, and more is found, and found wrongly.',
  }),
  likenessPower: declareKnob({
    name: 'search.memory-likeness-power',
    unit: 'exponent',
    range: [0.5, 8],
    default: 2,
    trades: 'Higher, and the most alike of the similar queries decide alone.',
  }),
  neighbours: declareKnob({
    name: 'search.memory-neighbours',
    unit: 'queries',
    range: [1, 500],
    default: 40,
    trades: 'More similar queries bring more products and take more time.',
  }),
  predictedWeight: declareKnob({
    name: 'search.memory-predicted-weight',
    unit: 'clicks a view',
    range: [0, 1],
    default: 0.05,
    trades:
      'Higher, and products without history come sooner, on a guess of what they are searched for.',
  }),
  replacingClicks: declareKnob({
    name: 'search.memory-replacing-clicks',
    unit: 'clicks',
    range: [0.1, 100],
    default: 3,
    trades: 'More, and guesses stand longer beside the first real clicks of a product.',
  }),
  predictedQueries: declareKnob({
    name: 'search.memory-predicted-queries',
    unit: 'queries a product',
    range: [0, 50],
    default: 8,
    trades: 'More guesses find a new product by more words, and take memory.',
  }),
  maximumQueries: declareKnob({
    name: 'search.maximum-memory-queries',
    unit: 'queries',
    range: [100, 10_000_000],
    default: 200_000,
    trades: 'More queries are remembered, at about 300 bytes each; the least useful are forgotten.',
  }),
  maximumProducts: declareKnob({
    name: 'search.maximum-memory-products',
    unit: 'products a query',
    range: [5, 10_000],
    default: 100,
    trades: 'More products are remembered for a query, at 24 bytes each.',
  }),
  maximumPostings: declareKnob({
    name: 'search.maximum-memory-postings',
    unit: 'queries a word',
    range: [100, 1_000_000],
    default: 5000,
    trades:
      'Words in more queries than this are passed over in looking for similar ones, to save time.',
  }),
} as const
