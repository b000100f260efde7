import type { OrdersSummary } from '../../../src/api/schemas/fulfilment-pages.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { setParams } from '../router.ts'
import { moment } from '../state.ts'
import { readAgain } from './orders-state.ts'

type Sample = NonNullable<OrdersSummary['sample']>

/** The body of a sample order. */
export const sampleBody = ({ areaId, productId, unitPriceCents }: Sample, orderId: string) => ({
  orderId,
  areaId,
  lines: [{ productId, quantity: 1, unitPriceCents }],
})

/** Places a sample order of one unit; it is a real order until it is undone. */
export function placeSample(sample: Sample): Promise<void> {
  const orderId = `sample-${Date.now().toString(36)}`
  return change(async () => {
    const { order } = await api.placeOrder(sampleBody(sample, orderId))
    setParams({ order: orderId })
    const text = `Order ${orderId} is placed; promised by ${moment(order.promise.arriveBy)}.`
    say({ text, tone: 'ok', undo: () => void cancel(orderId) })
  })
}

function cancel(orderId: string): Promise<void> {
  return change(async () => {
    await api.cancelOrder(orderId)
    say({ text: `Order ${orderId} is cancelled; its unit is free again.`, tone: 'ok' })
  })
}

/** Does a change, reads the page again, and asks for the token where one is needed. */
async function change(work: () => Promise<void>): Promise<void> {
  hush()
  try {
    await work()
    readAgain()
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
  }
}
