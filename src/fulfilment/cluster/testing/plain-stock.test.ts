import { expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../../ledger/index.ts'
import { openStockKeeper } from '../../stock/open-keeper.ts'
import type { StockCommand } from '../../stock/types.ts'
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
