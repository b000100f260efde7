import { computed, signal } from '@preact/signals'
import type { OrderRow } from '../../../src/api/schemas/fulfilment-pages.ts'
import { api } from '../api.ts'
import { isBeingRead } from '../grid/being-read.ts'
import { createPagedRows } from '../grid/paged-rows.ts'
import { createResource, createResources } from '../resource.ts'
import { param } from '../router.ts'
import { ordersSummary } from '../state.ts'

export const orderDetails = createResources(api.orderDetail)
export const groundMap = createResource(api.groundMap)
export const orderRows = createPagedRows<OrderRow>(api.orderRows)

/** What is asked of the server about orders, as it stands in the address. */
export const ordersQuery = computed(() => {
  const asked = new URLSearchParams({ sort: param('sort') ?? 'worst' })
  for (const name of ['q', 'status', 'standing']) {
    const value = param(name)
    if (value !== undefined) asked.set(name, value)
  }
  return asked.toString()
})

/** Whether something has changed that the list does not show yet. */
export const unread = signal(false)

/** Takes in what the server says has changed; the list waits while somebody reads in it. */
export function onNews(): void {
  void ordersSummary.load()
  const open = param('order')
  if (open !== undefined) orderDetails.reload(open)
  if (isBeingRead()) unread.value = true
  else showNews()
}

/** Lets the list show what has changed. */
export function showNews(): void {
  unread.value = false
  orderRows.again()
}

/** Reads all of the page again, after an order was placed or changed. */
export function readAgain(): void {
  orderDetails.clear()
  void ordersSummary.load()
  showNews()
}
