import { useEffect } from 'preact/hooks'
import type { Outcome, ProductOutcome } from '../../../src/api/schemas/outcome.ts'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { param, setParams } from '../router.ts'
import { date, money, moneyChange, moneyRange, outcome } from '../state.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'
import { Gap } from './gap.tsx'
import { Measures } from './measures.tsx'
import { OutcomeGrid } from './outcome-grid.tsx'
import { PolicyChart } from './policy-chart.tsx'

const LIKE = {
  answer:
    'Over 88 days the plan would have earned £888,888, £88,888 more than the naive policy: 88 % of what perfect foresight could add.',
  note: '28 Aug – 28 Nov 2028 · 8,888 products · replayed day by day',
}

/** What would have happened? */
export function OutcomePage() {
  useEffect(() => void outcome.load(), [])
  const known = outcome.data.value
  const error = outcome.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the simulation" retry={() => void outcome.load()} />
  }
  const row = known?.rows.find((candidate) => candidate.productId === param('product'))
  const asked = param('panel') === 'assumptions'
  return (
    <>
      <PageHead answer={known && answerOf(known)} note={known && noteOf(known)} like={LIKE}>
        <button
          type="button"
          class="ghost"
          aria-expanded={asked}
          onClick={() => setParams({ panel: asked ? null : 'assumptions', product: null })}
        >
          Assumptions
        </button>
        <Link class="button primary" to={{ page: 'buying', params: {} }}>
          See today’s plan
        </Link>
      </PageHead>
      <Tiles label="The outcome in figures" tiles={tilesOf(known)} />
      <div class="proof">
        <section class="card" aria-label="Policies compared" style={{ minHeight: '514px' }}>
          <h2>Between naive and perfect</h2>
          {known === undefined ? null : (
            <>
              <Gap outcome={known} />
              <div style={{ overflowX: 'auto' }}>
                <Measures policies={known.policies} />
              </div>
            </>
          )}
        </section>
        <section class="card" aria-label="Day by day" style={{ minHeight: '514px' }}>
          {known === undefined ? null : <PolicyChart outcome={known} />}
        </section>
      </div>
      <div class="split">
        <OutcomeGrid known={known} />
        {row === undefined ? (
          <AssumptionsPanel known={known} asked={asked} />
        ) : (
          <ProductPanel row={row} onClose={() => setParams({ product: null })} />
        )}
      </div>
    </>
  )
}

function policy(known: Outcome, role: 'naive' | 'plan' | 'bound') {
  return known.policies.find((candidate) => candidate.role === role)
}

function answerOf(known: Outcome): string {
  const [plan, naive] = [policy(known, 'plan'), policy(known, 'naive')]
  if (plan === undefined || naive === undefined) return 'The simulation has no plan to compare.'
  const more = plan.profitCents - naive.profitCents
  const earned = `Over ${known.days} days the plan would have earned ${money(plan.profitCents)}`
  const against = `${money(Math.abs(more))} ${more < 0 ? 'less' : 'more'} than the naive policy`
  if (more < 0) return `${earned}, ${against}.`
  const share = formatPercent(known.gapClosed.value, 0)
  return `${earned}, ${against}: ${share} of what perfect foresight could add.`
}

function noteOf(known: Outcome): string {
  return `${date(known.from)} – ${date(known.to)} · ${formatCount(known.products)} products · replayed day by day`
}

function tilesOf(known: Outcome | undefined): Tile[] {
  const labels = ['Profit', 'In-stock rate', 'Lost margin', 'Stock turns']
  const plan = known && policy(known, 'plan')
  const naive = known && policy(known, 'naive')
  if (plan === undefined || naive === undefined) {
    return labels.map((label) => ({ label, value: undefined, note: '' }))
  }
  const { profitLowCents: low, profitHighCents: high } = plan
  const points = 100 * ((plan.inStockRate ?? 0) - (naive.inStockRate ?? 0))
  return [
    {
      label: labels[0]!,
      value: money(plan.profitCents),
      note:
        low === null || high === null
          ? 'of the plan'
          : `${formatPercent(known?.gapClosed.confidence ?? 0.9, 0)} sure of ${moneyRange(low, high)}`,
    },
    {
      label: labels[1]!,
      value: formatPercent(plan.inStockRate ?? 0),
      note: (
        <span class={points < 0 ? 'bad-t' : 'ok-t'}>
          {`${points < 0 ? '▼' : '▲'} ${Math.abs(points).toFixed(1)} points on naive`}
        </span>
      ),
    },
    {
      label: labels[2]!,
      value: money(plan.lostMarginCents),
      note: `naive ${money(naive.lostMarginCents)}`,
    },
    {
      label: labels[3]!,
      value: formatMeasure(plan.turns ?? 0),
      note: `times a year; naive ${formatMeasure(naive.turns ?? 0)}`,
    },
  ]
}

function ProductPanel({ row, onClose }: { row: ProductOutcome; onClose: () => void }) {
  const gap = row.boundProfitCents - row.planProfitCents
  const against = row.planProfitCents - row.naiveProfitCents
  const facts = [
    ['Perfect foresight', money(row.boundProfitCents)],
    ['Plan', money(row.planProfitCents)],
    ['Naive', money(row.naiveProfitCents)],
    ['Lost margin', money(row.lostMarginCents)],
    ['In-stock rate', formatPercent(row.inStockRate)],
  ]
  return (
    <SidePanel title={row.title} id={row.productId} onClose={onClose}>
      <p class="lead">
        {`The plan stayed ${money(gap)} below what was possible: ${row.why}. Against the naive policy it is ${moneyChange(against)}.`}
      </p>
      <table class="facts" style={{ marginTop: '12px' }}>
        <tbody>
          {facts.map(([label, value]) => (
            <tr key={label}>
              <td>{label}</td>
              <td class="num">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p style={{ marginTop: '16px' }}>
        <Link to={{ page: 'demand', params: { product: row.productId } }}>
          How good was its forecast?
        </Link>
      </p>
    </SidePanel>
  )
}

function AssumptionsPanel({ known, asked }: { known: Outcome | undefined; asked: boolean }) {
  const close = asked ? () => setParams({ panel: null }) : undefined
  return (
    <SidePanel title="What this rests on" onClose={close} idle={!asked}>
      {known === undefined ? null : <Assumptions known={known} />}
    </SidePanel>
  )
}

function Assumptions({ known }: { known: Outcome }) {
  return (
    <>
      <p class="lead">
        Each policy met the same demand, deliveries and costs. What the data does not say is
        assumed:
      </p>
      <table class="facts" style={{ marginTop: '8px' }}>
        <thead>
          <tr>
            <th scope="col">Assumption</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {known.assumptions.map((assumption) => (
            <tr key={assumption.name}>
              <td>
                {assumption.name}
                {assumption.knob === null ? null : <span class="unit">{assumption.knob}</span>}
              </td>
              <td>{assumption.value}</td>
              <td class="dim">{assumption.source}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim" style={{ marginTop: '12px' }}>
        Change one under [knobs] in storewright.toml and run again.
      </p>
      <h3>The policies</h3>
      <ul>
        {known.policies.map((one) => (
          <li key={one.name}>
            <b>{one.label}.</b> {one.explanation}
          </li>
        ))}
      </ul>
    </>
  )
}
