import { declareKnob } from '../../core/knobs.ts'

export const feedbackWait = declareKnob({
  name: 'search.feedback-wait-minutes',
  unit: 'minutes',
  range: [0, 10_000],
  default: 30,
  trades:
    'How long a search waits for clicks and purchases before the policy learns from it: longer sees more of them, and learns later.',
})

export const logWait = declareKnob({
  name: 'search.log-wait-ms',
  unit: 'ms',
  range: [0, 60_000],
  default: 50,
  trades:
    'Searches within it are written to the ledger together: longer costs less a search, and a crash loses the searches of a longer time. Feedback is on disk before it is acknowledged, and its search with it, whatever this is.',
})

export const rememberedSearches = declareKnob({
  name: 'search.remembered-searches',
  unit: 'searches',
  range: [100, 10_000_000],
  default: 100_000,
  trades: 'Searches whose feedback is still taken: more of them take more memory.',
})

export const refreshSeconds = declareKnob({
  name: 'search.refresh-seconds',
  unit: 's',
  range: [0, 3600],
  default: 2,
  trades:
    'How often a running server looks for new models: seldom is cheaper, and slower to see them.',
})

export const trainingDays = declareKnob({
  name: 'search.training-days',
  unit: 'days',
  range: [1, 10_000],
  default: 180,
  trades:
    'More days of searches know more queries, and take longer to learn; what is old fades anyway.',
})
