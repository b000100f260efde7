import { declareKnob } from '../../core/knobs.ts'

export const LAGRANGIAN_ITERATIONS = declareKnob({
  name: 'network.design-lagrangian-iterations',
  unit: 'iterations',
  range: [10, 100_000],
  default: 1000,
  trades:
    'More tighten the lower bound and the choice of arcs, and cost time before the search begins.',
})

export const SLOPE_ITERATIONS = declareKnob({
  name: 'network.design-slope-iterations',
  unit: 'flows',
  range: [1, 10_000],
  default: 30,
  trades:
    'More flows a start of slope scaling find a better first design, and leave less time for windows.',
})

export const REROUTE_TRIALS = declareKnob({
  name: 'network.design-reroute-trials',
  unit: 'trials',
  range: [0, 10_000_000],
  default: 8000,
  trades: 'More trials of rerouting a round find better designs without the solver, and cost time.',
})

export const WINDOW_ROUNDS = declareKnob({
  name: 'network.design-windows',
  unit: 'windows',
  range: [0, 100_000],
  default: 12,
  trades:
    'More windows find better designs where no time limit ends the search before; each costs a MIP.',
})

export const WINDOW_NODES = declareKnob({
  name: 'network.design-window-nodes',
  unit: 'branch-and-bound nodes',
  range: [1, 1_000_000],
  default: 500,
  trades: 'More nodes search a window more thoroughly; fewer leave time for other windows.',
})

export const WINDOW_ARCS = declareKnob({
  name: 'network.design-window-arcs',
  unit: 'arcs',
  range: [2, 10_000],
  default: 40,
  trades: 'More free arcs a window find what smaller ones cannot, and take the solver longer.',
})

export const LEAST_OPENNESS = declareKnob({
  name: 'network.design-least-openness',
  unit: 'share of an arc',
  range: [0, 0.5],
  default: 0.005,
  trades:
    'Arcs that the relaxation opens less are left out of the first window; more make it slower and surer.',
})

export const EXACT_COLUMNS = declareKnob({
  name: 'network.design-exact-columns',
  unit: 'columns',
  range: [0, 1_000_000],
  default: 13_000,
  trades:
    'Problems up to this many pairs of arc and commodity go to branch and bound as a whole; larger ones leave more time to windows.',
})

export const EXACT_NODES = declareKnob({
  name: 'network.design-exact-nodes',
  unit: 'branch-and-bound nodes',
  range: [1, 100_000_000],
  default: 20_000,
  trades:
    'More nodes prove more designs where no time limit ends the search before, and cost time.',
})

export const WARM_SHARE = declareKnob({
  name: 'network.design-warm-share',
  unit: 'share of the time',
  range: [0, 0.9],
  default: 0.15,
  trades:
    'More time for windows before branch and bound starts it from a better design; less is left to prove it.',
})
