import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../ledger/index.ts'
import { openOrders } from './order-book.ts'
import { assigned, HOUR, NOON, parcel, placed, step, WHOLE } from './testing/made-orders.ts'

const ids = (orders: readonly { readonly orderId: string }[]) =>
  orders.map(({ orderId }) => orderId)

describe('the order book', () => {
  it('answers by id, customer, site, status and request', async () => {
    const { book, submitMany } = await openOrders(createMemoryLedger())
    await submitMany([
      placed({ orderId: 'O2', requestId: 'second', at: NOON + HOUR }),
      placed(),
      placed({ orderId: 'O3', requestId: 'third', customerId: null }),
      assigned('assign', [parcel('P1', WHOLE)]),
    ])
    expect(book.size).toBe(3)
    expect(book.order('O1')?.status).toBe('assigned')
    expect(ids(book.ofCustomer('C1'))).toEqual(['O1', 'O2'])
    expect(ids(book.atSite('S1'))).toEqual(['O1'])
    expect(ids(book.withStatus('placed'))).toEqual(['O3', 'O2'])
    expect(book.ofRequest('second')?.orderId).toBe('O2')
    await submitMany([assigned('again', [parcel('P2', WHOLE, { siteId: 'S2' })])])
    expect(ids(book.atSite('S1'))).toEqual([])
    expect(ids(book.atSite('S2'))).toEqual(['O1'])
  })

  it('tells what has changed since a revision, each order once', async () => {
    const { book, submit } = await openOrders(createMemoryLedger())
    await submit(placed())
    const { revision } = book
    expect(ids(book.changedSince(0))).toEqual(['O1'])
    expect(book.changedSince(revision)).toEqual([])
    await submit(placed({ orderId: 'O2', requestId: 'second' }))
    await submit(assigned('assign', [parcel('P1', WHOLE)]))
    await submit(step('picking', NOON + 6 * HOUR))
    expect(ids(book.changedSince(revision)).toSorted()).toEqual(['O1', 'O2'])
    expect(book.changedSince(revision).at(-1)).toBe(book.order('O1'))
  })

  it('is the same when it is read again from the ledger', async () => {
    const ledger = createMemoryLedger()
    const { book, submit, lastSequence } = await openOrders(ledger)
    await submit(placed())
    await submit(assigned('assign', [parcel('P1', WHOLE)]))
    await submit(step('picking', NOON + 6 * HOUR))
    const again = await openOrders(ledger)
    expect([...again.book.all()]).toEqual([...book.all()])
    expect(again.lastSequence()).toBe(lastSequence())
    expect(ids(again.book.atSite('S1'))).toEqual(['O1'])
  })

  it('appends nothing for refused events and repeated requests, whichever order they name', async () => {
    const ledger = createMemoryLedger()
    const { submitMany } = await openOrders(ledger)
    const outcomes = await submitMany([
      placed(),
      placed({ orderId: 'O9' }),
      step('shipped', NOON + HOUR),
      placed(),
    ])
    expect(outcomes).toMatchObject([
      { ok: true, repeated: false },
      { ok: true, repeated: true, order: { orderId: 'O1' } },
      { ok: false, refusal: 'unknown-parcel' },
      { ok: true, repeated: true },
    ])
    expect(await ledger.lastSequence()).toBe(1)
  })

  it('changes nothing when the ledger cannot be written', async () => {
    const ledger = createMemoryLedger()
    const { book, submit } = await openOrders(ledger)
    await submit(placed())
    await ledger.close()
    await expect(submit(assigned('assign', [parcel('P1', WHOLE)]))).rejects.toThrow('closed')
    expect(book.order('O1')?.status).toBe('placed')
  })

  it('carries out events that come at once in the order they came', async () => {
    const ledger = createMemoryLedger()
    const { book, submit } = await openOrders(ledger)
    await Promise.all([
      submit(placed()),
      submit(assigned('assign', [parcel('P1', WHOLE)])),
      submit(step('picking', NOON + 6 * HOUR)),
      submit(step('packed', NOON + 7 * HOUR)),
    ])
    expect(book.order('O1')?.status).toBe('packed')
    expect(await ledger.lastSequence()).toBe(4)
  })
})
