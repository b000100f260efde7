import '../styles/load.css'
import { useEffect, useMemo } from 'preact/hooks'
import type { LoadSummary } from '../../../src/api/schemas/load.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { setParams } from '../router.ts'
import { loadSummary, money } from '../state.ts'
import { formatCount, formatPlural } from '../text/format.ts'
import { CalendarView } from './calendar-view.tsx'
import { approve } from './changes.ts'
import { CurveCard } from './curve-card.tsx'
import { EventsView } from './events-view.tsx'
import { GamedayView } from './gameday-view.tsx'
import { LiveView } from './live-view.tsx'
import { orders } from './load-state.ts'
import { OrdersView } from './orders-view.tsx'
import { ServicesView } from './services-view.tsx'
import { Views, viewInAddress } from './views.tsx'
import { type Clock, clockOf, rate, secondsOf } from './words.ts'

const LIKE = {
  answer:
    'Deal night on 28 Nov peaks at 888,000 requests a minute; Product pages in us-east is short by 88 servers from 18:88. 88 others are short too.',
  note: 'Load known up to 28 Nov, 08:08 (America/New_York) · 18 services × regions · forecast to 28 Nov 2028',
}

/** Will the servers hold? */
export function LoadPage() {
  const known = loadSummary.data.value
  const error = loadSummary.error.value
  useEffect(() => void loadSummary.load(), [])
  useEffect(() => {
    if (error?.status === 401) askToken(() => void loadSummary.load())
  }, [error])
  const clock = useMemo(() => clockOf(known?.timeZone ?? 'UTC'), [known?.timeZone])
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the load" retry={() => void loadSummary.load()} />
  }
  return (
    <>
      <PageHead
        answer={known?.sentence}
        note={known && <Note known={known} clock={clock} />}
        like={LIKE}
      >
        <MainButton known={known} />
      </PageHead>
      <Tiles label="Load in figures" tiles={tilesOf(known, clock)} />
      <CurveCard known={known} />
      <Views />
      <Body known={known} clock={clock} />
    </>
  )
}

function Body({ known, clock }: { known: LoadSummary | undefined; clock: Clock }) {
  switch (viewInAddress()) {
    case 'servers':
      return <OrdersView clock={clock} />
    case 'calendar':
      return <CalendarView clock={clock} timeZone={known?.timeZone ?? 'UTC'} />
    case 'events':
      return <EventsView known={known} clock={clock} />
    case 'live':
      return <LiveView clock={clock} timeZone={known?.timeZone ?? 'UTC'} />
    case 'gameday':
      return <GamedayView clock={clock} />
    default:
      return <ServicesView known={known} clock={clock} />
  }
}

/** Approves what is proposed; where nothing is, shows the plan. */
function MainButton({ known }: { known: LoadSummary | undefined }) {
  const count = known?.orders.proposed ?? 0
  const approveAll = async (): Promise<void> => {
    await orders.load()
    const ids = (orders.data.peek()?.orders ?? [])
      // What a game day proposes is decided one by one: it may ask for the same servers as the plan.
      .filter(({ status, gameday }) => status === 'proposed' && gameday === null)
      .map(({ orderId }) => orderId)
    if (ids.length > 0) await approve(ids)
  }
  if (known !== undefined && count === 0) {
    return (
      <button type="button" class="primary" onClick={() => setParams({ view: 'servers' })}>
        See the servers
      </button>
    )
  }
  return (
    <button type="button" class="primary" disabled={known === undefined} onClick={approveAll}>
      Approve {known === undefined ? 'orders' : formatPlural(count, 'order')}
    </button>
  )
}

function Note({ known, clock }: { known: LoadSummary; clock: Clock }) {
  const { knownUntil, timeZone, services, forecastUntil, stale } = known
  const until = new Date(forecastUntil)
  return (
    <>
      {`Load known up to ${clock.both(secondsOf(knownUntil))} (${timeZone}) · ${formatCount(services.length)} services × regions · forecast to ${clock.day(secondsOf(forecastUntil))} ${until.getUTCFullYear()}`}
      {stale === null ? null : (
        <span class="warn-t" title={`To make it new: ${stale.command}`}>
          {' · '}
          <span aria-hidden="true">◆ </span>
          {stale.message}
        </span>
      )}
    </>
  )
}

function tilesOf(known: LoadSummary | undefined, clock: Clock): Tile[] {
  const labels = ['Next event', 'Peak', 'Short of servers', 'To order']
  if (known === undefined) return labels.map((label) => ({ label, value: undefined, note: '' }))
  const { next, services, orders: planned } = known
  const short = services.filter(({ shortServers }) => shortServers > 0)
  const factor =
    next?.peakPerMinute == null || next.usualPerMinute == null || next.usualPerMinute === 0
      ? undefined
      : next.peakPerMinute / next.usualPerMinute
  return [
    {
      label: labels[0]!,
      value: next === null ? 'none planned' : clock.day(secondsOf(next.startsAt)),
      note:
        next === null
          ? 'enter one in the calendar'
          : `${next.name}, ${clock.time(secondsOf(next.startsAt))} – ${clock.time(secondsOf(next.endsAt))}`,
    },
    {
      label: labels[1]!,
      value: next?.peakPerMinute == null ? '–' : `${rate(next.peakPerMinute)} / min`,
      note:
        next?.peakHighPerMinute == null
          ? 'nothing is forecast'
          : `95 % below ${rate(next.peakHighPerMinute)}${factor === undefined ? '' : `; ${factor.toFixed(1)} × the usual`}`,
    },
    {
      label: labels[2]!,
      value: short.length === 0 ? 'none' : formatCount(short.length),
      note:
        short.length === 0 ? (
          <span class="ok-t">● the servers that run hold it</span>
        ) : (
          <span class="bad-t">
            ▲ of {formatPlural(services.length, 'service and region', 'services and regions')}
          </span>
        ),
    },
    {
      label: labels[3]!,
      value: formatPlural(planned.servers, 'server'),
      note:
        planned.orderBy === null
          ? `${formatPlural(planned.decided, 'order')} decided`
          : `${money(planned.costCents)}; the first by ${clock.both(secondsOf(planned.orderBy))}`,
    },
  ]
}
