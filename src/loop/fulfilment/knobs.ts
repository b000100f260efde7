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
  worthMinutes: declareKnob({
    name: 'fulfilment.worth-minutes',
    unit: 'minutes',
    range: [1, 1440],
    default: 15,
    trades:
      'Between looks at what stock is worth where it lies: shorter follows demand and routes sooner, at seconds of a thread each.',
  }),
  worthShift: declareKnob({
    name: 'fulfilment.worth-shift',
    unit: 'share of stock',
    range: [0.001, 1],
    default: 0.05,
    trades:
      'Units that must have come or gone for stock to be priced before its time: lower follows stock sooner, at seconds of a thread each.',
  }),
  worthDays: declareKnob({
    name: 'fulfilment.worth-days',
    unit: 'days',
    range: [1, 90],
    default: 14,
    trades:
      'Demand for which stock is kept: about the days until it is replenished. More keeps it dearer where it may be wanted.',
  }),
  worthOrders: declareKnob({
    name: 'fulfilment.worth-orders',
    unit: 'orders',
    range: [100, 1_000_000],
    default: 20_000,
    trades:
      'Past orders, the newest, that stand for those to come: more know more baskets, about 0.1 ms of a thread each.',
  }),
  guardOrders: declareKnob({
    name: 'fulfilment.guard-orders',
    unit: 'orders',
    range: [10, 1_000_000],
    default: 500,
    trades:
      'Orders after which a strategy is judged beside cheapest-now: fewer catch a bad one sooner, and blame chance more often.',
  }),
  guardMargin: declareKnob({
    name: 'fulfilment.guard-margin',
    unit: 'share of cost',
    range: [0, 1],
    default: 0.02,
    trades:
      'Cost above cheapest-now from which a strategy is let rest: lower loses less to a bad one, and stops a good one on bad days.',
  }),
  guardDays: declareKnob({
    name: 'fulfilment.guard-days',
    unit: 'days',
    range: [1, 90],
    default: 7,
    trades:
      'Days over which strategies are compared, and for which one that did worse rests: longer judges more surely.',
  }),
  snapshotMinutes: declareKnob({
    name: 'fulfilment.snapshot-minutes',
    unit: 'minutes',
    range: [1, 1440],
    default: 30,
    trades: 'Between snapshots of stock: shorter restarts faster and writes more.',
  }),
} as const
