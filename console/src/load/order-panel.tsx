import { useSignal } from '@preact/signals'
import type { ServerOrder } from '../../../src/api/schemas/load.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { setParams } from '../router.ts'
import { money } from '../state.ts'
import { formatPercent, formatPlural } from '../text/format.ts'
import { approve, override, undo } from './changes.ts'
import { type Clock, secondsOf } from './words.ts'

export const TERM = { hourly: 'by the hour', reserved: 'for a term' } as const

export function statusWords({ status, serversNow, servers }: ServerOrder): string {
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
          <span class="dim"> decided before; the plan counts on {order.serversNow}</span>
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
      <OverrideForm key={orderId} order={order} />
    </SidePanel>
  )
}

function faultOf(servers: number, reason: string): string | undefined {
  if (!Number.isInteger(servers) || servers < 0) return 'Servers must be a whole number from 0 on.'
  if (reason.trim().length < 3) return 'Say why in a few words, so that others understand it later.'
  return undefined
}

/** Another number of servers, with a reason: kept in the history. */
function OverrideForm({ order }: { order: ServerOrder }) {
  const servers = useSignal(String(order.serversNow))
  const reason = useSignal('')
  const fault = useSignal<string | undefined>(undefined)
  const wanted = servers.value.trim() === '' ? Number.NaN : Number(servers.value)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    fault.value = faultOf(wanted, reason.value)
    if (fault.value !== undefined) return
    if (await override(order.orderId, wanted, reason.value.trim())) reason.value = ''
  }
  return (
    <form class="override" onSubmit={submit} noValidate aria-label="Order another number">
      <h3 class="full" style={{ marginBottom: 0 }}>
        Order another number
      </h3>
      <label>
        <small>Servers</small>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          value={servers.value}
          onInput={(event) => {
            servers.value = event.currentTarget.value
          }}
        />
      </label>
      <label>
        <small>Reason</small>
        <input
          value={reason.value}
          placeholder="such as: a campaign was moved"
          maxLength={500}
          onInput={(event) => {
            reason.value = event.currentTarget.value
          }}
        />
      </label>
      <div class="row">
        <button type="submit" class="ghost">
          {Number.isFinite(wanted) ? `Override to ${formatPlural(wanted, 'server')}` : 'Override'}
        </button>
      </div>
      <p class={fault.value === undefined ? 'full dim' : 'full fault'} role="alert">
        {fault.value ?? ''}
      </p>
    </form>
  )
}
