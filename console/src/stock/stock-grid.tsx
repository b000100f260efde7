import type { StockRow } from '../../../src/api/schemas/stock-pages.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { param, setParams } from '../router.ts'
import { date, moneyBrief } from '../state.ts'
import { formatCount } from '../text/format.ts'
import { SiteStrip } from './site-strip.tsx'
import { clearFilters, isDescending, sortBy, stockRows, summaryNow } from './stock-state.ts'
import { lastsWords, STATE_TONES, sitesWords } from './words.ts'

/** A click on a bar opens the product at that site; elsewhere the row opens for all of them. */
function openSite(event: MouseEvent, { productId }: StockRow): void {
  const site = (event.target as Element).closest<SVGElement>('[data-site]')?.dataset['site']
  if (site === undefined) return
  event.stopPropagation()
  setParams({ product: productId, at: site })
}

const COLUMNS: readonly Column<StockRow>[] = [
  {
    key: 'title',
    label: 'Product',
    width: 'minmax(120px, 1.2fr)',
    sort: 'title',
    area: 'title',
    cell: ({ title, productId }) => (
      <>
        <b title={title}>{title}</b>
        <span class="sku">{productId}</span>
      </>
    ),
  },
  {
    key: 'runs-out',
    label: 'Runs out in',
    width: '122px',
    sort: 'runs-out',
    help: 'Days until zero at the forecast’s daily rate, with what is on its way',
    area: 'lasts',
    cell: (row) => (
      <>
        <Chip tone={STATE_TONES[row.state]}>{lastsWords(row.state, row.runsOutInDays)}</Chip>
        <span class="unit" title={row.words}>
          {row.words}
        </span>
      </>
    ),
  },
  {
    key: 'stake',
    label: 'At stake',
    width: '72px',
    numeric: true,
    sort: 'stake',
    help: 'Margin of the sales missed until what is ordered today arrives',
    area: 'stake',
    short: 'at stake',
    end: true,
    cell: ({ stakeCents, lostUnits }) =>
      stakeCents === null ? (
        <span class="dim">{lostUnits === 0 ? '–' : 'no price'}</span>
      ) : stakeCents === 0 ? (
        <span class="dim">–</span>
      ) : (
        moneyBrief(stakeCents)
      ),
  },
  {
    key: 'available',
    label: 'On hand',
    width: '78px',
    numeric: true,
    sort: 'on-hand',
    help: 'Units in the buildings; below it those that are held for orders',
    area: 'hand',
    short: 'on hand',
    cell: ({ onHand, reserved }) => (
      <>
        {formatCount(onHand)}
        <span class="unit">{reserved === 0 ? '' : `${formatCount(reserved)} held`}</span>
      </>
    ),
  },
  {
    key: 'incoming',
    label: 'On its way',
    width: '78px',
    numeric: true,
    sort: 'incoming',
    help: 'Units expected, and the day by which the next should arrive',
    area: 'incoming',
    short: 'on its way',
    cell: ({ incoming, nextUnits, nextOn }) => (
      <>
        {incoming === 0 ? <span class="dim">–</span> : formatCount(incoming)}
        <span class="unit">{nextUnits === 0 ? '' : `by ${date(nextOn)}`}</span>
      </>
    ),
  },
  {
    key: 'sites',
    label: 'Site by site',
    width: 'minmax(120px, 0.8fr)',
    help: 'A bar a site, full at 28 days; a triangle where it is out',
    area: 'sites',
    cell: (row) => (
      // biome-ignore lint/a11y/noStaticElementInteractions: the panel's table does the same by keyboard
      // biome-ignore lint/a11y/useKeyWithClickEvents: the panel's table does the same by keyboard
      <div class="strip-cell" onClick={(event) => openSite(event, row)}>
        <SiteStrip
          cells={row.cells}
          sites={summaryNow().data.value?.sites ?? []}
          chosen={param('product') === row.productId ? param('at') : param('site')}
        />
        <span class="unit">{sitesWords(row)}</span>
      </div>
    ),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title title title" "lasts lasts stake" "hand incoming ." "sites sites sites"',
}

/** The products, those first that lose most money. */
export function StockGrid() {
  const state = stockRows.state.value
  const sort = param('sort') ?? 'worst'
  return (
    <Grid
      label="Products, most money at stake first"
      columns={COLUMNS}
      total={state?.total ?? 0}
      rowAt={stockRows.rowAt}
      rowHeight={{ wide: 54, narrow: 148 }}
      narrow={NARROW}
      sort={{ key: sort === 'worst' ? 'stake' : sort, descending: isDescending(sort) }}
      onSort={(key) => sortBy(key === 'stake' ? 'worst' : key)}
      onOpen={({ productId }) => setParams({ product: productId, at: null })}
      isOpen={({ productId }) => productId === param('product')}
      rowClass={({ state: one }) => (one === 'still' ? 'stock cut' : 'stock')}
      onWindow={stockRows.cover}
      none={
        state === undefined ? (
          ''
        ) : (
          <>
            <p>No product matches.</p>
            <button type="button" class="ghost" style={{ marginTop: '8px' }} onClick={clearFilters}>
              Show all products
            </button>
          </>
        )
      }
    />
  )
}
