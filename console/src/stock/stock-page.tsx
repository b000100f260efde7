import '../styles/orders.css'
import '../styles/stock.css'
import { useEffect } from 'preact/hooks'
import type { StockRow, StockState, StockSummary } from '../../../src/api/schemas/stock-pages.ts'
import { followLive } from '../live.ts'
import { Count } from '../parts/count.tsx'
import { Link } from '../parts/link.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Select } from '../parts/select.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { param, setParams } from '../router.ts'
import { moment, money } from '../state.ts'
import { formatCount, formatPlural } from '../text/format.ts'
import { StockGrid } from './stock-grid.tsx'
import { StockPanel } from './stock-panel.tsx'
import { onNews, showNews, stockQuery, stockRows, summaryNow, unread } from './stock-state.ts'

const LIKE = {
  answer:
    '88 products run out before more can come; 88 are out already. Most is lost on Regency cakestand 3 tier, gone in 8 days.',
  note: 'As of 28 Nov 2028, 08:08 UTC · 8,888 products at 24 sites · ◆ The forecast ended 88 days ago.',
}

/** What runs out? */
export function StockPage() {
  const resource = summaryNow()
  const known = resource.data.value
  const error = resource.error.value
  useEffect(() => void summaryNow().load(), [])
  useEffect(() => followLive('stock', onNews), [])
  useEffect(() => {
    if (error?.status === 401) askToken(() => void resource.load())
  }, [error])
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the stock" retry={() => void resource.load()} />
  }
  const isBare = known !== undefined && known.products === 0 && param('site') === undefined
  return (
    <>
      <PageHead answer={known?.sentence} note={known && <Note known={known} />} like={LIKE}>
        <Link class="button primary" to={{ page: 'buying', params: {} }}>
          See what to order
        </Link>
      </PageHead>
      <Tiles label="Stock in figures" tiles={tilesOf(known)} />
      {isBare ? <NoStock /> : <Shelves known={known} />}
    </>
  )
}

function Note({ known: { now, products, sites, stale } }: { known: StockSummary }) {
  return (
    <>
      {`As of ${moment(now)} UTC · ${formatPlural(products, 'product')}`}
      {param('site') === undefined ? ` at ${formatPlural(sites.length, 'site')}` : ''}
      {stale === null ? null : (
        <span
          class="warn-t"
          title={`Its mean of a day stands in. To make it new: ${stale.command}`}
        >
          {' · '}
          <span aria-hidden="true">◆ </span>
          {stale.message}
        </span>
      )}
    </>
  )
}

const countOf = ({ states }: StockSummary, names: readonly StockState[]): number =>
  states.reduce((sum, { state, products }) => sum + (names.includes(state) ? products : 0), 0)

function tilesOf(known: StockSummary | undefined): Tile[] {
  const labels = ['Run out too soon', 'At stake', 'On hand', 'On its way']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const { units, stakeCents } = known
  return [
    {
      label: labels[0]!,
      value: formatCount(countOf(known, ['out', 'soon'])),
      note: (
        <>
          <span class="bad-t">▲ {formatCount(countOf(known, ['out']))} out</span>,{' '}
          <span class="warn-t">
            ◆ {formatCount(countOf(known, ['low']))} more if sales are strong
          </span>
        </>
      ),
    },
    {
      label: labels[1]!,
      value: stakeCents === null ? '–' : money(stakeCents),
      note: stakeCents === null ? 'no price is known' : 'margin missed until more can come',
    },
    {
      label: labels[2]!,
      value: formatPlural(units.onHand, 'unit'),
      note: `${formatCount(units.reserved)} held for orders`,
    },
    {
      label: labels[3]!,
      value: formatPlural(units.incoming, 'unit'),
      note: units.incoming === 0 ? 'nothing is expected' : 'expected from vendors and other sites',
    },
  ]
}

/** What to do where no product is in stock. */
function NoStock() {
  return (
    <section class="card state" id="grid" tabIndex={-1}>
      <h2>Stock is counted by your warehouse through the API.</h2>
      <p class="dim">Import a feed with a table of stock, or tell the counts with this command.</p>
      <CopyCommand
        command={`curl -s ${location.origin}/stock/events -H 'content-type: application/json' -d '${JSON.stringify({ kind: 'count', requestId: 'count-1', lines: [{ siteId: 'FC-1', productId: 'P-1', quantity: 12 }] })}'`}
      />
    </section>
  )
}

/** The row of a product, if it is among those that were fetched. */
function rowOf(productId: string): StockRow | undefined {
  for (const rows of stockRows.state.value?.blocks.values() ?? []) {
    const row = rows.find((candidate) => candidate.productId === productId)
    if (row !== undefined) return row
  }
  return undefined
}

function Shelves({ known }: { known: StockSummary | undefined }) {
  const asked = stockQuery.value
  useEffect(() => stockRows.ask(asked), [asked])
  const state = stockRows.state.value
  const error = stockRows.error.value
  const open = param('product')
  if (error !== undefined && state === undefined) {
    return <Trouble error={error} what="the stock" retry={() => stockRows.retry()} />
  }
  return (
    <div class="split">
      <section aria-label="Stock">
        <Filters known={known} total={state?.total} />
        <StockGrid />
      </section>
      {open === undefined ? (
        <SidePanel title="Why does it run out?" onClose={undefined} idle>
          <p class="dim">
            Choose a product to see how long it lasts, site by site, who holds units of it, and what
            happened to it. A click on one of its bars shows that site alone.
          </p>
        </SidePanel>
      ) : (
        <StockPanel productId={open} row={rowOf(open)} />
      )}
    </div>
  )
}

function Filters({ known, total }: { known: StockSummary | undefined; total: number | undefined }) {
  const count = (state: StockState) =>
    known === undefined ? '' : ` (${formatCount(countOf(known, [state]))})`
  return (
    <div class="bar-row">
      <SearchBox
        label="Find a product"
        value={param('q') ?? ''}
        onInput={(q) => setParams({ q })}
      />
      <Select
        label="State"
        value={param('state') ?? ''}
        all="Any state"
        options={[
          ['trouble', '▲ ◆ In trouble'],
          ['out', `▲ Out of stock${count('out')}`],
          ['soon', `▲ Runs out too soon${count('soon')}`],
          ['low', `◆ Short if sales are strong${count('low')}`],
          ['ok', `● Lasts${count('ok')}`],
          ['still', `○ No sale expected${count('still')}`],
        ]}
        onChange={(state) => setParams({ state })}
      />
      <Select
        label="Site"
        value={param('site') ?? ''}
        all="All sites"
        options={(known?.sites ?? []).map(({ siteId, name }) => [siteId, name] as const)}
        onChange={(site) => setParams({ site, at: null })}
      />
      <Select
        class="sort-narrow"
        label="Order of the list"
        value={param('sort') ?? ''}
        all="Most at stake"
        options={[
          ['runs-out', 'Runs out first'],
          ['on-hand', 'Most on hand'],
          ['reserved', 'Most held'],
          ['incoming', 'Most on its way'],
          ['title', 'By name'],
        ]}
        onChange={(sort) => setParams({ sort, order: null })}
      />
      <Count total={total} noun="product" waiting={unread.value} show={showNews} />
    </div>
  )
}
