import type {
  Closure,
  ClosureOutcome,
  ClosureRequest,
  FulfilmentService,
} from '../../loop/index.ts'
import { closureHolds } from '../../loop/index.ts'
import {
  type CloseBody,
  type ClosureChange,
  type ClosureList,
  MOST_TOUCHED,
  type ReopenBody,
} from '../schemas/closures.ts'
import { iso } from './orders.ts'

/** What is asked of closures, over the service that `open` gives. `clock` gives epoch ms. */
export interface ClosureView {
  list(): Promise<ClosureList>
  /** Throws ERR_NOT_FOUND, ERR_ARGUMENT; changes nothing then. */
  close(body: CloseBody): Promise<ClosureChange>
  /** Throws ERR_NOT_FOUND. */
  reopen(closureId: string, body: ReopenBody): Promise<ClosureChange>
}

export function createClosureView(
  open: () => Promise<FulfilmentService>,
  clock: () => number,
): ClosureView {
  const reply = (closure: Closure) => closureOf(closure, clock())
  const change = ({ closure, touched }: ClosureOutcome): ClosureChange => ({
    closure: reply(closure),
    touched: touched.length,
    orders: touched.slice(0, MOST_TOUCHED).flatMap(({ orderId, news }) => {
      if (news === undefined) return []
      const { fate, because, words, arriveBy } = news
      const told = { fate, because, words, arriveBy: arriveBy === null ? null : iso(arriveBy) }
      return [{ orderId, ...told }]
    }),
  })
  return {
    list: async () => ({
      closures: (await open()).closures.list().map(reply).toReversed(),
    }),
    close: async (body) => change(await (await open()).closures.close(requestOf(body, clock()))),
    reopen: async (closureId, body) =>
      change(await (await open()).closures.reopen({ closureId, at: clock(), ...body })),
  }
}

function requestOf(body: CloseBody, now: number): ClosureRequest {
  const { requestId, siteId, laneIds, fromId, toId, from, until, reason, by } = body
  const place =
    siteId !== undefined
      ? { siteId }
      : laneIds !== undefined
        ? { laneIds }
        : { fromId: fromId ?? '', toId: toId ?? '' }
  return {
    ...{ closureId: requestId, place, reason, by },
    from: from === undefined ? now : Date.parse(from),
    until: until === undefined ? undefined : Date.parse(until),
  }
}

function closureOf(closure: Closure, now: number): ClosureList['closures'][number] {
  const { closureId, siteId, laneIds, where, from, until, reason, by, reopened } = closure
  return {
    ...{ closureId, siteId: siteId ?? null, lanes: laneIds.length, where, reason, by },
    ...{ from: iso(from), until: until === undefined ? null : iso(until) },
    reopenedAt: reopened === undefined ? null : iso(reopened.at),
    reopenedBy: reopened?.by ?? null,
    holds: closureHolds(closure, now),
  }
}
