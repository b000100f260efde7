import type { OrderRow } from '../../../src/api/schemas/fulfilment-pages.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip } from '../parts/chip.tsx'
import { param, setParams } from '../router.ts'
import { moment, price } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { orderRows } from './orders-state.ts'
import { beyondChip, STANDING_TONES, STANDINGS, statusWords } from './words.ts'

const COLUMNS: readonly Column<OrderRow>[] = [
  {
    key: 'order',
    label: 'Order',
    width: 'minmax(104px, 0.8fr)',
    area: 'order',
    cell: ({ orderId, area }) => (
      <>
        <b title={orderId}>{orderId}</b>
        <span class="sku">{area}</span>
      </>
    ),
  },
  {
    key: 'standing',
    label: 'Promise',
    width: 'minmax(150px, 1fr)',
    sort: 'worst',
    area: 'standing',
    cell: (row) => (
      <>
        <Chip tone={STANDING_TONES[row.standing]}>{STANDINGS[row.standing]}</Chip>
        <span class="unit" title={row.words}>
          {beyondChip(row)}
        </span>
      </>
    ),
  },
  {
    key: 'promised',
    label: 'Promised by',
    width: '140px',
    sort: 'promised',
    area: 'promised',
    short: 'by',
    cell: ({ promisedBy, placedAt }) => (
      <>
        {moment(promisedBy)}
        <span class="unit">{`placed ${moment(placedAt)}`}</span>
      </>
    ),
  },
  {
    key: 'from',
    label: 'From',
    width: 'minmax(110px, 0.8fr)',
    area: 'from',
    cell: ({ sites, shipments, status, units }) => (
      <>
        {sites.length === 0 ? <span class="dim">no site yet</span> : sites.join(', ')}
        <span class="unit">
          {sites.length === 0
            ? statusWords(status)
            : `${statusWords(status)}, ${shipments === 1 ? formatPlural(units, 'unit') : formatPlural(shipments, 'shipment')}`}
        </span>
      </>
    ),
  },
  {
    key: 'cost',
    label: 'Worth',
    width: '84px',
    numeric: true,
    sort: 'cost',
    help: 'What is paid for it; below it what sending it costs. Sorts by the latter.',
    area: 'cost',
    end: true,
    cell: ({ shippingCents, valueCents }) => (
      <>
        {price(valueCents)}
        <span class="unit">{`${price(Math.round(shippingCents))} to send`}</span>
      </>
    ),
  },
]

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(92px, auto)',
  areas: '"order cost" "standing standing" "from promised"',
}

/** The orders, those first that can still be helped. */
export function OrderGrid() {
  const state = orderRows.state.value
  return (
    <Grid
      label="Orders, worst first"
      columns={COLUMNS}
      total={state?.total ?? 0}
      rowAt={orderRows.rowAt}
      rowHeight={{ wide: 54, narrow: 134 }}
      narrow={NARROW}
      sort={{ key: param('sort') ?? 'worst', descending: param('sort') !== 'promised' }}
      onSort={(key) => setParams({ sort: key === 'worst' ? null : key })}
      onOpen={({ orderId }) => setParams({ order: orderId })}
      isOpen={({ orderId }) => orderId === param('order')}
      rowClass={({ standing }) => (standing === 'cancelled' ? 'cut' : '')}
      onWindow={orderRows.cover}
      none={state === undefined ? '' : <p>No order matches.</p>}
    />
  )
}
