import * as z from 'zod'
import { defineEvent, type Ledger, subjectOf } from '../../ledger/index.ts'
import type { capacity } from '../../load/index.ts'

const orderShape = z.object({
  orderId: z.string(),
  serviceId: z.string(),
  region: z.string(),
  serverTypeId: z.string(),
  term: z.enum(['hourly', 'reserved']),
  servers: z.int(),
  orderByMs: z.number(),
  readyMs: z.number(),
  untilMs: z.number(),
  costCents: z.number(),
  riskWithout: z.number(),
  riskWith: z.number(),
  reason: z.string(),
})

const decided = {
  planVersion: z.int(),
  /** The order as it was planned, so that it is known when the plan is made anew. */
  order: orderShape,
  /** How many servers count from now on. */
  servers: z.int(),
  by: z.string().min(1),
  reason: z.string().nullable(),
}

const orderApproved = defineEvent('load.order-approved', z.object(decided))
const orderOverridden = defineEvent('load.order-overridden', z.object(decided))
const orderUndone = defineEvent('load.order-undone', z.object(decided))

const EVENT_OF = { approve: orderApproved, override: orderOverridden, undo: orderUndone } as const

export type OrderAction = keyof typeof EVENT_OF

/** One decision of a person on an order for servers. */
export interface OrderDecisionEvent extends z.infer<z.ZodObject<typeof decided>> {
  readonly sequence: number
  /** Epoch ms. */
  readonly time: number
  readonly action: OrderAction
}

/** All decisions on orders for servers, oldest first. */
export async function readOrderDecisions(ledger: Ledger): Promise<OrderDecisionEvent[]> {
  const decisions: OrderDecisionEvent[] = []
  for await (const event of ledger.read({ prefix: 'load.order' })) {
    const { sequence, time } = event
    for (const action of ['approve', 'override', 'undo'] as const) {
      const type = EVENT_OF[action]
      if (type.is(event)) decisions.push({ ...event.data, sequence, time, action })
    }
  }
  return decisions
}

/** The last decision on each order, where it was not undone. */
export function orderDecisionsInForce(
  decisions: readonly OrderDecisionEvent[],
): Map<string, OrderDecisionEvent> {
  const last = new Map<string, OrderDecisionEvent>()
  for (const decision of decisions) {
    if (decision.action === 'undo') last.delete(decision.order.orderId)
    else last.set(decision.order.orderId, decision)
  }
  return last
}

/** Appends decisions; the ledger must not have moved since `expectedSequence`. */
export async function appendOrderDecisions(
  ledger: Ledger,
  action: OrderAction,
  decisions: readonly Omit<OrderDecisionEvent, 'sequence' | 'time' | 'action'>[],
  expectedSequence: number,
): Promise<void> {
  const events = decisions.map((one) =>
    EVENT_OF[action].of(subjectOf('load', 'order', one.order.serviceId), { ...one }),
  )
  await ledger.append(events, { expectedSequence })
}

/** Decided orders as servers that the next plan counts on. */
export function decidedServers(decisions: readonly OrderDecisionEvent[]): capacity.StandingOrder[] {
  return [...orderDecisionsInForce(decisions).values()]
    .filter(({ servers }) => servers > 0)
    .map(({ order, servers }) => ({
      ...{ serviceId: order.serviceId, region: order.region, serverTypeId: order.serverTypeId },
      ...{ servers, fromMs: order.readyMs, untilMs: order.untilMs },
    }))
}
