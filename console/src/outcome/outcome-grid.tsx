import { useMemo } from 'preact/hooks'
import type { Outcome, ProductOutcome } from '../../../src/api/schemas/outcome.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Select } from '../parts/select.tsx'
import { param, setParams } from '../router.ts'
import { money, moneyChange } from '../state.ts'
import { formatPercent, formatPlural } from '../text/format.ts'
import { firstOrder, outcomeView } from './outcome-rows.ts'

function rateTone(rate: number): 'bad' | 'warn' | 'ok' {
  return rate < 0.85 ? 'bad' : rate < 0.95 ? 'warn' : 'ok'
}

const COLUMNS: readonly Column<ProductOutcome>[] = [
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(140px, 1fr)',
    sort: 'title',
    area: 'title',
    cell: (row) => (
      <>
        <b title={row.title}>{row.title}</b>
        <span class="sku">{row.productId}</span>
      </>
    ),
  },
  {
    key: 'gap',
    label: 'Below possible',
    width: '96px',
    numeric: true,
    sort: 'gap',
    help: 'Profit of perfect foresight less that of the plan',
    area: 'gap',
    short: 'below',
    end: true,
    cell: (row) => <strong>{money(row.boundProfitCents - row.planProfitCents)}</strong>,
  },
  {
    key: 'plan',
    label: 'Plan',
    width: '76px',
    numeric: true,
    sort: 'plan',
    area: 'plan',
    short: 'plan',
    cell: (row) => money(row.planProfitCents),
  },
  {
    key: 'against',
    label: 'On naive',
    width: '76px',
    numeric: true,
    sort: 'against',
    help: 'Profit of the plan less that of the naive policy',
    area: 'against',
    short: 'naive',
    cell: ({ planProfitCents, naiveProfitCents }) => {
      const more = planProfitCents - naiveProfitCents
      return <span class={more < 0 ? 'bad-t' : 'ok-t'}>{moneyChange(more)}</span>
    },
  },
  {
    key: 'lost',
    label: 'Lost margin',
    width: '82px',
    numeric: true,
    sort: 'lost',
    area: 'lost',
    short: 'lost',
    cell: (row) => money(row.lostMarginCents),
  },
  {
    key: 'inStock',
    label: 'In stock',
    width: '92px',
    sort: 'inStock',
    area: 'stock',
    short: 'in stock',
    end: true,
    cell: (row) => <Chip tone={rateTone(row.inStockRate)}>{formatPercent(row.inStockRate)}</Chip>,
  },
  {
    key: 'why',
    label: 'Why',
    width: 'minmax(100px, 0.7fr)',
    area: 'why',
    wrap: true,
    cell: (row) => <span class="dim">{row.why}</span>,
  },
]

const NARROW = {
  columns: 'minmax(0, 0.95fr) minmax(0, 1fr) 122px',
  areas: '"title title gap" "plan against lost" "why why stock"',
}

const SORTS = [
  ['against', 'Worst against naive'],
  ['lost', 'Most lost margin'],
  ['inStock', 'Out of stock most'],
  ['title', 'By name'],
] as const

function sortBy(key: string): void {
  const again = (param('sort') ?? 'gap') === key && param('order') === undefined
  const turned = firstOrder(key) === 'asc' ? 'desc' : 'asc'
  setParams({ sort: key === 'gap' ? null : key, order: again ? turned : null })
}

/** The products, first those where the plan fell furthest below what was possible. */
export function OutcomeGrid({ known }: { known: Outcome | undefined }) {
  const q = param('q') ?? ''
  const sort = param('sort') ?? 'gap'
  const order = param('order')
  const rows = useMemo(
    () => outcomeView(known?.rows ?? [], q, sort, order),
    [known, q, sort, order],
  )
  const of = known !== undefined && known.rowsTotal > known.rows.length
  return (
    <section aria-label="Products">
      <div class="bar-row">
        <SearchBox label="Find a product" value={q} onInput={(text) => setParams({ q: text })} />
        <Select
          class="sort-narrow"
          label="Order"
          value={param('sort') ?? ''}
          all="Worst first"
          options={SORTS}
          onChange={(value) => setParams({ sort: value, order: null })}
        />
        <span class="count" aria-live="polite">
          {known === undefined
            ? ''
            : `${formatPlural(rows.length, 'product')}${of ? `, the worst of ${known.rowsTotal}` : ''}`}
        </span>
      </div>
      <Grid
        label="Products, furthest below possible first"
        columns={COLUMNS}
        total={rows.length}
        rowAt={(index) => rows[index]}
        rowHeight={{ wide: 54, narrow: 104 }}
        narrow={NARROW}
        sort={{ key: sort, descending: (order ?? firstOrder(sort)) === 'desc' }}
        onSort={sortBy}
        onOpen={(row) => setParams({ product: row.productId, panel: null })}
        isOpen={(row) => row.productId === param('product')}
        none={known === undefined ? '' : <p>No product matches.</p>}
      />
    </section>
  )
}
