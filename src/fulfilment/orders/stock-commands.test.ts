import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StockCommand } from '../stock/types.ts'
import { applyOrderEvent } from './apply-event.ts'
import type { OrderEvent } from './events.ts'
import { inBuildings, stockCommands } from './stock-commands.ts'
import { someLife } from './testing/made-lives.ts'
import { assigned, HOUR, NOON, parcel, placed, step, WHOLE } from './testing/made-orders.ts'
import type { Order } from './types.ts'

/** Commands of the last of some events. */
function commandsOf(...events: readonly OrderEvent[]): readonly StockCommand[] {
  let order: Order | undefined
  let commands: readonly StockCommand[] = []
  for (const event of events) {
    const outcome = applyOrderEvent(order, event)
    if (!outcome.ok) throw new Error(outcome.message)
    commands = stockCommands(order, outcome.order, event)
    order = outcome.order
  }
  return commands
}

const whole = [placed(), assigned('assign', [parcel('P1', WHOLE)])] as const
const atS1 = WHOLE.map((line) => ({ siteId: 'S1', ...line }))
const way = [
  step('picking', NOON + HOUR),
  step('packed', NOON + HOUR),
  step('shipped', NOON + HOUR),
  step('delivered', NOON + 9 * HOUR),
]

describe('stockCommands', () => {
  it('reserves, moves and confirms', () => {
    expect(commandsOf(placed())).toEqual([])
    expect(commandsOf(...whole)).toMatchObject([
      { kind: 'reserve', reservationId: 'O1', lines: atS1 },
    ])
    const moved = assigned('again', [parcel('P2', WHOLE, { siteId: 'S2' })])
    expect(commandsOf(...whole, moved)).toMatchObject([
      { kind: 'move', lines: [{ siteId: 'S2' }, {}] },
    ])
    expect(commandsOf(...whole, ...way.slice(0, 3))).toMatchObject([
      { kind: 'confirm', lines: atS1 },
    ])
  })

  it('frees what is cancelled before and after picking', () => {
    const cancelled: OrderEvent = {
      ...{ kind: 'cancelled', requestId: 'cancel', orderId: 'O1', at: NOON + 2 * HOUR },
      ...{ lines: [{ productId: 'A', quantity: 1 }], by: 'customer', because: null },
    }
    const lines = [{ siteId: 'S1', productId: 'A', quantity: 1 }]
    expect(commandsOf(...whole, cancelled)).toMatchObject([{ kind: 'release', lines }])
    expect(commandsOf(...whole, ...way.slice(0, 2), cancelled)).toMatchObject([
      { kind: 'release', lines },
    ])
  })

  it('adds what comes back, and takes it off again where it cannot be sold', () => {
    const back = (condition: 'sellable' | 'damaged' | 'written-off'): OrderEvent => ({
      ...{ kind: 'returned', requestId: 'back', orderId: 'O1', at: NOON + 99 * HOUR },
      ...{ siteId: 'S3', lines: [{ productId: 'B', quantity: 1 }], condition },
    })
    const reasons = (condition: 'sellable' | 'damaged' | 'written-off') =>
      commandsOf(...whole, ...way, back(condition)).map((command) =>
        command.kind === 'adjust' ? [command.reason, command.lines[0]!.quantity] : command.kind,
      )
    expect(reasons('sellable')).toEqual([['returned', 1]])
    expect(reasons('damaged')).toEqual([
      ['returned', 1],
      ['damaged', -1],
    ])
    expect(reasons('written-off')).toEqual([
      ['returned', 1],
      ['written-off', -1],
    ])
  })

  it('keeps the reservation equal to what the order holds in buildings, whatever happens', () => {
    fc.assert(
      fc.property(someLife, (events) => {
        const reserved = new Map<string, number>()
        const requests = new Set<string>()
        let order: Order | undefined
        for (const event of [placed(), ...events]) {
          const outcome = applyOrderEvent(order, event)
          if (!outcome.ok || outcome.repeated) continue
          for (const command of stockCommands(order, outcome.order, event)) {
            expect(requests.has(command.requestId)).toBe(false)
            requests.add(command.requestId)
            carryOut(reserved, command)
          }
          order = outcome.order
          const held = new Map(
            inBuildings(order).map(({ siteId, productId, quantity }) => [
              `${siteId}/${productId}`,
              quantity,
            ]),
          )
          expect(new Map([...reserved].filter(([, units]) => units !== 0))).toEqual(held)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** A reservation in a few lines: what the keeper does with these commands. */
function carryOut(reserved: Map<string, number>, command: StockCommand): void {
  if (command.kind === 'move' || command.kind === 'reserve') reserved.clear()
  if (!('lines' in command) || command.lines === undefined || command.kind === 'adjust') return
  const sign = command.kind === 'release' || command.kind === 'confirm' ? -1 : 1
  for (const { siteId, productId, quantity } of command.lines) {
    const key = `${siteId}/${productId}`
    reserved.set(key, (reserved.get(key) ?? 0) + sign * quantity)
  }
}
