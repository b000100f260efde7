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

export const maximumChoices = declareKnob({
  name: 'search.maximum-policy-choices',
  unit: 'combinations',
  range: [1, 1000],
  default: 48,
  trades: 'Higher tries finer mixes of arms: more to gain, slower to learn and to choose.',
})

export const trialCount = declareKnob({
  name: 'search.policy-trial-count',
  unit: 'candidates',
  range: [1, 10_000],
  default: 20,
  trades:
    'Candidates first asked of an arm outside the default: higher sees more of it, at its cost.',
})

export const learnFirst = declareKnob({
  name: 'search.policy-learn-first',
  unit: 'searches',
  range: [0, 1e9],
  default: 200,
  trades: 'Higher watches the default longer before anything else is tried: safer, slower to gain.',
})

export const exploredCap = declareKnob({
  name: 'search.policy-explored-cap',
  unit: 'share of searches',
  range: [0, 1],
  default: 0.8,
  trades:
    'Searches that may leave the default before leaving it is proven better; 0 switches learning off. Higher learns faster and risks more.',
})

export const provenCap = declareKnob({
  name: 'search.policy-proven-cap',
  unit: 'share of searches',
  range: [0, 1],
  default: 0.95,
  trades:
    'The same once it is proven better. The rest stays with the default, to notice when it no longer is.',
})

export const tolerance = declareKnob({
  name: 'search.policy-tolerance',
  unit: 'share of the default’s reward',
  range: [0, 1],
  default: 0.03,
  trades:
    'What searches may lose against the default in all, while learning: higher explores sooner and loses more at worst.',
})

export const caution = declareKnob({
  name: 'search.policy-caution',
  unit: 'standard deviations',
  range: [0, 10],
  default: 1.64,
  trades: 'Higher thinks worse of combinations that are little known: safer, slower to try them.',
})

export const retreatDays = declareKnob({
  name: 'search.policy-retreat-days',
  unit: 'days',
  range: [0, 3650],
  default: 7,
  trades: 'How long a retreat to the default lasts: higher is safer, and later to try again.',
})

export const halfLifeDays = declareKnob({
  name: 'search.policy-half-life',
  unit: 'days',
  range: [0.01, 36_500],
  default: 60,
  trades: 'Higher remembers longer what arms brought: surer, and slower to follow a change.',
})

export const draws = declareKnob({
  name: 'search.policy-draws',
  unit: 'draws a search',
  range: [1, 10_000],
  default: 64,
  trades: 'Higher counts the probabilities of Thompson sampling more finely, and takes longer.',
})

export const width = declareKnob({
  name: 'search.policy-width',
  unit: 'standard deviations, as a factor',
  range: [0, 10],
  default: 0.5,
  trades: 'Higher explores more: learns faster where much is unknown, earns less meanwhile.',
})

export const queryVariance = declareKnob({
  name: 'search.policy-query-variance',
  unit: 'share of the variance of a reward',
  range: [0, 10],
  default: 0.1,
  trades:
    'How much an arm may differ from query to query: higher trusts few searches of one query more.',
})

export const tokenVariance = declareKnob({
  name: 'search.policy-token-variance',
  unit: 'share of the variance of a reward',
  range: [0, 10],
  default: 0.1,
  trades: 'The same for queries that share words.',
})

export const memoryEntries = declareKnob({
  name: 'search.maximum-policy-memory',
  unit: 'pairs of arm and query or word',
  range: [10, 1e8],
  default: 100_000,
  trades: 'Higher remembers more queries apart, and takes more memory (about 150 bytes each).',
})

export const clickReward = declareKnob({
  name: 'search.reward-click',
  unit: 'reward',
  range: [0, 1],
  default: 0.3,
  trades:
    'What a click counts where a purchase counts 1: higher learns faster, from what is liked rather than bought.',
})

export const cartReward = declareKnob({
  name: 'search.reward-cart',
  unit: 'reward',
  range: [0, 1],
  default: 0.6,
  trades: 'What putting into the cart counts where a purchase counts 1.',
})

export const purchaseReward = declareKnob({
  name: 'search.reward-purchase',
  unit: 'reward',
  range: [0, 1],
  default: 1,
  trades: 'What a purchase counts.',
})

export const timePrice = declareKnob({
  name: 'search.policy-time-price',
  unit: 'reward for the whole budget of milliseconds',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher spares time at the cost of what is found.',
})

export const candidatePrice = declareKnob({
  name: 'search.policy-candidate-price',
  unit: 'reward for the whole budget of candidates',
  range: [0, 1],
  default: 0.005,
  trades: 'Higher asks for fewer candidates at the cost of what is found.',
})
