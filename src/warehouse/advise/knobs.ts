import { declareKnob } from '../../core/knobs.ts'

export const horizonDays = declareKnob({
  name: 'warehouse.horizon-days',
  unit: 'days',
  range: [0.001, 3650],
  default: 7,
  trades:
    'Higher lets what an action costs to make be paid back over more days: more actions, slower to pay.',
})

export const adviseShare = declareKnob({
  name: 'warehouse.advise-share',
  unit: 'share of the CPU that is asked until the horizon',
  range: [0, 1],
  default: 0.05,
  trades: 'Higher looks for changes also where little is asked, at more CPU where none gains.',
})

export const storageShare = declareKnob({
  name: 'warehouse.storage-share',
  unit: 'share of the database',
  range: [0, 100],
  default: 0.5,
  trades: 'Higher lets actions take more room on disk for more time saved.',
})

export const leastStorageMegabytes = declareKnob({
  name: 'warehouse.least-storage-megabytes',
  unit: 'MB',
  range: [0, 1_000_000],
  default: 64,
  trades: 'Higher lets actions on small databases take room out of proportion to them.',
})

export const measureStatements = declareKnob({
  name: 'warehouse.measure-statements',
  unit: 'statements a template',
  range: [1, 1000],
  default: 5,
  trades: 'Higher judges an applied action on more statements: a surer measure, each run paid for.',
})

export const retreatShare = declareKnob({
  name: 'warehouse.retreat-share',
  unit: 'share of the time before',
  range: [0, 1],
  default: 0.05,
  trades:
    'Higher undoes actions that save less than this of the time their statements took before: fewer, surer actions.',
})
