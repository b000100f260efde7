import '../styles/network.css'
import '../styles/orders.css'
import { useEffect } from 'preact/hooks'
import type { OrdersSummary } from '../../../src/api/schemas/fulfilment-pages.ts'
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
import { moment, ordersSummary, price } from '../state.ts'
import { formatCount, formatMeasure, formatPercent, formatPlural } from '../text/format.ts'
import { placeSample, sampleBody } from './changes.ts'
import { OrderGrid } from './order-grid.tsx'
import { OrderPanel } from './order-panel.tsx'
import { onNews, orderRows, ordersQuery, showNews, unread } from './orders-state.ts'
import { CAUSES, STATUSES } from './words.ts'

const LIKE = {
  answer:
    '888 orders today; 88 % of promises kept; eight are overdue; eight will arrive late because stock came late; eight are at risk.',
  note: 'As of 28 Nov 2028, 08:08 UTC · 88,888 orders in all',
}

/** Will every order arrive as promised? */
export function OrdersPage() {
  const known = ordersSummary.data.value
  const error = ordersSummary.error.value
  useEffect(() => void ordersSummary.load(), [])
  useEffect(() => followLive('orders', onNews), [])
  useEffect(() => {
    if (error?.status === 401) askToken(() => void ordersSummary.load())
  }, [error])
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the orders" retry={() => void ordersSummary.load()} />
  }
  return (
    <>
      <PageHead answer={known?.sentence} note={known && noteOf(known)} like={LIKE}>
        <NextThing known={known} />
      </PageHead>
      <Tiles label="Promises in figures" tiles={tilesOf(known)} />
      {known?.orders === 0 ? <NoOrders known={known} /> : <Stream />}
    </>
  )
}

const noteOf = ({ now, orders }: OrdersSummary): string =>
  `As of ${moment(now)} UTC · ${formatPlural(orders, 'order')} in all`

const countOf = ({ standings }: OrdersSummary, names: readonly string[]): number =>
  standings.reduce((sum, one) => sum + (names.includes(one.standing) ? one.orders : 0), 0)

/** The one thing to do: see what goes wrong, or try an order. */
function NextThing({ known }: { known: OrdersSummary | undefined }) {
  const troubled = known === undefined ? 0 : countOf(known, ['overdue', 'late', 'at-risk'])
  if (troubled > 0) {
    return (
      <Link class="button primary next" to={{ page: 'orders', params: { standing: 'trouble' } }}>
        {`See ${formatPlural(troubled, 'order')} in trouble`}
      </Link>
    )
  }
  const sample = known?.sample ?? null
  return (
    <button
      type="button"
      class="primary next"
      disabled={sample === null}
      title="Takes one unit of live stock; it can be undone"
      onClick={() => sample !== null && void placeSample(sample)}
    >
      {known === undefined ? '\u00a0' : 'Place a sample order'}
    </button>
  )
}

function tilesOf(known: OrdersSummary | undefined): Tile[] {
  const labels = ['Promises kept', 'Open orders', 'Sent in parts', 'Cost of a unit']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const { promises, splitShare, shipmentsPerOrder, costPerUnitCents, units, days } = known
  const open = countOf(known, ['overdue', 'late', 'at-risk', 'on-time'])
  const since = `of ${days} days`
  return [
    {
      label: labels[0]!,
      value: promises.keptShare === null ? '–' : formatPercent(promises.keptShare),
      note: brokenNote(promises),
    },
    {
      label: labels[1]!,
      value: formatCount(open),
      note: openNote(known),
    },
    {
      label: labels[2]!,
      value: splitShare === null ? '–' : formatPercent(splitShare),
      note:
        shipmentsPerOrder === null
          ? 'no parcel yet'
          : `${formatMeasure(shipmentsPerOrder)} shipments an order`,
    },
    {
      label: labels[3]!,
      value: costPerUnitCents === null ? '–' : price(Math.round(costPerUnitCents)),
      note: units === 0 ? 'no parcel yet' : `shipping, ${formatPlural(units, 'unit')} ${since}`,
    },
  ]
}

function openNote(known: OrdersSummary) {
  const [late, risk] = [countOf(known, ['overdue', 'late']), countOf(known, ['at-risk'])]
  if (late + risk === 0) return 'all on time'
  return (
    <>
      {late === 0 ? null : <span class="bad-t">▲ {formatCount(late)} late</span>}
      {late > 0 && risk > 0 ? ', ' : ''}
      {risk === 0 ? null : <span class="warn-t">◆ {formatCount(risk)} at risk</span>}
    </>
  )
}

/** How many were broken, and mostly why: in one line, or the page would jump. */
function brokenNote({ broken, kept, causes, keptShare }: OrdersSummary['promises']): string {
  if (keptShare === null) return 'none was due yet'
  if (broken === 0) return `all ${formatCount(kept)} that were due`
  const [first] = causes.filter(({ because }) => because in CAUSES)
  const why = first === undefined ? 'nobody said why' : CAUSES[first.because]
  return `${formatCount(broken)} broken, ${causes.length > 1 ? 'mostly ' : ''}${why}`
}

/** What to do where no order has come in. */
function NoOrders({ known: { sample } }: { known: OrdersSummary }) {
  return (
    <section class="card state" id="grid" tabIndex={-1}>
      <h2>Orders come from your shop through the API.</h2>
      {sample === null ? (
        <p class="dim">
          Nothing is in stock, so nothing can be promised yet. Tell the counts first: POST
          /stock/events.
        </p>
      ) : (
        <>
          <p class="dim">
            Place one from here with the button above, or with this command. It takes one unit of
            live stock.
          </p>
          <CopyCommand
            command={`curl -s ${location.origin}/orders -H 'content-type: application/json' -d '${JSON.stringify(sampleBody(sample, 'sample-1'))}'`}
          />
        </>
      )}
    </section>
  )
}

function Stream() {
  const asked = ordersQuery.value
  useEffect(() => orderRows.ask(asked), [asked])
  const state = orderRows.state.value
  const error = orderRows.error.value
  const open = param('order')
  if (error !== undefined && state === undefined) {
    return <Trouble error={error} what="the orders" retry={() => orderRows.retry()} />
  }
  return (
    <div class="split">
      <section aria-label="Orders">
        <Filters total={state?.total} />
        <OrderGrid />
      </section>
      {open === undefined ? (
        <SidePanel title="How is this order?" onClose={undefined} idle>
          <p class="dim">
            Choose one to see its promise, where its boxes are, and why they leave from there.
          </p>
        </SidePanel>
      ) : (
        <OrderPanel orderId={open} onClose={() => setParams({ order: null })} />
      )}
    </div>
  )
}

function Filters({ total }: { total: number | undefined }) {
  return (
    <div class="bar-row">
      <SearchBox label="Find an order" value={param('q') ?? ''} onInput={(q) => setParams({ q })} />
      <Select
        label="Promise"
        value={param('standing') ?? ''}
        all="Any promise"
        options={[
          ['trouble', '▲ ◆ In trouble'],
          ['overdue', '▲ Overdue'],
          ['late', '▲ Will be late'],
          ['at-risk', '◆ At risk'],
          ['on-time', '● On time'],
          ['kept', '● Kept'],
          ['broken', '○ Came late'],
          ['cancelled', '○ Cancelled'],
        ]}
        onChange={(standing) => setParams({ standing })}
      />
      <Select
        label="Status"
        value={param('status') ?? ''}
        all="Any status"
        options={STATUSES}
        onChange={(status) => setParams({ status })}
      />
      <Select
        label="Order of the list"
        value={param('sort') ?? ''}
        all="Worst first"
        options={[
          ['newest', 'Newest first'],
          ['promised', 'Promised first'],
          ['cost', 'Dearest first'],
        ]}
        onChange={(sort) => setParams({ sort })}
      />
      <Count total={total} noun="order" waiting={unread.value} show={showNews} />
    </div>
  )
}
