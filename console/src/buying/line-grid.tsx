import type { BuyingLine } from '../../../src/api/schemas/buying.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { isWide } from '../media.ts'
import { Chip } from '../parts/chip.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Select } from '../parts/select.tsx'
import { param, setParams } from '../router.ts'
import { currency, date, inMoney, money, moneyBrief, moneyRange, plan } from '../state.ts'
import {
  currencySymbol,
  formatCount,
  formatDaysAhead,
  formatMeasure,
  formatPlural,
} from '../text/format.ts'
import { facets, rows } from './buying-state.ts'
import { firstOrder, type PlanRow } from './plan-rows.ts'

const STATUS_WORDS = {
  proposed: ['', 'proposed'],
  approved: ['ok-t', '● approved'],
  overridden: ['warn-t', '◆ overridden'],
  done: ['ok-t', '● ordered'],
} as const

function statusOf({ line, kept }: PlanRow) {
  if (!kept) return <span class="dim">beyond the budget</span>
  const [tone, words] = STATUS_WORDS[line.status]
  return <span class={tone || 'dim'}>{words}</span>
}

function orderOf({ line, units, costCents, kept }: PlanRow) {
  const count = kept ? units : line.quantity
  const cost = money(kept ? costCents : line.costCents)
  const brief = moneyBrief(kept ? costCents : line.costCents)
  const pack = line.casePack
  const whole = pack !== null && pack > 1 && count % pack === 0
  const cases = whole ? `${count / pack} × ${pack}` : formatPlural(count, 'unit')
  return (
    <>
      {inMoney.value ? cost : formatCount(count)}
      <span class="unit">{inMoney.value ? cases : whole ? `${cases} · ${brief}` : cost}</span>
    </>
  )
}

function gainOf({ line, gainCents, kept }: PlanRow) {
  const gain = kept ? gainCents : line.gainCents
  const share = line.gainCents > 0 ? gain / line.gainCents : 1
  return (
    <>
      {money(gain)}
      <span class="unit">
        {moneyRange(line.gainLowCents * share, line.gainHighCents * share, true)}
      </span>
    </>
  )
}

function runOutOf({ daysToRunOut, severity, runOutOn }: BuyingLine) {
  if (daysToRunOut === null) return <span class="dim">not in sight</span>
  return (
    <span title={runOutOn === null ? undefined : date(runOutOn)}>
      <Chip tone={severity}>{formatDaysAhead(daysToRunOut)}</Chip>
    </span>
  )
}

function perMoneyOf({ line, gainCents, costCents, kept }: PlanRow) {
  const ratio = kept && costCents > 0 ? gainCents / costCents : line.gainPerMoney
  return (
    <span class="meter">
      <i aria-hidden="true">
        <i style={{ width: `${Math.min(100, (100 * ratio) / facets.value.bestPerMoney)}%` }} />
      </i>
      {formatMeasure(ratio)}
    </span>
  )
}

const COLUMNS: readonly Column<PlanRow>[] = [
  {
    key: 'rank',
    label: '#',
    width: '26px',
    numeric: true,
    sort: 'rank',
    help: 'By what the first units earn per money',
    area: 'rank',
    cell: ({ line }) => <span class="dim">{line.rank}</span>,
  },
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(110px, 1fr)',
    sort: 'title',
    area: 'title',
    cell: ({ line }) => (
      <>
        <b title={line.title}>{line.title}</b>
        <span class="sku">{line.productId}</span>
      </>
    ),
  },
  {
    key: 'runOut',
    label: 'Runs out in',
    width: '86px',
    sort: 'runOut',
    help: 'The day the stock probably ends without this order',
    area: 'runout',
    cell: ({ line }) => runOutOf(line),
  },
  {
    key: 'order',
    label: 'Order',
    width: '96px',
    numeric: true,
    sort: 'units',
    area: 'order',
    end: true,
    cell: orderOf,
  },
  {
    key: 'gain',
    label: 'Gain',
    width: '92px',
    numeric: true,
    sort: 'gain',
    help: 'Margin it is expected to bring; 80 % sure of the range below it',
    area: 'gain',
    short: 'gains',
    cell: gainOf,
  },
  {
    key: 'perMoney',
    label: () => `Gain per ${currencySymbol(currency.value)}`,
    width: 'minmax(62px, 84px)',
    sort: 'perMoney',
    area: 'per',
    cell: perMoneyOf,
  },
  {
    key: 'why',
    label: 'Why now',
    width: 'minmax(84px, 122px)',
    area: 'why',
    cell: (row) => (
      <span class="why">
        <span class="sku clamp" title={row.line.why}>
          {row.line.why}
        </span>
        <span class="unit">{statusOf(row)}</span>
      </span>
    ),
  },
]

const NARROW = {
  columns: '18px minmax(0, 1fr) minmax(0, 1fr) 96px',
  areas: '"rank title title order" ". runout gain per" ". why why why"',
}

const SORTS = [
  ['runOut', 'Runs out first'],
  ['gain', 'Most gain'],
  ['perMoney', 'Most gain per money'],
  ['units', 'Largest order'],
  ['title', 'By name'],
] as const

/** The lines of the plan, cut at the budget. */
export function LineGrid() {
  const shown = rows.value
  const open = param('line')
  const sort = param('sort') ?? 'rank'
  const first = isWide.value && open === undefined ? shown[0]?.line.lineId : undefined
  return (
    <section aria-label="Lines of the plan">
      <Filters />
      <Grid
        label="Lines to order, most urgent money first"
        columns={COLUMNS}
        total={shown.length}
        rowAt={(index) => shown[index]}
        rowHeight={{ wide: 54, narrow: 114 }}
        narrow={NARROW}
        sort={{ key: sort, descending: (param('order') ?? firstOrder(sort)) === 'desc' }}
        onSort={sortBy}
        onOpen={(row) => setParams({ line: row.line.lineId, panel: null })}
        isOpen={(row) => row.line.lineId === (open ?? first)}
        rowClass={(row) => (row.kept ? '' : 'cut')}
        none={plan.data.value === undefined ? '' : <NoLines />}
      />
    </section>
  )
}

function sortBy(key: string): void {
  const before = param('sort') ?? 'rank'
  const turned = firstOrder(key) === 'asc' ? 'desc' : 'asc'
  const again = before === key && param('order') === undefined
  setParams({ sort: key === 'rank' ? null : key, order: again ? turned : null })
}

function NoLines() {
  return (
    <>
      <p>No line matches.</p>
      <button
        type="button"
        class="ghost"
        style={{ marginTop: '8px' }}
        onClick={() => setParams({ q: null, urgency: null, status: null, category: null })}
      >
        Show all lines
      </button>
    </>
  )
}

function Filters() {
  const { bySeverity, categories } = facets.value
  return (
    <div class="bar-row">
      <SearchBox
        label="Find a product"
        value={param('q') ?? ''}
        onInput={(q) => setParams({ q })}
      />
      <Select
        label="Urgency"
        value={param('urgency') ?? ''}
        all="Any run-out"
        options={[
          ['bad', `▲ before a delivery (${bySeverity.bad})`],
          ['warn', `◆ before the one after (${bySeverity.warn})`],
          ['ok', `● later (${bySeverity.ok})`],
        ]}
        onChange={(urgency) => setParams({ urgency })}
      />
      <Select
        label="Status"
        value={param('status') ?? ''}
        all="Any status"
        options={[
          ['proposed', 'proposed'],
          ['approved', '● approved'],
          ['overridden', '◆ overridden'],
          ['done', '● ordered'],
          ['beyond', 'beyond the budget'],
        ]}
        onChange={(status) => setParams({ status })}
      />
      {plan.data.value !== undefined && categories.length < 2 ? null : (
        <Select
          label="Category"
          value={param('category') ?? ''}
          all="All categories"
          options={categories.map((name) => [name, name] as const)}
          onChange={(category) => setParams({ category })}
        />
      )}
      <Select
        class="sort-narrow"
        label="Order"
        value={param('sort') ?? ''}
        all="By rank"
        options={SORTS}
        onChange={(sort) => setParams({ sort, order: null })}
      />
      <span class="count" aria-live="polite">
        {plan.data.value === undefined ? '' : formatPlural(rows.value.length, 'line')}
      </span>
    </div>
  )
}
