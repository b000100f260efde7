import { declareKnob } from '../../core/knobs.ts'

export const postgresStatements = declareKnob({
  name: 'warehouse.postgres-statements',
  unit: 'statements',
  range: [1, 5000],
  default: 100,
  trades:
    'Higher looks at more of the statements that PostgreSQL counts, the dearest first, and plans longer.',
})

export const postgresValueSets = declareKnob({
  name: 'warehouse.postgres-value-sets',
  unit: 'sets',
  range: [1, 50],
  default: 3,
  trades:
    'Higher plans each statement for more values of its parameters: a surer gain, more planning.',
})

export const postgresIndexWrite = declareKnob({
  name: 'warehouse.postgres-index-write-ms',
  unit: 'ms',
  range: [0, 10],
  default: 0.01,
  trades:
    'Higher asks more of an index on a table that is written often: what one row more in it costs.',
})

export const postgresLeastGain = declareKnob({
  name: 'warehouse.postgres-least-gain',
  unit: 'share',
  range: [0, 1],
  default: 0.02,
  trades: 'Higher proposes only what saves a larger share of all time on the server.',
})

export const postgresTrialBytes = declareKnob({
  name: 'warehouse.postgres-trial-bytes',
  unit: 'bytes',
  range: [0, 1e13],
  default: 2e9,
  trades:
    'Higher tries designs on copies of larger tables: more is measured, and the server works longer.',
})
