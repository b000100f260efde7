import { expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../../ledger/index.ts'
import { openStockKeeper } from '../../stock/open-keeper.ts'
import type { StockCommand } from '../../stock/types.ts'
import { type Bought, isAsTold } from './buyers.ts'
import { readPlainly } from './plain-stock.ts'

const clock = () => 1_000
const openKeeper = (ledger: Ledger) =>
  openStockKeeper({ ledger, folder: '/nowhere', clock, siteIds: ['FC1'], productIds: ['A'] })
const lines = [{ siteId: 'FC1', productId: 'A', quantity: 1 }]
const reserve = (reservationId: string): StockCommand => ({
  ...{ kind: 'reserve', requestId: `request ${reservationId}`, reservationId, lines },
})

it('finds what is sold twice when the ledger does not fence two owners', async () => {
  const ledger = createMemoryLedger()
  const first = await openKeeper(ledger)
  await first.submit({ kind: 'count', requestId: 'count', lines })
  expect((await first.submit(reserve('r1'))).ok).toBe(true)
  // A second owner that never hears of the first: the same stock, from its own start.
  const blind = createMemoryLedger()
  const second = await openKeeper(blind)
  await second.submit({ kind: 'count', requestId: 'count', lines })
  await second.submit(reserve('r2'))
  // Appended without an expected number, as by a stream that fences nobody.
  for await (const event of blind.read()) await ledger.append([event])
  const plain = readPlainly(ledger)
  await plain.catchUp()
  expect(plain.soldTwice()).toBeGreaterThan(0)
  expect(plain.doubled()).toBe(1)
})

it('says what became of reservations, as the keeper does', async () => {
  const ledger = createMemoryLedger()
  const keeper = await openKeeper(ledger)
  await keeper.submit({ kind: 'receive', requestId: 'in', lines: [{ ...lines[0]!, quantity: 3 }] })
  for (const id of ['held', 'gone', 'free']) await keeper.submit(reserve(id))
  await keeper.submit({ kind: 'confirm', requestId: 'c', reservationId: 'gone' })
  await keeper.submit({ kind: 'release', requestId: 'f', reservationId: 'free' })
  const plain = readPlainly(ledger)
  await plain.catchUp()
  expect([plain.soldTwice(), plain.doubled(), plain.gaps()]).toEqual([0, 0, 0])
  const ends = ['held', 'gone', 'free'].map((id) => [plain.isHeld(id), plain.isConfirmed(id)])
  expect(ends).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ])
  expect(plain.made('gone')).toEqual(new Map([['A', 1]]))
  expect(plain.made('never')).toBeUndefined()
})

it('finds reservations that are not there as a buyer was told', async () => {
  const ledger = createMemoryLedger()
  const keeper = await openKeeper(ledger)
  await keeper.submit({ kind: 'receive', requestId: 'in', lines: [{ ...lines[0]!, quantity: 3 }] })
  await keeper.submit(reserve('r1'))
  const plain = readPlainly(ledger)
  await plain.catchUp()
  const told = (reservationId: string, end: Bought['end'], quantity = 1) =>
    isAsTold([plain], {
      parts: [{ shard: 0, reservationId, lines: [{ ...lines[0]!, quantity }] }],
      end,
    })
  expect([told('r1', 'none'), told('r1', 'kept'), told('r1', 'release-asked')]).toEqual([
    true,
    true,
    true,
  ])
  expect([told('r1', 'none', 2), told('r1', 'confirmed'), told('r1', 'keep-refused')]).toEqual([
    false,
    false,
    false,
  ])
  expect(told('r2', 'none')).toBe(false)
  await keeper.submit({ kind: 'release', requestId: 'f', reservationId: 'r1' })
  await plain.catchUp()
  expect([told('r1', 'kept'), told('r1', 'release-asked')]).toEqual([false, true])
})
