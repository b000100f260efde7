import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../core/random/random.ts'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import { isLinearizable, type Operation } from './testing/linearizable.ts'
import { PlainStock, plainOutcome } from './testing/plain-stock.ts'
import { countsOf, PRODUCTS, SITES, smallKeeper } from './testing/small-keeper.ts'
import type { StockCommand, StockKeeper, StockLine } from './types.ts'

const cell = { siteId: 'FC1', productId: 'A' }
const line = (quantity: number): StockLine => ({ ...cell, quantity })
const count: StockCommand = { kind: 'count', requestId: 'c', lines: [line(1)] }
const reserve = (id: string, quantity = 1): StockCommand => ({
  ...{ kind: 'reserve', requestId: id, reservationId: id, lines: [line(quantity)] },
})
const ok = { ok: true, shortages: [] } as const
const short = { ok: false, refusal: 'short', available: 0 } as const
const empty = () => new PlainStock(SITES, PRODUCTS)
const counted: Operation = { what: count, outcome: ok, from: 0, to: 1 }

describe('the checker of histories', () => {
  const verdict = (...operations: Operation[]) => isLinearizable([counted, ...operations], empty())

  it('takes two at once in either order, and one after the other in that order only', () => {
    const first = { what: reserve('x'), outcome: ok, from: 2, to: 4 }
    const second = { what: reserve('y'), outcome: short, from: 3, to: 5 }
    expect(verdict(first, second)).toBe(true)
    expect(verdict({ ...first, outcome: short }, { ...second, outcome: ok })).toBe(true)
    const later = { ...second, from: 6, to: 7 }
    expect(verdict({ ...first, outcome: short }, { ...later, outcome: ok })).toBe(false)
  })

  it('finds a unit that was sold twice, a refusal without reason, a look at what never was', () => {
    const first = { what: reserve('x'), outcome: ok, from: 2, to: 4 }
    expect(verdict(first, { what: reserve('y'), outcome: ok, from: 3, to: 5 })).toBe(false)
    expect(verdict({ ...first, outcome: short })).toBe(false)
    const look = (counts: readonly [number, number], from: number): Operation => ({
      ...{ what: { kind: 'look', cell: 'FC1 A', counts }, from, to: from + 0.5 },
    })
    expect(verdict(first, look([1, 0], 3))).toBe(true)
    expect(verdict(first, look([1, 0], 5))).toBe(false)
    expect(verdict(first, look([2, 0], 3))).toBe(false)
    expect(verdict(first, look([1, 1], 2.1), look([1, 0], 3))).toBe(false)
  })

  it('lets what had no answer happen late, or not at all, but not before it was asked', () => {
    const never = { what: reserve('x'), from: 6, to: Number.POSITIVE_INFINITY }
    expect(verdict(never, { what: reserve('y'), outcome: ok, from: 7, to: 8 })).toBe(true)
    expect(verdict(never, { what: reserve('y'), outcome: short, from: 7, to: 8 })).toBe(true)
    expect(verdict(never, { what: reserve('y'), outcome: short, from: 4, to: 5 })).toBe(false)
  })
})

/** A ledger that takes its time, and now and then fails before or after it has written. */
function unsteady(inner: Ledger, random: Random, failures: number): Ledger {
  const pause = async () => {
    for (let turns = random.int(4); turns > 0; turns--) await setImmediate()
  }
  return {
    ...inner,
    async append(events, options) {
      const fate = random.next()
      await pause()
      if (fate < failures) throw new Error('the ledger did not take it')
      const appended = await inner.append(events, options)
      await pause()
      if (fate > 1 - failures) throw new Error('no word from the ledger')
      return appended
    },
  }
}

function drawCommand(random: Random, client: number, step: number): StockCommand {
  const requestId = `${client}-${step}`
  const draw = (): StockLine => ({
    ...{ siteId: 'FC1', productId: PRODUCTS[random.int(PRODUCTS.length)]! },
    quantity: 1 + random.int(3),
  })
  // Two lines join two cells into one part of the history: few do, so that parts stay small.
  const lines = random.int(12) === 0 ? [draw(), draw()] : [draw()]
  // Reservations of one's own, mostly; now and then those of the neighbour.
  const owner = random.int(10) === 0 ? client ^ 1 : client
  const reservationId = `r${owner}-${random.int(3)}`
  const kind = random.int(10)
  if (kind < 4) return { kind: 'reserve', requestId, reservationId, lines }
  if (kind < 6) return { kind: 'release', requestId, reservationId }
  if (kind < 8) return { kind: 'confirm', requestId, reservationId }
  if (kind < 9) return { kind: 'receive', requestId, lines }
  return { kind: 'move', requestId, reservationId, lines }
}

/** Clients ask keepers at the same time; returns what happened. */
async function record(seed: number, keeperCount: number): Promise<Operation[]> {
  const random = createRandom(seed)
  const ledger = unsteady(createMemoryLedger(), random.split('ledger'), 0.08)
  const keepers: StockKeeper[] = []
  while (keepers.length < keeperCount) {
    const opened = await smallKeeper({ ledger }).catch(() => undefined)
    if (opened !== undefined) keepers.push(opened.keeper)
  }
  const operations: Operation[] = []
  const moment = { now: 0 }
  await Promise.all(
    Array.from({ length: 6 }, (_, client) =>
      act(keepers[client % keeperCount]!, client, random.split(client), operations, moment),
    ),
  )
  return operations
}

async function act(
  keeper: StockKeeper,
  client: number,
  random: Random,
  operations: Operation[],
  moment: { now: number },
): Promise<void> {
  for (let step = 0; step < 8; step++) {
    for (let turns = random.int(3); turns > 0; turns--) await setImmediate()
    const what = drawCommand(random, client, step)
    // What had no answer is asked again, with the same request.
    for (let isAnswered = false; !isAnswered; ) {
      const from = moment.now++
      try {
        const outcome = plainOutcome(await keeper.submit(what))
        operations.push({ what, outcome, from, to: moment.now++ })
        isAnswered = true
      } catch {
        operations.push({ what, from, to: Number.POSITIVE_INFINITY })
      }
    }
    // Another keeper may be ahead of this one's book, so that looks tell of one keeper alone.
    const productId = PRODUCTS[random.int(PRODUCTS.length)]!
    const [onHand, reserved] = countsOf(keeper.book, 'FC1', productId)
    const look = { kind: 'look', cell: `FC1 ${productId}`, counts: [onHand!, reserved!] } as const
    operations.push({ what: look, from: moment.now++, to: moment.now++ })
  }
}

describe('concurrent histories of stock', () => {
  it('are linearizable: looks, refusals, failures of the ledger and repetitions included', async () => {
    for (let seed = 0; seed < 200; seed++) {
      const operations = await record(seed, 1)
      expect(isLinearizable(operations, empty()), `seed ${seed}`).toBe(true)
    }
  })

  it('of two keepers over one ledger are linearizable together', async () => {
    for (let seed = 100; seed < 300; seed++) {
      const operations = (await record(seed, 2)).filter(({ what }) => what.kind !== 'look')
      expect(isLinearizable(operations, empty()), `seed ${seed}`).toBe(true)
    }
  })
})
