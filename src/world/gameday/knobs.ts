import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'

/** How a game day is driven and judged. */
export interface GamedayKnobs {
  /** Connections to the target at most. */
  readonly connections: number
  /** Requests that may wait for a connection. */
  readonly backlog: number
  readonly timeoutMs: number
  readonly thinkMs: number
  /** Share of failed requests from which a service does not hold. */
  readonly errorObjective: number
  /** Utilisation to which servers are ordered: 1 − headroom. */
  readonly headroom: number
}

const connections = declareKnob({
  name: 'gameday.connections',
  unit: 'connections',
  range: [1, 50_000],
  default: 1000,
  trades: 'Higher holds the curve while a server stalls longer; each costs memory on both sides.',
})

const backlog = declareKnob({
  name: 'gameday.backlog',
  unit: 'requests',
  range: [0, 1_000_000],
  default: 20_000,
  trades: 'Higher measures longer waits of requests without a connection, lower fails them sooner.',
})

const timeout = declareKnob({
  name: 'gameday.timeout',
  unit: 'ms',
  range: [100, 600_000],
  default: 10_000,
  trades: 'Higher waits for slow answers, lower gives their connections to others as browsers do.',
})

const think = declareKnob({
  name: 'gameday.think-time',
  unit: 'ms',
  range: [0, 3_600_000],
  default: 8000,
  trades:
    'Higher spreads the acts of a customer, so that promises are older when they are ordered.',
})

const errorObjective = declareKnob({
  name: 'gameday.error-objective',
  unit: 'share of requests',
  range: [0, 1],
  default: 0.01,
  trades: 'Higher calls a service that fails more often one that holds.',
})

const headroom = declareKnob({
  name: 'gameday.headroom',
  unit: 'share of servers',
  range: [0, 0.9],
  default: 0.2,
  trades: 'Higher orders more servers than the rate that was held needs.',
})

/** The knobs of game days, from the settings of a store. */
export function readGamedayKnobs(settings: KnobSettings = {}): GamedayKnobs {
  return {
    connections: Math.round(readKnob(connections, settings)),
    backlog: Math.round(readKnob(backlog, settings)),
    timeoutMs: readKnob(timeout, settings),
    thinkMs: readKnob(think, settings),
    errorObjective: readKnob(errorObjective, settings),
    headroom: readKnob(headroom, settings),
  }
}
