import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import { Keeper } from './keeper.ts'
import { columnsOf, stateOf } from './snapshot-columns.ts'
import { readSnapshot, writeSnapshot } from './snapshot-file.ts'
import { StockState } from './state.ts'
import { type AnyStep, anySteps, commandOf } from './testing/any-command.ts'
import { PlainStock, plainOutcome } from './testing/plain-stock.ts'
import { countsOf, PRODUCTS, SITES, scratchFolder } from './testing/small-keeper.ts'
import { stockText } from './testing/stock-text.ts'
import type { StockCommand } from './types.ts'

const { folder, remove } = scratchFolder('stock-model')
afterAll(remove)
let runs = 0

function makeKeeper(ledger: Ledger, clock: () => number, state = new StockState()) {
  return { keeper: new Keeper({ ledger, state, clock, save: async () => {} }), state }
}

/** Runs steps against a keeper and the plain model, and compares after each. */
async function runSteps(steps: readonly AnyStep[]): Promise<number> {
  const clock = { now: 1_000_000 }
  const ledger = createMemoryLedger()
  const { keeper, state } = makeKeeper(ledger, () => clock.now)
  await keeper.introduce({ siteIds: SITES, productIds: PRODUCTS })
  const plain = new PlainStock(SITES, PRODUCTS)
  const commands: StockCommand[] = []
  let snapshot = columnsOf(state)
  for (const { milliseconds, asked, after } of steps) {
    clock.now += milliseconds
    const now = asked.map(({ what, again }) => {
      const repeated = again === undefined ? undefined : commands[commands.length - again]
      const command = repeated ?? commandOf(what, `q${commands.length}`, clock.now)
      commands.push(command)
      return command
    })
    const outcomes = await keeper.submitMany(now)
    const expected = now.map((command) => plain.submit(command, clock.now))
    expect(outcomes.map(plainOutcome)).toEqual(expected)
    if (after === 'expire') {
      expect([...(await keeper.expire(clock.now))].sort()).toEqual(plain.expire(clock.now).sort())
    }
    if (after === 'snapshot') snapshot = columnsOf(state)
    compareCounts(keeper, plain)
  }
  await compareRestored(ledger, state, snapshot)
  return commands.length
}

function compareCounts(keeper: Keeper, plain: PlainStock): void {
  for (const siteId of SITES) {
    for (const productId of PRODUCTS) {
      const cell = `${siteId} ${productId}`
      const counts = [plain.onHand.get(cell) ?? 0, plain.reserved(cell), plain.incoming(cell)]
      expect(countsOf(keeper.book, siteId, productId)).toEqual(counts)
    }
  }
}

/** Rebuilt from the ledger alone, and from a snapshot and the tail: both are what is there. */
async function compareRestored(
  ledger: Ledger,
  state: StockState,
  snapshot: ReturnType<typeof columnsOf>,
): Promise<void> {
  const live = stockText(state)
  const rebuilt = makeKeeper(ledger, () => 0)
  await rebuilt.keeper.catchUp()
  expect(stockText(rebuilt.state)).toBe(live)
  const path = await writeSnapshot(`${folder}/${++runs}`, snapshot)
  const restored = stateOf(readSnapshot(path), (book, ages) => new StockState({}, book, ages))
  const tailed = makeKeeper(ledger, () => 0, restored)
  await tailed.keeper.catchUp()
  expect(stockText(tailed.state)).toBe(live)
}

describe('stock against a plain model', () => {
  it('agrees over 100,000 commands; rebuilt, and from snapshot and tail, it is the same', async () => {
    let commands = 0
    await fc.assert(
      fc.asyncProperty(anySteps(250), async (steps) => {
        commands += await runSteps(steps)
      }),
      { numRuns: 125, seed: 6, endOnFailure: true },
    )
    expect(commands).toBeGreaterThan(100_000)
  })
})
