import { declareKnob } from '../../core/knobs.ts'

export const templateLimit = declareKnob({
  name: 'warehouse.templates',
  unit: 'templates',
  range: [10, 1_000_000],
  default: 5000,
  trades:
    'Higher remembers more different statements; each takes some kilobytes, and those beyond are looked at anew when they come back.',
})

export const lookAfter = declareKnob({
  name: 'warehouse.look-after',
  speed: true,
  unit: 'CPU ms beyond 1 ms a statement',
  range: [0, 10_000],
  default: 15,
  trades:
    'Higher asks DuckDB for the tree of a template, which takes 2 to 4 ms, only when its statements took more: rare ones cost less, common ones are answered from views a little later.',
})

export const lookShare = declareKnob({
  name: 'warehouse.look-share',
  unit: 'share of the CPU that is asked',
  range: [0, 1],
  default: 0.03,
  trades:
    'Higher looks at more of many short statements in a replay: what they are is known better, and looking at them takes more of what they take.',
})

export const sampleSize = declareKnob({
  name: 'warehouse.sample-size',
  unit: 'runs a template',
  range: [1, 10_000],
  default: 64,
  trades:
    'Higher knows the constants of a template better, for views, layouts and drift; each run kept takes some hundred bytes.',
})

export const repeatMemory = declareKnob({
  name: 'warehouse.repeat-memory',
  unit: 'statements',
  range: [1, 10_000_000],
  default: 10_000,
  trades:
    'Higher recognizes exact repeats that lie further apart; each statement is kept as its text.',
})

export const profileShare = declareKnob({
  name: 'warehouse.profile-share',
  unit: 'share of the CPU of what was asked',
  range: [0, 1],
  default: 0.01,
  trades:
    'Higher knows rows and estimates of operators of more statements; each profile runs one of them once more.',
})

export const driftDistance = declareKnob({
  name: 'warehouse.drift-distance',
  unit: 'distance of two distributions, 0 to 1',
  range: [0, 1],
  default: 0.1,
  trades: 'Higher passes over small changes of what is asked, however certain they are.',
})

export const driftDraws = declareKnob({
  name: 'warehouse.drift-draws',
  unit: 'resamples',
  range: [20, 100_000],
  default: 200,
  trades: 'Higher makes the threshold of drift surer, in proportion to its CPU.',
})
