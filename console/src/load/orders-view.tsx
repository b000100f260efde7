import { useEffect } from 'preact/hooks'
import type { ServerOrder } from '../../../src/api/schemas/load.ts'
import { type Column, Grid } from '../grid/grid.tsx'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { moneyBrief } from '../state.ts'
import { formatPercent } from '../text/format.ts'
import { orders } from './load-state.ts'
import { OrderPanel, statusWords, TERM } from './order-panel.tsx'
import { type Clock, secondsOf } from './words.ts'

function columnsOf(clock: Clock): readonly Column<ServerOrder>[] {
  return [
    {
      key: 'what',
      label: 'For',
      width: 'minmax(80px, 1fr)',
      area: 'title',
      cell: ({ serviceId, region }) => (
        <>
          <b>{serviceId}</b>
          <span class="sku">{region}</span>
        </>
      ),
    },
    {
      key: 'servers',
      label: 'Servers',
      width: '116px',
      numeric: true,
      area: 'servers',
      cell: ({ serversNow, serverTypeId, term }) => (
        <>
          {serversNow}
          <span class="unit">
            {serverTypeId}, {TERM[term]}
          </span>
        </>
      ),
    },
    {
      key: 'by',
      label: 'Order by',
      width: '104px',
      area: 'by',
      short: 'order by',
      cell: ({ orderBy }) => clock.both(secondsOf(orderBy)),
    },
    {
      key: 'serve',
      label: 'They serve',
      width: '116px',
      area: 'serve',
      short: 'serve',
      cell: ({ readyAt, until }) =>
        `${clock.day(secondsOf(readyAt))} – ${clock.day(secondsOf(until))}`,
    },
    {
      key: 'cost',
      label: 'Cost',
      width: '76px',
      numeric: true,
      area: 'cost',
      short: 'cost',
      end: true,
      cell: ({ costCents }) => moneyBrief(costCents),
    },
    {
      key: 'risk',
      label: 'Too few without',
      width: '108px',
      numeric: true,
      help: 'Chance of too few servers in some week without the order, and with it',
      area: 'risk',
      short: 'too few without',
      cell: ({ risk, riskWith }) => (
        <>
          {formatPercent(risk, risk < 0.01 ? 1 : 0)}
          <span class="unit">with it {formatPercent(riskWith, 1)}</span>
        </>
      ),
    },
    {
      key: 'status',
      label: 'Status',
      width: '112px',
      area: 'status',
      end: true,
      cell: (order) => <Chip tone={order.severity as Tone}>{statusWords(order)}</Chip>,
    },
  ]
}

const NARROW = {
  columns: 'minmax(0, 1fr) minmax(0, 1fr)',
  areas: '"title status" "servers cost" "by serve" "risk risk"',
}

/** Most pressing first: what is decided comes last. */
function worstFirst(all: readonly ServerOrder[]): ServerOrder[] {
  const place = { bad: 0, warn: 1, ok: 2 } as const
  return [...all].sort(
    (a, b) =>
      place[a.severity] - place[b.severity] ||
      b.risk - a.risk ||
      secondsOf(a.orderBy) - secondsOf(b.orderBy),
  )
}

/** The servers to order, with what was decided. */
export function OrdersView({ clock }: { clock: Clock }) {
  useEffect(() => void orders.load(), [])
  const known = orders.data.value
  const error = orders.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the plan of servers" retry={() => void orders.load()} />
  }
  const rows = worstFirst(known?.orders ?? [])
  const open = rows.find(({ orderId }) => orderId === param('order'))
  return (
    <div class="split">
      <section aria-label="Servers to order">
        <Grid
          label="Servers to order, most pressing first"
          columns={columnsOf(clock)}
          total={rows.length}
          rowAt={(i) => rows[i]}
          rowHeight={{ wide: 54, narrow: 156 }}
          narrow={NARROW}
          onOpen={({ orderId }) => setParams({ order: orderId })}
          isOpen={({ orderId }) => orderId === open?.orderId}
          rowClass={({ status }) => (status === 'proposed' ? 'load' : 'load cut')}
          none={
            <p class="dim">
              {known === undefined
                ? ' '
                : 'No servers need to be ordered: those that run hold what comes.'}
            </p>
          }
        />
        <p class="outlook">
          <a href="/api/load/outlook.csv" download>
            Two-year outlook by region and server family (CSV)
          </a>
        </p>
        {(known?.shortWords.length ?? 0) === 0 ? null : (
          <details class="short-words">
            <summary>
              <span class="bad-t">▲ </span>
              {known!.shortWords.length === 1
                ? 'One peak comes before servers can be ready'
                : `${known!.shortWords.length} peaks come before servers can be ready`}
            </summary>
            <ul>
              {known!.shortWords.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </details>
        )}
      </section>
      {open === undefined ? (
        <SidePanel title="Why these servers?" onClose={undefined} idle>
          <p class="dim">
            Choose an order to see which peak it is for and what happens without it, to approve it,
            or to order another number with a reason.
          </p>
        </SidePanel>
      ) : (
        <OrderPanel order={open} clock={clock} />
      )}
    </div>
  )
}
