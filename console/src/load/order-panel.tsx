import type { ServerOrder } from '../../../src/api/schemas/load.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { OverrideForm } from '../parts/override-form.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { setParams } from '../router.ts'
import { money } from '../state.ts'
import { formatPercent, formatPlural } from '../text/format.ts'
import { approve, override, undo } from './changes.ts'
import { type Clock, secondsOf } from './words.ts'

export const TERM = { hourly: 'by the hour', reserved: 'for a term' } as const

export function statusWords({ status, serversNow, servers, gameday }: ServerOrder): string {
  if (status === 'proposed' && gameday !== null) return 'game day'
  return status === 'overridden' ? `${serversNow}, not ${servers}` : status
}

/** One order as a line of a list: what, when, and its one button. */
export function OrderLine({ order, clock }: { order: ServerOrder; clock: Clock }) {
  const { orderId, serversNow, serverTypeId, readyAt, until, costCents, status } = order
  return (
    <li>
      <span>
        <b>
          {serversNow} × {serverTypeId}
        </b>{' '}
        {clock.day(secondsOf(readyAt))} – {clock.day(secondsOf(until))} · {money(costCents)}
      </span>
      {status === 'proposed' ? (
        <button
          type="button"
          class="ghost"
          aria-label={`Approve ${serversNow} ${serverTypeId} from ${clock.day(secondsOf(readyAt))}`}
          onClick={() => void approve([orderId])}
        >
          Approve
        </button>
      ) : (
        <button
          type="button"
          class="plain"
          aria-label={`Undo the decision on ${orderId}`}
          onClick={() => void undo([orderId])}
        >
          {status} · undo
        </button>
      )}
    </li>
  )
}

/** Why these servers, and what to decide on them. */
export function OrderPanel({ order, clock }: { order: ServerOrder; clock: Clock }) {
  const { orderId, serviceId, region, serverTypeId, term, decision } = order
  return (
    <SidePanel
      title={`${order.serversNow} × ${serverTypeId}`}
      id={`${serviceId}, ${region}`}
      onClose={() => setParams({ order: null })}
    >
      <p class="lead">{order.reason}</p>
      <dl class="order-facts">
        <dt>Order by</dt>
        <dd>{clock.both(secondsOf(order.orderBy))}</dd>
        <dt>Serve</dt>
        <dd>
          {clock.day(secondsOf(order.readyAt))} – {clock.day(secondsOf(order.until))}, {TERM[term]}
        </dd>
        <dt>Cost</dt>
        <dd>{money(order.costCents)}</dd>
        <dt>Chance of too few without</dt>
        <dd>{formatPercent(order.risk, order.risk < 0.01 ? 1 : 0)}</dd>
        <dt>With</dt>
        <dd>{formatPercent(order.riskWith, order.riskWith < 0.01 ? 1 : 0)}</dd>
      </dl>
      <p>
        <Chip tone={order.severity as Tone}>{statusWords(order)}</Chip>
        {order.inPlan ? null : (
          <span class="dim">
            {order.gameday === null
              ? ` decided before; the plan counts on ${order.serversNow}`
              : ` proposed by the game day of ${order.gameday}`}
          </span>
        )}
      </p>
      {decision === null ? (
        <button type="button" class="ghost" onClick={() => void approve([orderId])}>
          Approve {formatPlural(order.servers, 'server')}
        </button>
      ) : (
        <p class="dim">
          {decision.by}, {clock.both(secondsOf(decision.at))}
          {decision.reason === null ? '' : `: ${decision.reason}`}{' '}
          <button type="button" class="plain" onClick={() => void undo([orderId])}>
            Undo
          </button>
        </p>
      )}
      <OverrideForm
        key={orderId}
        one="server"
        title="Order another number"
        initial={order.serversNow}
        example="a campaign was moved"
        noteOf={(servers) => (order.servers > 0 ? `Costs ${money(costOf(order, servers))}.` : '')}
        onOverride={(servers, reason) => override(orderId, servers, reason)}
      />
    </SidePanel>
  )
}

/** Cents of so many servers for the time of an order. */
function costOf({ costCents, serversNow, servers }: ServerOrder, wanted: number): number {
  return Math.round((costCents * wanted) / Math.max(1, serversNow || servers))
}
