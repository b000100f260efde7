import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryLedger, type Ledger, openLedger } from '../../ledger/index.ts'
import { countsOf, scratchFolder, smallKeeper } from './testing/small-keeper.ts'
import type { StockCommand, StockLine } from './types.ts'

const { folder, remove } = scratchFolder('stock')
afterAll(remove)

const line = (productId: string, quantity: number, siteId = 'FC1'): StockLine => ({
  siteId,
  productId,
  quantity,
})
let requests = 0
const requestId = () => `request-${++requests}`
const count = (...lines: StockLine[]): StockCommand => ({
  kind: 'count',
  requestId: requestId(),
  lines,
})
const reserve = (reservationId: string, lines: StockLine[], expiresAt?: number): StockCommand => ({
  ...{ kind: 'reserve', requestId: requestId(), reservationId, lines },
  ...(expiresAt === undefined ? {} : { expiresAt }),
})
const ok = { ok: true, shortages: [] }

describe('what happens to stock', () => {
  it('is counted, received, reserved, confirmed and released', async () => {
    const { keeper } = await smallKeeper()
    const at = (site = 'FC1') => countsOf(keeper.book, site, 'A')
    expect(await keeper.submit(count(line('A', 10)))).toMatchObject(ok)
    expect(at()).toEqual([10, 0, 0])
    await keeper.submit({ kind: 'receive', requestId: requestId(), lines: [line('A', 5)] })
    await keeper.submit(reserve('r1', [line('A', 4), line('B', 0)].slice(0, 1)))
    expect(at()).toEqual([15, 4, 0])
    expect(keeper.reservation('r1')).toEqual({
      reservationId: 'r1',
      lines: [line('A', 4)],
      expiresAt: undefined,
    })
    const partly = { requestId: requestId(), reservationId: 'r1', lines: [line('A', 1)] }
    expect(await keeper.submit({ kind: 'confirm', ...partly })).toMatchObject(ok)
    expect(at()).toEqual([14, 3, 0])
    await keeper.submit({ kind: 'release', requestId: requestId(), reservationId: 'r1' })
    expect(at()).toEqual([14, 0, 0])
    expect(keeper.reservation('r1')).toBeUndefined()
  })

  it('expects receipts, dates them anew, receives them in part, and calls the rest off', async () => {
    const { keeper } = await smallKeeper()
    const receipt = (quantity: number, arrives: number) => ({
      ...line('A', quantity),
      receiptId: 'po-1',
      arrivesBy: [arrives, arrives + 1, arrives + 2, arrives + 3] as const,
    })
    const expectAll = (quantity: number, arrives: number): StockCommand => ({
      kind: 'expect',
      requestId: requestId(),
      receipts: [receipt(quantity, arrives)],
    })
    await keeper.submit(expectAll(20, 500))
    await keeper.submit(expectAll(30, 700))
    expect(keeper.expected('FC1', 'A')).toEqual([receipt(30, 700)])
    const arrived = { kind: 'receive', receiptId: 'po-1', lines: [line('A', 12)] } as const
    await keeper.submit({ ...arrived, requestId: requestId() })
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([12, 0, 18])
    await keeper.submit(expectAll(0, 700))
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([12, 0, 0])
    expect(await keeper.submit({ ...arrived, requestId: requestId() })).toMatchObject({
      ok: false,
      refusal: 'unknown-receipt',
    })
  })

  it('leaves one site for another, and is incoming there', async () => {
    const { keeper } = await smallKeeper()
    await keeper.submit(count(line('A', 10)))
    const receipts = [
      { ...line('A', 6, 'FC2'), receiptId: 't1', arrivesBy: [1, 2, 3, 4] as const },
      { ...line('A', 5, 'FC3'), receiptId: 't1', arrivesBy: [1, 2, 3, 4] as const },
    ]
    const transfer = { kind: 'transfer', fromSiteId: 'FC1' } as const
    expect(await keeper.submit({ ...transfer, requestId: requestId(), receipts })).toMatchObject({
      ok: false,
      refusal: 'short',
      available: 10,
    })
    await keeper.submit({ ...transfer, requestId: requestId(), receipts: receipts.slice(0, 1) })
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([4, 0, 0])
    expect(countsOf(keeper.book, 'FC2', 'A')).toEqual([0, 0, 6])
  })

  it('lines of one command that share a cell count together', async () => {
    const { keeper } = await smallKeeper()
    await keeper.submit(count(line('A', 3)))
    expect(await keeper.submit(reserve('r', [line('A', 2), line('A', 2)]))).toMatchObject({
      ok: false,
      refusal: 'short',
      line: line('A', 4),
      available: 3,
      message: '4 of A at FC1 are asked for, 3 are available',
    })
    expect(await keeper.submit(reserve('r', [line('A', 2), line('A', 1)]))).toMatchObject(ok)
    expect(keeper.reservation('r')?.lines).toEqual([line('A', 3)])
  })

  it('tells what is short when reserved units are gone', async () => {
    const { keeper } = await smallKeeper()
    await keeper.submit(count(line('A', 5)))
    await keeper.submit(reserve('r', [line('A', 5)]))
    const damaged = { kind: 'adjust', reason: 'damaged', lines: [line('A', -2)] } as const
    const id = requestId()
    const outcome = await keeper.submit({ ...damaged, requestId: id })
    expect(outcome).toMatchObject({ ok: true, shortages: [line('A', 2)] })
    expect(await keeper.submit({ ...damaged, requestId: id })).toEqual(outcome)
    const confirm = { kind: 'confirm', reservationId: 'r' } as const
    expect(await keeper.submit({ ...confirm, requestId: requestId() })).toMatchObject({
      ok: false,
      refusal: 'short',
      available: 3,
    })
  })

  it('moves a reservation to other sites in one step', async () => {
    const { keeper } = await smallKeeper()
    await keeper.submit(count(line('A', 4), line('A', 1, 'FC2')))
    await keeper.submit(reserve('r', [line('A', 4)], 2_000_000))
    const move = (...lines: StockLine[]): StockCommand => ({
      ...{ kind: 'move', requestId: requestId(), reservationId: 'r', lines },
    })
    expect(await keeper.submit(move(line('A', 2), line('A', 2, 'FC2')))).toMatchObject({
      refusal: 'short',
      available: 1,
    })
    expect(await keeper.submit(move(line('A', 3), line('A', 1, 'FC2')))).toMatchObject(ok)
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([4, 3, 0])
    expect(keeper.reservation('r')?.expiresAt).toBe(2_000_000)
  })
})

describe('time', () => {
  it('ends reservations that are not kept', async () => {
    const { keeper, clock } = await smallKeeper()
    await keeper.submit(count(line('A', 2)))
    await keeper.submit(reserve('kept', [line('A', 1)], clock.now + 10))
    await keeper.submit(reserve('lost', [line('A', 1)], clock.now + 10))
    const keep = { kind: 'keep', reservationId: 'kept' } as const
    await keeper.submit({ ...keep, requestId: requestId() })
    clock.now += 10
    expect(await keeper.submit({ ...keep, reservationId: 'lost', requestId: requestId() })).toEqual(
      { ok: false, refusal: 'expired', message: 'reservation lost has expired' },
    )
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([2, 1, 0])
    expect(await keeper.expire(clock.now)).toEqual([])
    expect(await keeper.submit(reserve('late', [line('A', 1)], clock.now))).toMatchObject({
      refusal: 'expired',
    })
  })

  it('releases thousands that end at once', async () => {
    const { keeper, clock } = await smallKeeper()
    await keeper.submit(count(line('A', 5_000)))
    const all = Array.from({ length: 2_500 }, (_, i) =>
      reserve(`r${i}`, [line('A', 2)], clock.now + 10),
    )
    await keeper.submitMany(all)
    clock.now += 20
    expect(await keeper.expire(clock.now - 15)).toEqual([])
    expect(await keeper.expire(clock.now)).toHaveLength(2_500)
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([5_000, 0, 0])
  })

  it('that goes back is refused with words, and taken again when it is right', async () => {
    const { keeper, clock } = await smallKeeper()
    await keeper.submit(count(line('A', 2)))
    clock.now -= 5_000
    const command = reserve('r', [line('A', 1)])
    expect(await keeper.submit(command)).toMatchObject({
      ok: false,
      refusal: 'clock-went-back',
      message: expect.stringContaining('5000 ms'),
    })
    await expect(keeper.expire(clock.now)).rejects.toMatchObject({ code: 'ERR_STOCK_CLOCK' })
    clock.now += 4_500
    expect(await keeper.submit(command)).toMatchObject(ok)
    await expect(keeper.expire(clock.now + 5_000)).rejects.toMatchObject({
      code: 'ERR_STOCK_CLOCK',
    })
  })
})

describe('bad requests change nothing', () => {
  const bad: [string, StockCommand, string][] = [
    ['an unknown product', reserve('r', [line('Z', 1)]), 'unknown-product'],
    ['an unknown site', reserve('r', [line('A', 1, 'FC9')]), 'unknown-site'],
    ['no units', reserve('r', [line('A', 0)]), 'bad-quantity'],
    ['fewer than none', count(line('A', -1)), 'bad-quantity'],
    ['half a unit', count(line('A', 0.5)), 'bad-quantity'],
    ['no number', count(line('A', Number.NaN)), 'bad-quantity'],
    ['more than there can be', count(line('A', 1e9)), 'bad-quantity'],
    ['no lines', count(), 'bad-quantity'],
    ['an end that is no time', reserve('r', [line('A', 1)], Number.NaN), 'expired'],
    ['no id of the request', { ...count(line('A', 1)), requestId: '' }, 'bad-request'],
    ['no id of the reservation', reserve('', [line('A', 1)]), 'bad-request'],
    [
      'an unknown reservation',
      { kind: 'confirm', requestId: 'c', reservationId: 'none' },
      'unknown-reservation',
    ],
  ]
  it.each(bad)('%s', async (_, command, refused) => {
    const { keeper, ledger } = await smallKeeper()
    const before = await ledger.lastSequence()
    expect(await keeper.submit(command)).toMatchObject({ ok: false, refusal: refused })
    expect(await ledger.lastSequence()).toBe(before)
    await keeper.close()
    await expect(keeper.submit(command)).rejects.toMatchObject({ code: 'ERR_STOCK_CLOSED' })
  })
})

describe('the same request', () => {
  it('gets the answer of the first: together, later, after a restart, and a refusal too', async () => {
    const { keeper, ledger } = await smallKeeper()
    await keeper.submit(count(line('A', 5)))
    const command = reserve('r', [line('A', 3)])
    const [first, second] = await keeper.submitMany([command, command])
    expect(second).toEqual(first)
    expect(await keeper.submit(command)).toEqual(first)
    const short = reserve('s', [line('A', 3)])
    const refusal = await keeper.submit(short)
    await keeper.submit(count(line('A', 50)))
    expect(await keeper.submit(short)).toEqual(refusal)
    const again = await smallKeeper({ ledger })
    expect(await again.keeper.submit(command)).toEqual(first)
    expect(countsOf(again.keeper.book, 'FC1', 'A')).toEqual([50, 3, 0])
  })
})

describe('two keepers of one ledger', () => {
  it('cannot both win: who comes second decides again', async () => {
    const { keeper, ledger } = await smallKeeper()
    const { keeper: other } = await smallKeeper({ ledger })
    await keeper.submit(count(line('A', 10)))
    const race = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 ? keeper : other).submit(reserve(`r${i}`, [line('A', 1)])),
      ),
    )
    expect(race.filter((outcome) => outcome.ok)).toHaveLength(10)
    await keeper.submit(count(line('B', 1)))
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([10, 10, 0])
  })

  it('what others append besides stock does not matter', async () => {
    const { keeper, ledger } = await smallKeeper()
    await ledger.append([
      { subject: 'other', type: 'stock.kept', data: { ids: ['a', 'b'], n: [] }, time: 1 },
    ])
    expect(await keeper.submit(count(line('A', 10)))).toMatchObject(ok)
  })
})

describe('a ledger that refuses', () => {
  it('leaves stock as it was, and the command can be sent again', async () => {
    const inner = createMemoryLedger()
    let fails: 'before' | 'after' | undefined
    const ledger: Ledger = {
      ...inner,
      append: async (events, options) => {
        if (fails === 'before') throw new Error('disk full')
        const appended = await inner.append(events, options)
        if (fails === 'after') throw new Error('no word from the server')
        return appended
      },
    }
    const { keeper } = await smallKeeper({ ledger })
    await keeper.submit(count(line('A', 5)))
    for (const when of ['before', 'after'] as const) {
      const command = reserve(when, [line('A', 2)])
      fails = when
      await expect(keeper.submit(command)).rejects.toThrow()
      fails = undefined
      expect(await keeper.submit(command)).toMatchObject(ok)
      expect(await keeper.submit(command)).toMatchObject(ok)
    }
    expect(countsOf(keeper.book, 'FC1', 'A')).toEqual([5, 4, 0])
  })
})

describe('on disk', () => {
  it('is restored from the ledger, and from a snapshot and the tail', async () => {
    const ledger = openLedger(`${folder}/ledger`)
    const { keeper, clock } = await smallKeeper({ ledger, folder: `${folder}/snapshots` })
    await keeper.submit(count(line('A', 9), line('B', 4, 'FC2')))
    await keeper.submit(reserve('r', [line('A', 2)], clock.now + 50))
    await keeper.snapshot()
    const command = reserve('s', [line('A', 3)])
    const first = await keeper.submit(command)
    const fromSnapshot = await smallKeeper({ ledger, folder: `${folder}/snapshots` })
    const fromLedger = await smallKeeper({ ledger, folder: `${folder}/nowhere` })
    for (const again of [fromSnapshot.keeper, fromLedger.keeper]) {
      expect(countsOf(again.book, 'FC1', 'A')).toEqual([9, 5, 0])
      expect(again.reservation('r')).toEqual(keeper.reservation('r'))
      expect(await again.submit(command)).toEqual(first)
    }
    fromSnapshot.clock.now += 60
    expect(await fromSnapshot.keeper.submit(count(line('B', 1)))).toMatchObject(ok)
    expect(fromSnapshot.keeper.reservation('r')).toBeUndefined()
    await ledger.close()
  })

  it('is restored from a long tail with the ends of its reservations', async () => {
    const { keeper, ledger, clock } = await smallKeeper()
    await keeper.submit(count(line('A', 20_000)))
    await keeper.submitMany(
      Array.from({ length: 12_000 }, (_, i) =>
        reserve(`r${i}`, [line('A', 1)], i % 3 === 0 ? undefined : clock.now + 100 * (i % 3)),
      ),
    )
    const { keeper: again } = await smallKeeper({ ledger })
    expect(countsOf(again.book, 'FC1', 'A')).toEqual([20_000, 12_000, 0])
    for (const [at, left] of [
      [150, 8_000],
      [200, 4_000],
      [900, 4_000],
    ] as const) {
      const later = await smallKeeper({ ledger })
      later.clock.now = clock.now + at
      await later.keeper.expire(later.clock.now)
      expect(countsOf(later.keeper.book, 'FC1', 'A')).toEqual([20_000, left, 0])
    }
  })
})
