import type { CapacityOrderRow, CapacityOrders } from '../../../loop/index.ts'
import type { ServerOrder, ServerOrders } from '../../schemas/load.ts'
import { clockOf, isoOf } from './facts.ts'

const WEEK_MS = 604_800_000

/** An order as the page shows it; pressing when the risk is high and the time to order near. */
export function serverOrder(row: CapacityOrderRow, nowMs: number): ServerOrder {
  const { order, status, servers, inPlan, gameday, decision } = row
  return {
    ...{ orderId: order.orderId, serviceId: order.serviceId, region: order.region },
    ...{ serverTypeId: order.serverTypeId, term: order.term, servers: order.servers },
    serversNow: servers,
    orderBy: isoOf(order.orderByMs),
    readyAt: isoOf(order.readyMs),
    until: isoOf(order.untilMs),
    costCents: Math.round(costNow(row)),
    risk: order.riskWithout,
    riskWith: order.riskWith,
    ...{ reason: order.reason, status, inPlan, gameday: gameday ?? null },
    severity: severityOf(row, nowMs),
    decision:
      decision === undefined || decision.action === 'undo'
        ? null
        : {
            ...{ action: decision.action, by: decision.by, servers: decision.servers },
            ...{ at: isoOf(decision.time), reason: decision.reason },
          },
  }
}

/** Cents of the servers that count. */
export function costNow({ order, servers }: CapacityOrderRow): number {
  return order.servers > 0 ? (order.costCents * servers) / order.servers : 0
}

/** Above this chance of too few servers an order is pressing. */
const HIGH_RISK = 0.2

function severityOf({ order, status }: CapacityOrderRow, nowMs: number): ServerOrder['severity'] {
  if (status !== 'proposed') return 'ok'
  return order.riskWithout >= HIGH_RISK && order.orderByMs <= nowMs + WEEK_MS ? 'bad' : 'warn'
}

/** The plan of servers in force as the page shows it. */
export function serverOrders(
  orders: CapacityOrders,
  nowMs: number,
  { currency, timeZone }: { readonly currency: string; readonly timeZone: string },
): ServerOrders {
  const { version, note, rows } = orders
  const { day } = clockOf(timeZone)
  return {
    version: version.version,
    madeAt: isoOf(version.createdAt),
    ...{ currency, weeks: note.weeks, risk: note.risk, notes: [...note.notes] },
    orders: rows.map((row) => serverOrder(row, nowMs)),
    shortWords: note.short.map(
      ({ service, region, weekMs, requestsPerSecond }) =>
        `${service} in ${region} lacks ${Math.round(60 * requestsPerSecond).toLocaleString('en-GB')} requests a minute in the week of ${day(weekMs)}: no server can be ready by then.`,
    ),
  }
}
