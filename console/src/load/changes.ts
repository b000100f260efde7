import type { ServerOrder } from '../../../src/api/schemas/load.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { actor, loadSummary } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { orders } from './load-state.ts'

/** Puts orders that the server changed into the list. */
function putOrders(changed: readonly ServerOrder[]): void {
  const known = orders.data.peek()
  const byId = new Map(changed.map((order) => [order.orderId, order]))
  if (known !== undefined) {
    orders.set({ ...known, orders: known.orders.map((one) => byId.get(one.orderId) ?? one) })
  }
  void loadSummary.load()
}

/** Does a change and asks for the token where one is needed; true when it is done. */
export async function change(work: () => Promise<void>): Promise<boolean> {
  hush()
  try {
    await work()
    return true
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
    return false
  }
}

/** Approves orders, with a way back. */
export function approve(orderIds: readonly string[]): Promise<boolean> {
  return change(async () => {
    const reply = await api.approveOrders({ orderIds: [...orderIds], by: actor.peek() })
    putOrders(reply.orders)
    const servers = reply.orders.reduce((sum, { serversNow }) => sum + serversNow, 0)
    say({
      text: `${formatPlural(orderIds.length, 'order')} approved: ${formatPlural(servers, 'server')}.`,
      tone: 'ok',
      undo: () => void undo(orderIds),
    })
  })
}

/** Sets another number of servers on an order. */
export function override(orderId: string, servers: number, reason: string): Promise<boolean> {
  return change(async () => {
    const reply = await api.overrideOrder(orderId, { servers, reason, by: actor.peek() })
    putOrders(reply.orders)
    say({
      text: `Order overridden to ${formatPlural(servers, 'server')}.`,
      tone: 'ok',
      undo: () => void undo([orderId]),
    })
  })
}

export function undo(orderIds: readonly string[]): Promise<boolean> {
  return change(async () => {
    const reply = await api.undoOrders({ orderIds: [...orderIds], by: actor.peek() })
    putOrders(reply.orders)
    say({ text: `${formatPlural(orderIds.length, 'order')} proposed again.`, tone: 'ok' })
  })
}
