import { useEffect } from 'preact/hooks'
import type { OrderDetail } from '../../../src/api/schemas/fulfilment-pages.ts'
import type { OrderReply } from '../../../src/api/schemas/orders.ts'
import { Bone } from '../parts/bone.tsx'
import { Chip } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { moment, price } from '../state.ts'
import { formatCount, formatMeasure, formatPlural } from '../text/format.ts'
import { OrderMap } from './order-map.tsx'
import { groundMap, orderDetails } from './orders-state.ts'
import { STANDING_TONES, STANDINGS, statusWords } from './words.ts'

interface OrderPanelProps {
  readonly orderId: string
  readonly onClose: () => void
}

/** One order's life: its promise, where its boxes are, why from there, and all that happened. */
export function OrderPanel({ orderId, onClose }: OrderPanelProps) {
  const resource = orderDetails.of(orderId)
  const detail = resource.data.value
  const error = resource.error.value
  useEffect(() => {
    if (groundMap.data.peek() === undefined) void groundMap.load()
  }, [])
  return (
    <SidePanel title="Order" id={orderId} onClose={onClose}>
      <p class="lead" style={{ '--lines': '3' }}>
        {detail?.sentence ?? <Bone width="90%" />}
      </p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this order" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '420px' }} aria-busy="true" />
      ) : (
        <Life detail={detail} />
      )}
    </SidePanel>
  )
}

function Life({ detail }: { detail: OrderDetail }) {
  const { row, order } = detail
  return (
    <>
      <p class="verdict">
        <Chip tone={STANDING_TONES[row.standing]}>{STANDINGS[row.standing]}</Chip>{' '}
        <span class="dim">{promiseWords(detail)}</span>
      </p>
      {order.news.length === 0 ? null : (
        <ul class="news">
          {order.news.map(({ at, words }) => (
            <li key={`${at} ${words}`}>
              {words} <span class="dim">{moment(at)}</span>
            </li>
          ))}
        </ul>
      )}
      <OrderMap detail={detail} />
      <Boxes detail={detail} />
      <Lines detail={detail} />
      <h3>What happened</h3>
      <ol class="timeline">
        {order.life.map(({ at, type, words }, i) => (
          <li key={`${at} ${type} ${i}`}>
            <time dateTime={at}>{moment(at)}</time>
            <span>{words}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function promiseWords({ row, order }: OrderDetail): string {
  const promised = `promised (${order.promise.kind}) by ${moment(row.promisedBy)}`
  if (row.expectedBy === null) return `${promised}; no date can be told yet`
  const there = order.outcome?.deliveredAt !== null && order.outcome !== null
  return `${promised}; ${there ? 'delivered' : 'expected'} ${moment(row.expectedBy)}`
}

type Parcel = OrderReply['parcels'][number]

function Boxes({ detail: { order, sites, titles } }: { detail: OrderDetail }) {
  const names = new Map(sites.map(({ id, name }) => [id, name]))
  const parcels = order.parcels.filter(({ status }) => status !== 'cancelled')
  if (parcels.length === 0) return null
  return (
    <>
      <h3>
        {parcels.length === 1 ? 'Its box, and why from there' : 'Its boxes, and why from there'}
      </h3>
      <ul class="boxes-list">
        {parcels.map((parcel) => (
          <li key={parcel.parcelId}>
            <div class="box-head">
              <b>{names.get(parcel.siteId) ?? parcel.siteId}</b>
              <span class="dim">
                {statusWords(parcel.status === 'planned' ? 'assigned' : parcel.status)}
              </span>
              <span class="num">{price(Math.round(parcel.shippingCents))}</span>
            </div>
            <p>{parcel.reason}</p>
            <p class="dim">{boxFacts(parcel, order.parcels)}</p>
            <p class="dim">
              {parcel.lines
                .map(
                  ({ productId, quantity }) =>
                    `${formatCount(quantity)} × ${titles[productId] ?? productId}`,
                )
                .join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}

function boxFacts(parcel: Parcel, all: readonly Parcel[]): string {
  const { boxes, kg, laneIds, shipsBy, arriveBy, routeVersion, shipmentId, parcelId } = parcel
  const joint =
    shipmentId !== parcelId && !all.some((one) => one.parcelId === shipmentId)
      ? ' · shares a box with another order'
      : ''
  return `${formatPlural(boxes, 'box', 'boxes')}, ${formatMeasure(kg)} kg · leaves ${moment(shipsBy)}, arrives ${moment(arriveBy)} · ${formatPlural(laneIds.length, 'lane')}, route set ${routeVersion}${joint}`
}

function Lines({ detail: { order, titles } }: { detail: OrderDetail }) {
  const waiting = new Map(order.waiting.map(({ productId, quantity }) => [productId, quantity]))
  const cancelled = new Map(order.cancelled.map(({ productId, quantity }) => [productId, quantity]))
  return (
    <>
      <h3 id="order-lines">What was bought</h3>
      <table class="facts" aria-labelledby="order-lines">
        <tbody>
          {order.lines.map(({ productId, quantity, unitPriceCents }) => (
            <tr key={productId}>
              <td>
                {titles[productId] ?? productId} <span class="sku">{productId}</span>
              </td>
              <td class="num">
                {`${formatCount(quantity)} × ${price(unitPriceCents)}`}
                <span class="unit">
                  {[
                    waiting.has(productId) ? `${waiting.get(productId)} waiting` : '',
                    cancelled.has(productId) ? `${cancelled.get(productId)} cancelled` : '',
                  ]
                    .filter(Boolean)
                    .join(', ')}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
