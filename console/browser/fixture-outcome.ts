import type { Outcome, PolicyOutcome } from '../../src/api/schemas/outcome.ts'
import { createRandom } from '../../src/core/random/random.ts'
import { AS_OF, dayAfter, itemOf } from './fixture-catalog.ts'

const DAYS = 60
const LEVELS = { naive: 0.915, plan: 0.962, bound: 0.995 } as const
const PROFITS = { naive: 3_140_000, plan: 4_120_000, bound: 5_030_000 } as const

function policy(
  role: 'naive' | 'plan' | 'bound',
  label: string,
  explanation: string,
): PolicyOutcome {
  const profitCents = PROFITS[role]
  const lost = { naive: 1_480_000, plan: 690_000, bound: 40_000 }[role]
  const holding = { naive: 412_000, plan: 365_000, bound: 188_000 }[role]
  const ordering = { naive: 96_000, plan: 121_000, bound: 140_000 }[role]
  return {
    name: role,
    label,
    role,
    explanation,
    profitCents,
    profitLowCents: role === 'bound' ? null : Math.round(profitCents * 0.97),
    profitHighCents: role === 'bound' ? null : Math.round(profitCents * 1.03),
    marginCents: profitCents + holding + ordering,
    lostMarginCents: lost,
    holdingCents: holding,
    orderCents: ordering,
    leftoverCents: { naive: -52_000, plan: -31_000, bound: 0 }[role],
    inStockRate: LEVELS[role],
    fillRate: { naive: 0.897, plan: 0.951, bound: 0.998 }[role],
    turns: { naive: 7.1, plan: 9.4, bound: 18.2 }[role],
    orders: { naive: 960, plan: 1210, bound: 1400 }[role],
  }
}

function series(role: 'naive' | 'plan' | 'bound') {
  const random = createRandom(`outcome-${role}`)
  let earned = 0
  const stock = { naive: 9_800_000, plan: 8_100_000, bound: 4_100_000 }[role]
  return {
    policy: role,
    inStockRate: Array.from({ length: DAYS }, (_, t) =>
      Math.min(
        1,
        LEVELS[role] + 0.006 * random.normal() - (0.012 * Math.cos(t / 9)) / (1 + t / 30),
      ),
    ),
    cumulativeProfitCents: Array.from({ length: DAYS }, (_, t) => {
      earned += t % 7 === 5 ? 0 : (PROFITS[role] / DAYS) * (7 / 6) * (1 + 0.15 * random.normal())
      return Math.round(earned)
    }),
    stockValueCents: Array.from({ length: DAYS }, (_, t) =>
      Math.round(stock * (1 + 0.08 * Math.sin(t / 7 + stock))),
    ),
  }
}

export function makeOutcome(): Outcome {
  return {
    version: 12,
    madeAt: '2011-11-01T06:10:00Z',
    currency: 'GBP',
    from: dayAfter(AS_OF, 1 - DAYS),
    to: AS_OF,
    days: DAYS,
    products: 400,
    gapClosed: { value: 0.52, low: 0.44, high: 0.6, confidence: 0.9, target: 1 / 3 },
    policies: [
      policy('naive', 'Naive', 'Each week, orders what sold in the last four weeks.'),
      policy(
        'plan',
        'Plan',
        'Each week, orders what Storewright proposes from what was known then.',
      ),
      policy('bound', 'Perfect foresight', 'Knows every future sale; no policy can do better.'),
    ],
    series: [series('naive'), series('plan'), series('bound')],
    rows: Array.from({ length: 120 }, (_, k) => productOutcome(k)),
    rowsTotal: 400,
    assumptions: [
      { name: 'Lead time', value: '6 days, standard deviation 2', source: 'offers', knob: null },
      {
        name: 'Holding rate',
        value: '25 % a year',
        source: 'default',
        knob: 'inventory.holding-rate',
      },
      {
        name: 'Unit cost',
        value: '45 % of price where unknown',
        source: 'default',
        knob: 'inventory.cost-share',
      },
      {
        name: 'Cost of an order',
        value: '£1.00 a line',
        source: 'default',
        knob: 'inventory.order-cost',
      },
      { name: 'Unmet demand', value: 'lost, not deferred', source: 'default', knob: null },
    ],
  }
}

function productOutcome(k: number) {
  const item = itemOf(k * 3 + 1)
  const gap = Math.round(120_000 * Math.exp(-k / 18)) + 40
  const bound = gap * 3
  return {
    productId: item.productId,
    title: item.title,
    planProfitCents: bound - gap,
    naiveProfitCents: bound - gap - Math.round(gap * 0.6 * item.random.split('naive').normal()),
    boundProfitCents: bound,
    lostMarginCents: Math.round(gap * 0.8),
    inStockRate: Math.min(1, 0.8 + k / 700),
    why: ['out for 9 days in October', 'forecast too low before gift week', 'vendor late twice'][
      k % 3
    ]!,
  }
}
