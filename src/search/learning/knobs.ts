import { declareKnob } from '../../core/knobs.ts'

export const recentShare = declareKnob({
  name: 'search.training-recent-share',
  unit: 'share of searches',
  range: [0.05, 0.9],
  default: 0.25,
  trades:
    'The newest searches teach the ranking, the older ones memory and vectors that it looks at: a larger share knows more queries, with less to look back on.',
})

export const trainingQueries = declareKnob({
  name: 'search.training-queries',
  unit: 'queries',
  range: [10, 100_000],
  default: 500,
  trades: 'More queries make a better ranking and a longer training.',
})

export const trainingCandidates = declareKnob({
  name: 'search.training-candidates',
  unit: 'products a query',
  range: [10, 1000],
  default: 60,
  trades: 'More products without clicks beside those clicked make a longer training.',
})

export const fewestClicks = declareKnob({
  name: 'search.training-fewest-clicks',
  unit: 'clicks a query',
  range: [1, 1000],
  default: 2,
  trades:
    'Queries with fewer clicks than this teach the ranking nothing: a higher bar is surer and knows fewer.',
})

export const leastExamined = declareKnob({
  name: 'search.training-least-examined',
  unit: 'share of customers who look',
  range: [0.001, 1],
  default: 0.1,
  trades:
    'A click far down counts as much as its place is seldom looked at, up to 1 / this: a lower bound is less biased and noisier.',
})

export const cartWorth = declareKnob({
  name: 'search.training-cart-worth',
  unit: 'clicks',
  range: [0, 1000],
  default: 3,
  trades: 'How many clicks a product put in the cart is worth in what the ranking learns.',
})

export const purchaseWorth = declareKnob({
  name: 'search.training-purchase-worth',
  unit: 'clicks',
  range: [0, 1000],
  default: 5,
  trades: 'How many clicks a purchase is worth in what the ranking learns.',
})
