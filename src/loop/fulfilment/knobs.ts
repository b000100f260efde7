import { declareKnob } from '../../core/knobs.ts'

/** Knobs of the live service. */
export const FULFILMENT_KNOBS = {
  holdMinutes: declareKnob({
    name: 'fulfilment.hold-minutes',
    unit: 'minutes',
    range: [1, 1440],
    default: 15,
    trades:
      'How long units are held for an order that is not written down yet: longer outlasts slow machines, and keeps units from others after a failure.',
  }),
  expireSeconds: declareKnob({
    name: 'fulfilment.expire-seconds',
    unit: 'seconds',
    range: [1, 3600],
    default: 10,
    trades: 'Between looks for reservations that have expired: shorter frees units sooner.',
  }),
  reevaluateSeconds: declareKnob({
    name: 'fulfilment.reevaluate-seconds',
    unit: 'seconds',
    range: [1, 86_400],
    default: 60,
    trades:
      'Between looks at open orders: shorter helps those that wait sooner and costs work each time.',
  }),
  reevaluateOrders: declareKnob({
    name: 'fulfilment.reevaluate-orders',
    unit: 'orders a second',
    range: [1, 10_000],
    default: 50,
    trades:
      'Open orders looked at again together, each second until all have been: more find more to join and exchange, and keep requests waiting longer.',
  }),
  reevaluateAssignments: declareKnob({
    name: 'fulfilment.reevaluate-assignments',
    unit: 'assignments a second',
    range: [1, 1_000_000],
    default: 300,
    trades:
      'Assignments tried in one look, about 0.1 ms each: more find more to save, and keep requests waiting longer.',
  }),
  missedGraceMinutes: declareKnob({
    name: 'fulfilment.missed-grace-minutes',
    unit: 'minutes',
    range: [0, 10_080],
    default: 60,
    trades:
      'How long after a promised date word of the delivery is waited for before the promise counts as broken: longer judges fewer that carriers told late, and tells of broken ones later.',
  }),
  snapshotMinutes: declareKnob({
    name: 'fulfilment.snapshot-minutes',
    unit: 'minutes',
    range: [1, 1440],
    default: 30,
    trades: 'Between snapshots of stock: shorter restarts faster and writes more.',
  }),
} as const
