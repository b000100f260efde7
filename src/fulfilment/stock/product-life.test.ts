import { describe, expect, it } from 'vitest'
import { smallKeeper } from './testing/small-keeper.ts'
import type { StockLine } from './types.ts'

const line = (productId: string, quantity: number, siteId = 'FC1'): StockLine => ({
  siteId,
  productId,
  quantity,
})
let requests = 0
const asked = () => ({ requestId: `request-${++requests}` })

describe('what happened to a product', () => {
  it('is told newest first, with what whole reservations held', async () => {
    const { keeper, clock } = await smallKeeper()
    await keeper.submit({ kind: 'count', ...asked(), lines: [line('A', 9), line('B', 5)] })
    await keeper.submit({ kind: 'adjust', ...asked(), reason: 'damaged', lines: [line('A', -1)] })
    const held = { reservationId: 'r1', lines: [line('A', 2), line('B', 1)] }
    await keeper.submit({ kind: 'reserve', ...asked(), ...held })
    await keeper.submit({ kind: 'confirm', ...asked(), reservationId: 'r1' })
    const short = { reservationId: 'r2', lines: [line('A', 3)], expiresAt: clock.now + 10 }
    await keeper.submit({ kind: 'reserve', ...asked(), ...short })
    clock.now += 20
    await keeper.expire(clock.now)
    const moments = await keeper.lately('A', 100)
    expect(moments.map(({ kind, quantity, id }) => [kind, quantity, id])).toEqual([
      ['expired', 3, 'r2'],
      ['reserved', 3, 'r2'],
      ['confirmed', 2, 'r1'],
      ['reserved', 2, 'r1'],
      ['adjusted', -1, 'damaged'],
      ['counted', 9, undefined],
    ])
    expect((await keeper.lately('B', 100)).map(({ kind }) => kind)).toEqual([
      'confirmed',
      'reserved',
      'counted',
    ])
    // Of the last event alone: what the reservation held was said before it.
    expect(await keeper.lately('A', 1)).toEqual([])
  })

  it('names deliveries and transfers, and who holds units', async () => {
    const { keeper } = await smallKeeper()
    const arrivesBy = [1e6, 2e6, 3e6, 4e6] as const
    const receipt = { ...line('C', 7), receiptId: 'PO-1', arrivesBy }
    await keeper.submit({ kind: 'count', ...asked(), lines: [line('C', 5)] })
    await keeper.submit({ kind: 'expect', ...asked(), receipts: [receipt] })
    const moved = { ...line('C', 2, 'FC2'), receiptId: 'T-1', arrivesBy }
    await keeper.submit({ kind: 'transfer', ...asked(), fromSiteId: 'FC1', receipts: [moved] })
    await keeper.submit({ kind: 'reserve', ...asked(), reservationId: 'r3', lines: [line('C', 1)] })
    expect(
      (await keeper.lately('C', 100)).map(({ kind, siteId, id }) => [kind, siteId, id]),
    ).toEqual([
      ['reserved', 'FC1', 'r3'],
      ['transferred', 'FC2', 'T-1'],
      ['expected', 'FC1', 'PO-1'],
      ['counted', 'FC1', undefined],
    ])
    expect(keeper.reservationsOf('C')).toEqual([
      { reservationId: 'r3', lines: [line('C', 1)], expiresAt: undefined },
    ])
    expect(keeper.reservationsOf('A')).toEqual([])
  })
})
