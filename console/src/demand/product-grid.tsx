import type { ProductRow } from '../../../src/api/schemas/demand.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Select } from '../parts/select.tsx'
import { Spark } from '../parts/spark.tsx'
import { param, setParams } from '../router.ts'
import { inMoney, money, moneyBrief, summary } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { clearFilters, firstOrder, modelLabel, products, sortBy } from './demand-state.ts'

export const STATUS: Readonly<Record<ProductRow['status'], readonly [Tone, string]>> = {
  poor: ['bad', 'poor'],
  watch: ['warn', 'watch'],
  good: ['ok', 'good'],
  new: ['calm', 'new'],
}

/** A quantity as units or, where the person asked for it, as money. */
function amount(units: number, { priceCents }: ProductRow, write = money): string {
  return inMoney.value && priceCents !== null ? write(units * priceCents) : formatCount(units)
}

/** The second line under an error: how far off on the whole, or how often inside the band. */
function leanOf({ bias, coverage90 }: ProductRow): string {
  if (param('sort') === 'coverage') {
    return coverage90 === null ? '' : `${formatPercent(coverage90, 0)} in band`
  }
  if (bias === null) return 'never tried'
  if (Math.abs(bias) < 0.005) return 'no bias'
  return `${formatPercent(Math.abs(bias), 0)} too ${bias > 0 ? 'high' : 'low'}`
}

function errorOf(row: ProductRow) {
  const [tone, word] = STATUS[row.status]
  return (
    <>
      <Chip tone={tone}>
        {row.error === null ? word : formatMeasure(row.error)}
        <span class="unseen">{row.error === null ? '' : word}</span>
      </Chip>
      <span class="unit">{leanOf(row)}</span>
    </>
  )
}

function nextOf(row: ProductRow) {
  if (row.next28Units === null) return <span class="dim">no forecast</span>
  const range =
    row.next28Low === null || row.next28High === null
      ? ''
      : `${amount(row.next28Low, row, moneyBrief)} – ${amount(row.next28High, row, moneyBrief)}`
  return (
    <>
      {amount(row.next28Units, row)}
      <span class="unit">{range}</span>
    </>
  )
}

const COLUMNS: readonly Column<ProductRow>[] = [
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(118px, 1fr)',
    sort: 'title',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.title}>{row.title}</b>
        <span class="sku">
          {row.productId}
          {row.category === null ? '' : ` · ${row.category}`}
        </span>
      </>
    ),
  },
  {
    key: 'stake',
    label: 'At stake',
    width: '70px',
    numeric: true,
    sort: 'stake',
    help: 'Money that a usual miss is worth: error × units expected × price',
    area: 'stake',
    short: 'at stake',
    cell: (row) =>
      row.stakeCents === null ? <span class="dim">no price</span> : moneyBrief(row.stakeCents),
  },
  {
    key: 'error',
    label: 'Error',
    width: '86px',
    sort: 'error',
    help: 'Scaled pinball loss on past days: lower is better; below it how far off on the whole',
    area: 'error',
    end: true,
    cell: errorOf,
  },
  {
    key: 'spark',
    label: 'Half a year',
    width: 'minmax(62px, 74px)',
    area: 'spark',
    cell: (row) => <Spark values={row.spark} />,
  },
  {
    key: 'last28',
    label: 'Last 28',
    width: '58px',
    numeric: true,
    sort: 'last28',
    help: 'Sold in the last 28 days',
    area: 'last',
    short: 'sold',
    cell: (row) => amount(row.last28Units, row),
  },
  {
    key: 'next28',
    label: 'Next 28',
    width: '92px',
    numeric: true,
    sort: 'next28',
    help: 'Expected in the next 28 days; 90 % sure of the range below it',
    area: 'next',
    short: 'next',
    end: true,
    cell: nextOf,
  },
  {
    key: 'model',
    label: 'Model',
    width: 'minmax(82px, 100px)',
    sort: 'model',
    area: 'model',
    wrap: true,
    end: true,
    cell: (row) => (
      <span class="dim clamp" title={modelLabel(row.model)}>
        {modelLabel(row.model, { short: true })}
      </span>
    ),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) 132px',
  areas: '"title title error" "last spark next" "stake stake model"',
}

const SORTS = [
  ['error', 'Worst error'],
  ['bias', 'Most biased'],
  ['coverage', 'Least in band'],
  ['last28', 'Sold most'],
  ['next28', 'Will sell most'],
  ['title', 'By name'],
] as const

/** The products, most money at stake first. */
export function ProductGrid({ openId }: { openId: string | undefined }) {
  const sort = param('sort') ?? 'stake'
  const state = products.state.value
  return (
    <section aria-label="Products">
      <Filters total={state?.total} />
      <Grid
        label="Products, most money at stake first"
        columns={COLUMNS}
        total={state?.total ?? 0}
        rowAt={products.rowAt}
        rowHeight={{ wide: 54, narrow: 108 }}
        narrow={NARROW}
        sort={{ key: sort, descending: (param('order') ?? firstOrder(sort)) === 'desc' }}
        onSort={sortBy}
        onOpen={(row) => setParams({ product: row.productId })}
        isOpen={(row) => row.productId === openId}
        onWindow={products.cover}
        none={
          state === undefined ? (
            ''
          ) : (
            <>
              <p>No product matches.</p>
              <button
                type="button"
                class="ghost"
                style={{ marginTop: '8px' }}
                onClick={clearFilters}
              >
                Show all products
              </button>
            </>
          )
        }
      />
    </section>
  )
}

function Filters({ total }: { total: number | undefined }) {
  const known = summary.data.value
  const status = known?.byStatus
  const count = (n: number | undefined) => (n === undefined ? '' : ` (${formatCount(n)})`)
  return (
    <div class="bar-row">
      <SearchBox
        label="Find a product"
        value={param('q') ?? ''}
        onInput={(q) => setParams({ q })}
      />
      <Select
        label="Reliability"
        value={param('status') ?? ''}
        all="Any reliability"
        options={[
          ['poor', `▲ poor${count(status?.poor)}`],
          ['watch', `◆ watch${count(status?.watch)}`],
          ['good', `● good${count(status?.good)}`],
          ['new', `○ new${count(status?.new)}`],
        ]}
        onChange={(value) => setParams({ status: value })}
      />
      {known !== undefined && known.categories.length < 2 ? null : (
        <Select
          label="Category"
          value={param('category') ?? ''}
          all="All categories"
          options={(known?.categories ?? []).map((name) => [name, name] as const)}
          onChange={(category) => setParams({ category })}
        />
      )}
      <Select
        label="Order"
        value={param('sort') ?? ''}
        all="Most at stake"
        options={SORTS}
        onChange={(sort) => setParams({ sort, order: null })}
      />
      <span class="count" aria-live="polite">
        {total === undefined ? '' : formatPlural(total, 'product')}
      </span>
    </div>
  )
}
