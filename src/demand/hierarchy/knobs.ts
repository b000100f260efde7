import { declareKnob } from '../../core/knobs.ts'

export const reconcileMargin = declareKnob({
  name: 'demand.reconcile-margin',
  unit: 'share',
  range: [0, 1],
  default: 0.01,
  trades:
    'What MinT must save on the past to replace plain sums: higher keeps the sums of the products more often.',
})

export const reconcileSamples = declareKnob({
  name: 'demand.reconcile-samples',
  unit: 'paths',
  range: [20, 5000],
  default: 200,
  trades: 'Sample paths behind the quantiles of sums: more are smoother and take longer.',
})

export const sumSpreadPrior = declareKnob({
  name: 'demand.sum-spread-prior',
  unit: 'origins',
  range: [0, 100_000],
  default: 1,
  trades:
    'Higher trusts what few past origins say of the bands of sums less: bands nearer to those of the paths, narrower.',
})
