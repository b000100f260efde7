import { computed } from '@preact/signals'
import type { OrderRow } from '../../../src/api/schemas/fulfilment-pages.ts'
import { api } from '../api.ts'
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

/** Reads all of the page again, after an order was placed or changed. */
export function readAgain(): void {
  orderDetails.clear()
  void ordersSummary.load()
  orderRows.again()
}
