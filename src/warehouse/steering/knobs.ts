import { declareKnob } from '../../core/knobs.ts'

export const SAMPLE_ROWS = declareKnob({
  name: 'warehouse.steering-sample-rows',
  unit: 'rows a table',
  range: [64, 100_000],
  default: 512,
  trades:
    'Higher tells better how many rows filters leave; each statement’s filters are tried on all of them.',
})

export const BAGS = declareKnob({
  name: 'warehouse.steering-bags',
  unit: 'models',
  range: [2, 32],
  default: 3,
  trades: 'Higher makes predictions and their spread steadier; each statement asks all of them.',
})

export const LIMIT_TIMES = declareKnob({
  name: 'warehouse.steering-limit',
  unit: 'times the default',
  range: [1.5, 100],
  default: 3,
  trades:
    'Higher lets slow arms finish and be known; lower interrupts them earlier and runs the default after.',
})

export const LIMIT_SLACK_MS = declareKnob({
  name: 'warehouse.steering-limit-slack',
  unit: 'CPU ms',
  range: [0, 10_000],
  default: 4,
  trades: 'Higher interrupts fewer short statements, whose times are uncertain.',
})

export const REGRESSION_SHARE = declareKnob({
  name: 'warehouse.steering-regressions',
  unit: 'share of steered statements',
  range: [0, 1],
  default: 0.03,
  trades:
    'Higher lets more statements become slower while arms are learned; above it only what is known to gain is steered.',
})

export const SLOWER_TIMES = declareKnob({
  name: 'warehouse.steering-slower',
  unit: 'times the default',
  range: [1, 10],
  default: 1.25,
  trades: 'Higher counts fewer runs as regressions and leaves arms later.',
})

export const SLOWER_MS = declareKnob({
  name: 'warehouse.steering-slower-ms',
  unit: 'CPU ms',
  range: [0, 10_000],
  default: 2,
  trades: 'Higher counts fewer runs of short statements as regressions.',
})

export const EXPLORE = declareKnob({
  name: 'warehouse.steering-explore',
  unit: 'times the spread',
  range: [0, 4],
  default: 0.5,
  trades: 'Higher tries arms that may be better sooner and pays for those that are not.',
})

export const VERIFY_SHARE = declareKnob({
  name: 'warehouse.steering-verify',
  unit: 'share of steered runs',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher compares with the default more often, at the default’s price.',
})

export const SWITCH_MS = declareKnob({
  name: 'warehouse.steering-switch',
  speed: true,
  unit: 'CPU ms',
  range: [0, 100],
  default: 0.15,
  trades: 'Higher changes settings less often between statements that hardly gain.',
})

export const MEASURE_BUDGET_MS = declareKnob({
  name: 'warehouse.steering-budget',
  unit: 'CPU ms',
  range: [0, 3_600_000],
  default: 30_000,
  trades: 'Higher tries arms on more statements before it advises.',
})

export const LEAST_GAIN = declareKnob({
  name: 'warehouse.steering-least-gain',
  unit: 'share of the CPU',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher keeps fewer arms: less to learn, less to gain.',
})

export const MEASURE_TIMES = declareKnob({
  name: 'warehouse.steering-effort',
  unit: 'times the CPU of the workload',
  range: [0, 1000],
  default: 6,
  trades:
    'Higher spends more CPU on trying arms; a workload that comes back each day pays it back later.',
})

export const RISK = declareKnob({
  name: 'warehouse.steering-risk',
  unit: 'chance',
  range: [0.001, 0.5],
  default: 0.4,
  trades:
    'Higher takes arms that may well be slower than the default by what counts as a regression; most choices run far less.',
})

export const RENT_TIMES = declareKnob({
  name: 'warehouse.steering-rent',
  speed: true,
  unit: 'times the other way',
  range: [0.1, 20],
  default: 1.5,
  trades:
    'Higher lets more statements end as they were asked; lower stops the dear ones earlier. What is stopped was paid for nothing.',
})

export const RENT_LEAST_MS = declareKnob({
  name: 'warehouse.steering-rent-least',
  speed: true,
  unit: 'CPU ms',
  range: [0.5, 1000],
  default: 10,
  trades: 'Higher never stops short statements, which hardly gain; lower gains on more of them.',
})

export const RENT_RISK = declareKnob({
  name: 'warehouse.steering-rent-risk',
  speed: true,
  unit: 'chance',
  range: [0.001, 1],
  default: 0.1,
  trades:
    'Higher asks in another way at once where it may be the slower one; lower lets the default begin.',
})

export const RENT_GAIN = declareKnob({
  name: 'warehouse.steering-rent-gain',
  speed: true,
  unit: 'share of the other way',
  range: [0, 10],
  default: 0.2,
  trades: 'Higher leaves statements as they are asked where the other way would save little.',
})

export const HOPED_SHARE = declareKnob({
  name: 'warehouse.steering-hope',
  unit: 'share of the CPU',
  range: [0, 1],
  default: 0.05,
  trades:
    'Higher seeks settings for smaller workloads; what is sought and not found is paid for nothing.',
})
