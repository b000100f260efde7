import { useSignal } from '@preact/signals'
import type { StockDetail, StockRow } from '../../../src/api/schemas/stock-pages.ts'
import { statusWords } from '../orders/words.ts'
import { Bone } from '../parts/bone.tsx'
import { Chip } from '../parts/chip.tsx'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { date, moment, money } from '../state.ts'
import { formatCount, formatMeasure, formatPlural } from '../text/format.ts'
import { CoverChart } from './cover-chart.tsx'
import { detailKey, stockDetails } from './stock-state.ts'
import { lastsWords, STATE_TONES, STATES } from './words.ts'

interface StockPanelProps {
  readonly productId: string
  /** Its row, where the list has it already. */
  readonly row: StockRow | undefined
}

/** One product, or what one site holds of it: why it runs out, who holds units, what happened. */
export function StockPanel({ productId, row }: StockPanelProps) {
  const at = param('at') ?? param('site')
  const resource = stockDetails.of(detailKey(productId, at))
  const detail = resource.data.value
  const error = resource.error.value
  return (
    <SidePanel
      title={detail?.row.title ?? row?.title ?? '\u00a0'}
      id={productId}
      onClose={() => setParams({ product: null, at: null })}
    >
      <p class="lead" style={{ '--lines': '3' }}>
        {detail?.sentence ?? <Bone width="90%" />}
      </p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this product" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '480px' }} aria-busy="true" />
      ) : (
        <Detail detail={detail} at={at} />
      )}
    </SidePanel>
  )
}

function Detail({ detail, at }: { detail: StockDetail; at: string | undefined }) {
  const { row, cover } = detail
  return (
    <>
      <p class="verdict">
        <Chip tone={STATE_TONES[row.state]}>{STATES[row.state]}</Chip>{' '}
        <span class="dim">{stakeWords(row)}</span>
      </p>
      {cover === null ? null : (
        <CoverChart
          cover={cover}
          next={{ on: row.nextOn, comes: row.nextUnits > 0 }}
          runsOutInDays={row.runsOutInDays}
        />
      )}
      <Sites detail={detail} at={at} />
      <Arrivals detail={detail} />
      <Held detail={detail} />
      <Events events={detail.events} />
      <p class="onward">
        <Link to={{ page: 'demand', params: { product: row.productId } }}>
          What will sell of it
        </Link>
        {detail.line === null ? (
          <span class="dim">It is not on the purchase plan.</span>
        ) : (
          <Link to={{ page: 'buying', params: { line: detail.line } }}>What to order of it</Link>
        )}
      </p>
    </>
  )
}

function stakeWords({ stakeCents, lostUnits, reserved, onHand }: StockRow): string {
  if (stakeCents !== null && stakeCents > 0) return `${money(stakeCents)} of margin at stake`
  if (lostUnits > 0) return `about ${formatMeasure(lostUnits)} sales at stake`
  return reserved === 0
    ? `${formatPlural(onHand, 'unit')} on hand`
    : `${formatCount(reserved)} of ${formatPlural(onHand, 'unit')} held for orders`
}

/** Sites shown before the rest is asked for. */
const FEW_SITES = 8

function Sites({ detail: { sites, row }, at }: { detail: StockDetail; at: string | undefined }) {
  const all = useSignal(false)
  if (sites.length === 0) return null
  const worstFirst = sites.toSorted((a, b) => (a.coverDays ?? 1e9) - (b.coverDays ?? 1e9))
  const shown = worstFirst.filter((cell, i) => all.value || i < FEW_SITES || cell.siteId === at)
  const choose = (siteId: string | null): void => setParams({ at: siteId })
  return (
    <>
      <div class="chart-head">
        <h3 id="stock-sites">Site by site</h3>
        {param('at') === undefined ? null : (
          <button type="button" class="plain" onClick={() => choose(null)}>
            {param('site') === undefined ? 'All sites' : 'The site of the list'}
          </button>
        )}
      </div>
      <table class="facts" aria-labelledby="stock-sites">
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col">Lasts</th>
            <th scope="col" class="num">
              To sell
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((cell) => (
            <tr key={cell.siteId} class={cell.siteId === at ? 'chosen' : ''}>
              <td>
                <button
                  type="button"
                  class="plain site-name"
                  aria-pressed={cell.siteId === at}
                  title={`${row.title} at ${cell.name} alone`}
                  onClick={() => choose(cell.siteId)}
                >
                  {cell.name}
                </button>
              </td>
              <td>
                <Chip tone={STATE_TONES[cell.state]}>{lastsWords(cell.state, cell.coverDays)}</Chip>
              </td>
              <td class="num">
                {formatCount(cell.available)}
                <span class="unit">{besideWords(cell)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === sites.length && !all.value ? null : (
        <button
          type="button"
          class="plain more"
          aria-expanded={all.value}
          onClick={() => {
            all.value = !all.value
          }}
        >
          {all.value ? 'The shortest alone' : `All ${sites.length} sites`}
        </button>
      )}
    </>
  )
}

/** What is in the building but promised, and what comes. */
function besideWords({ reserved, incoming }: StockDetail['sites'][number]): string {
  const held = reserved === 0 ? [] : [`${formatCount(reserved)} held`]
  const comes = incoming === 0 ? [] : [`${formatCount(incoming)} to come`]
  return [...held, ...comes].join(', ')
}

function Arrivals({ detail: { arrivals, sites } }: { detail: StockDetail }) {
  if (arrivals.length === 0) return null
  const names = new Map(sites.map(({ siteId, name }) => [siteId, name]))
  return (
    <>
      <h3 id="stock-arrivals">On its way</h3>
      <table class="facts" aria-labelledby="stock-arrivals">
        <tbody>
          {arrivals.map(({ receiptId, siteId, quantity, likelyOn, lateOn }) => (
            <tr key={`${receiptId} ${siteId}`}>
              <td>
                {names.get(siteId) ?? siteId} <span class="sku">{receiptId}</span>
              </td>
              <td class="num">
                {formatPlural(quantity, 'unit')}
                <span class="unit">{`by ${date(likelyOn)}; nine in ten by ${date(lateOn)}`}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Held({ detail: { reservations, sites } }: { detail: StockDetail }) {
  const { total, shown } = reservations
  if (total === 0) return null
  const names = new Map(sites.map(({ siteId, name }) => [siteId, name]))
  return (
    <>
      <h3 id="stock-held">Held for orders</h3>
      <table class="facts" aria-labelledby="stock-held">
        <tbody>
          {shown.map(({ reservationId, siteId, quantity, expiresAt, order }) => (
            <tr key={`${reservationId} ${siteId}`}>
              <td>
                {order === null ? (
                  <span>{reservationId}</span>
                ) : (
                  <Link to={{ page: 'orders', params: { order: reservationId } }}>
                    {reservationId}
                  </Link>
                )}
                <span class="unit">
                  {order === null
                    ? (names.get(siteId) ?? siteId)
                    : `${statusWords(order.status)}, to ${order.area}`}
                </span>
              </td>
              <td class="num">
                {formatPlural(quantity, 'unit')}
                <span class="unit">
                  {expiresAt === null ? 'until it leaves' : `until ${moment(expiresAt)}`}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total === shown.length ? null : (
        <p class="dim">{`${formatCount(total - shown.length)} more without an end.`}</p>
      )}
    </>
  )
}

function Events({ events }: { events: StockDetail['events'] }) {
  return (
    <>
      <h3>What happened lately</h3>
      {events.length === 0 ? (
        <p class="dim">Nothing among the last events of stock.</p>
      ) : (
        <ol class="timeline">
          {events.map(({ at, words }, i) => (
            <li key={`${at} ${words} ${i}`}>
              <time dateTime={at}>{moment(at)}</time>
              <span>{words}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
