import { parseDay } from '../../core/calendar.ts'
import { listKnobs, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { type OutcomeNote, requireVersion, type Settings } from '../../loop/index.ts'
import type { Outcome, PolicyOutcome, ProductOutcome } from '../schemas/outcome.ts'

const WORDS: Readonly<Record<string, readonly [label: string, explanation: string]>> = {
  naive: [
    'Order what sold',
    'Orders up to the average sales of the last four weeks over lead time and review, with no safety stock.',
  ],
  'naive-replace': [
    'Replace what sold',
    'Orders at each review exactly what sold since the last one.',
  ],
  plan: ['The plan', 'Orders what storewright plan proposes, from forecasts of what came before.'],
  bound: [
    'Perfect foresight',
    'Knows all demand and every lead time beforehand: no policy can earn more.',
  ],
}

const ROWS_SENT = 2000

/** The simulated outcome in force; throws ERR_STORE_EMPTY before the first. */
export async function readOutcomeView(db: Database, settings: Settings): Promise<Outcome> {
  const version = await requireVersion(db, 'outcome')
  const note = JSON.parse(version.note) as OutcomeNote
  const days = note.days
  const rows = await productRows(db, version.version)
  const gap = note.gapClosed
  return {
    version: version.version,
    madeAt: new Date(version.createdAt).toISOString(),
    currency: settings.store.currency,
    from: note.from,
    to: note.to,
    days,
    products: note.products,
    gapClosed: {
      value: gap?.mean ?? 0,
      low: finite(gap?.low),
      high: finite(gap?.high),
      confidence: 0.95,
      target: 1 / 3,
    },
    policies: [...note.policies.map((policy) => policyOutcome(policy)), boundOutcome(note)],
    series: await dailySeries(db, version.version, note),
    rows: rows.slice(0, ROWS_SENT),
    rowsTotal: rows.length,
    assumptions: assumptionsOf(note, settings),
  }
}

const finite = (value: number | null | undefined) =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value

const cents = (value: number | null | undefined) => {
  const known = finite(value)
  return known === null ? null : Math.round(known)
}

const share = (value: number | null) => Math.min(1, Math.max(0, value ?? 0))

function policyOutcome(policy: OutcomeNote['policies'][number]): PolicyOutcome {
  const { name, totals, profitCents } = policy
  const [label, explanation] = WORDS[name] ?? [name, '']
  return {
    name,
    label,
    role: name === 'naive' || name === 'plan' ? name : 'other',
    explanation,
    profitCents: Math.round(profitCents.mean),
    profitLowCents: cents(profitCents.low),
    profitHighCents: cents(profitCents.high),
    marginCents: Math.round(totals.marginCents),
    lostMarginCents: Math.round(totals.lostMarginCents),
    holdingCents: Math.round(totals.holdingCents),
    orderCents: Math.round(totals.orderingCents),
    leftoverCents: Math.round(-totals.writeDownCents),
    inStockRate: share(totals.inStockRate),
    fillRate: share(totals.fillRate),
    turns: totals.turns,
    orders: Math.round(totals.orders),
  }
}

function boundOutcome(note: OutcomeNote): PolicyOutcome {
  const { boundProfitCents: profit, bound } = note
  const [label, explanation] = WORDS['bound']!
  const margin = note.policies[0]!.totals.marginCents + note.policies[0]!.totals.lostMarginCents
  return {
    name: 'bound',
    label,
    role: 'bound',
    explanation,
    profitCents: Math.round(profit.mean),
    profitLowCents: cents(profit.low),
    profitHighCents: cents(profit.high),
    marginCents: Math.round(bound.marginCents),
    lostMarginCents: Math.round(margin - bound.marginCents),
    holdingCents: Math.round(bound.holdingCents),
    orderCents: Math.round(bound.orderingCents),
    leftoverCents: Math.round(-bound.writeDownCents),
    inStockRate: null,
    fillRate: note.units > 0 ? share(bound.soldUnits / note.units) : null,
    turns: null,
    orders: null,
  }
}

async function dailySeries(db: Database, version: number, note: OutcomeNote) {
  const table = await db.table(
    `SELECT policy, ds, profit_cents, in_stock_rate, stock_value_cents
     FROM outcome_daily WHERE version = $1 ORDER BY policy, ds`,
    [version],
  )
  const policy = textsOf(table, 'policy')
  const column = (name: string) => numbersOf(table, name)
  const from = parseDay(note.from)
  return note.policies.map(({ name }) => {
    const series = {
      policy: name,
      inStockRate: new Array<number>(note.days).fill(0),
      cumulativeProfitCents: new Array<number>(note.days).fill(0),
      stockValueCents: new Array<number>(note.days).fill(0),
    }
    let earned = 0
    let inStock = 1
    for (let row = 0; row < table.rowCount; row++) {
      if (textAt(policy, row) !== name) continue
      const d = column('ds')[row]! - from
      earned += column('profit_cents')[row]!
      // A closed day has no rate of its own: the last one stands.
      const rate = column('in_stock_rate')[row]!
      if (Number.isFinite(rate)) inStock = rate
      series.inStockRate[d] = inStock
      series.cumulativeProfitCents[d] = Math.round(earned)
      series.stockValueCents[d] = Math.round(column('stock_value_cents')[row]!)
    }
    return series
  })
}

async function productRows(db: Database, version: number): Promise<ProductOutcome[]> {
  const rows = await db.rows(
    `SELECT o.product_id, any_value(p.title) AS title,
       any_value(o.profit_cents) FILTER (WHERE o.policy = 'plan') AS plan,
       any_value(o.profit_cents) FILTER (WHERE o.policy = 'naive') AS naive,
       any_value(o.profit_cents) FILTER (WHERE o.policy = 'bound') AS bound,
       any_value(o.lost_margin_cents) FILTER (WHERE o.policy = 'plan') AS lost,
       any_value(o.holding_cents) FILTER (WHERE o.policy = 'plan') AS holding,
       any_value(o.in_stock_rate) FILTER (WHERE o.policy = 'plan') AS in_stock
     FROM outcome_product o LEFT JOIN products p USING (product_id)
     WHERE o.version = $1 GROUP BY o.product_id ORDER BY bound - plan DESC, o.product_id`,
    [version],
  )
  return rows.map((row) => {
    const number = (name: string) => Math.round(Number(row[name] ?? 0))
    return {
      productId: String(row['product_id']),
      title: String(row['title'] ?? row['product_id']),
      planProfitCents: number('plan'),
      naiveProfitCents: number('naive'),
      boundProfitCents: number('bound'),
      lostMarginCents: number('lost'),
      inStockRate: share(row['in_stock'] as number | null),
      why: whyOf(number('bound') - number('plan'), number('lost'), number('holding')),
    }
  })
}

/** What most of the distance to the bound is made of. */
function whyOf(gap: number, lost: number, holding: number): string {
  if (gap <= 0) return 'as good as foresight'
  if (lost > 0.5 * gap) return 'sold more than expected: ran out'
  if (holding > 0.5 * gap) return 'sold slower than expected: held too long'
  return 'bought more than sold'
}

function assumptionsOf(note: OutcomeNote, settings: Settings) {
  const sources = Object.entries(note.leadTimeSources)
    .map(([source, count]) => `${source}: ${count} products`)
    .join(', ')
  const given = [
    {
      name: 'lead time',
      value: `${note.medianLeadTimeDays} days in the median`,
      source: sources,
      knob: 'inventory.default-lead-time-days',
    },
    {
      name: 'days between orders',
      value: `${note.reviewDays} days`,
      source: 'storewright.toml: buying.review_days',
      knob: null,
    },
    {
      name: 'unit cost',
      value: `assumed for ${note.assumedCost} of ${note.products} products`,
      source: note.assumedCost > 0 ? 'the usual margin' : 'products and offers',
      knob: 'inventory.default-margin',
    },
  ]
  const knobs = listKnobs().filter((knob) => knob.name.startsWith('world.replay-'))
  return [
    ...given,
    ...knobs.map((knob) => ({
      name: knob.name.slice('world.replay-'.length).replaceAll('-', ' '),
      value: `${readKnob(knob, settings.knobs)} ${knob.unit}`,
      source: settings.knobs[knob.name] === undefined ? 'default' : 'storewright.toml',
      knob: knob.name,
    })),
  ]
}
