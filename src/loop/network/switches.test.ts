import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import '../decisions.ts'
import { orderRollback, orderSwitch, readSwitches, routeSetsAt } from './switches.ts'

const AREAS = ['A', 'B', 'C']
const ALL = { where: 'everywhere', by: 'ada' }
const all = (version: number) => [{ version, areas: null }]
let ledger: Ledger
beforeEach(() => {
  ledger = createMemoryLedger({ clock: () => 1000 })
})
afterEach(() => ledger.close())

const setsAt = async (at: number) => routeSetsAt((await readSwitches(ledger)).switches, AREAS, at)

it('holds from its time on, a pioneer before the rest', async () => {
  await orderSwitch(ledger, { at: 10, orders: all(1), ...ALL })
  await orderSwitch(ledger, { at: 20, orders: [{ version: 2, areas: ['B'] }], ...ALL })
  await orderSwitch(ledger, { at: 30, orders: all(2), ...ALL })
  expect(await setsAt(9)).toEqual([undefined, undefined, undefined])
  expect(await setsAt(10)).toEqual([1, 1, 1])
  expect(await setsAt(25)).toEqual([1, 2, 1])
  expect(await setsAt(30)).toEqual([2, 2, 2])
})

it('goes back to what held before, and again', async () => {
  await orderSwitch(ledger, { at: 10, orders: all(1), ...ALL })
  await orderSwitch(ledger, { at: 20, orders: all(2), ...ALL })
  const undone = await orderRollback(ledger, { at: 40, by: 'bob', reason: 'late parcels' })
  expect(undone).toMatchObject({ number: 2, rolledBack: { at: 40, by: 'bob' } })
  expect(await setsAt(39)).toEqual([2, 2, 2])
  expect(await setsAt(40)).toEqual([1, 1, 1])
  await orderRollback(ledger, { at: 50, by: 'bob' })
  expect(await setsAt(50)).toEqual([undefined, undefined, undefined])
  await expect(orderRollback(ledger, { at: 60, by: 'bob' })).rejects.toMatchObject({
    code: 'ERR_ROUTES_VERSION',
  })
})

it('never lets a switch hold that was rolled back before its time', async () => {
  await orderSwitch(ledger, { at: 10, orders: all(1), ...ALL })
  await orderSwitch(ledger, { at: 90, orders: all(2), ...ALL })
  await orderRollback(ledger, { at: 50, by: 'bob' })
  expect(await setsAt(95)).toEqual([1, 1, 1])
})

it('lets one of two switches through that were decided on the same state', async () => {
  const { revision } = await readSwitches(ledger)
  const both = await Promise.allSettled(
    [1, 2].map((version) =>
      orderSwitch(ledger, { at: 10, orders: all(version), ...ALL, expected: revision }),
    ),
  )
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult
  expect(refused.reason).toMatchObject({ code: 'ERR_ROUTES_CONFLICT' })
  expect((await readSwitches(ledger)).switches).toHaveLength(1)
})

it('does not take other events for a switch in between', async () => {
  const { revision } = await readSwitches(ledger)
  await ledger.append([
    {
      subject: 'version.plan',
      type: 'version.made',
      data: { kind: 'plan', version: 1, inputHash: '' },
    },
  ])
  await orderSwitch(ledger, { at: 10, orders: all(1), ...ALL, expected: revision })
  expect(await setsAt(10)).toEqual([1, 1, 1])
})
