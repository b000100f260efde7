import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import { openStockKeeper } from '../stock/open-keeper.ts'
import type { StockCommand } from '../stock/types.ts'
import { type OwnedLedger, takeLedger } from './owned-ledger.ts'

const clock = () => 1_000
const names = { siteIds: ['FC1'], productIds: ['A'] }

async function take(ledger: Ledger, nodeId: string): Promise<OwnedLedger> {
  const owned = await takeLedger(ledger, { nodeId, shard: 0, clock })
  if (owned === undefined) throw new Error('taken by another')
  return owned
}

const openKeeper = ({ ledger }: OwnedLedger) =>
  openStockKeeper({ ledger, folder: '/nowhere', clock, ...names })

const reserve = (id: number): StockCommand => ({
  kind: 'reserve',
  requestId: `request-${id}`,
  reservationId: `r-${id}`,
  lines: [{ siteId: 'FC1', productId: 'A', quantity: 1 }],
})

describe('the owner of a shard', () => {
  it('is one of those who try at once', async () => {
    const ledger = createMemoryLedger()
    const tries = ['a', 'b', 'c'].map((nodeId) => takeLedger(ledger, { nodeId, shard: 0, clock }))
    const owners = (await Promise.all(tries)).filter((owned) => owned !== undefined)
    expect(owners).toHaveLength(1)
    expect(await ledger.lastSequence()).toBe(owners[0]!.epoch)
  })

  it('is told by its next write, refusal or look when another has taken the shard', async () => {
    const ledger = createMemoryLedger()
    const old = await take(ledger, 'old')
    const keeper = await openKeeper(old)
    await take(ledger, 'new')
    expect(old.isOwner()).toBe(true)
    // Nothing is in stock: a refusal, which writes nothing, must be the owner's all the same.
    const lost = { code: 'ERR_STOCK_NOT_OWNER' }
    await expect(keeper.submit(reserve(1))).rejects.toMatchObject(lost)
    expect(old.isOwner()).toBe(false)
    await expect(old.ledger.lastSequence()).rejects.toMatchObject(lost)
    await expect(old.ledger.append([])).rejects.toMatchObject(lost)
  })

  it('stays owner when somebody else wrote something that takes no shard', async () => {
    const ledger = createMemoryLedger()
    const owned = await take(ledger, 'a')
    const keeper = await openKeeper(owned)
    const other = await openStockKeeper({ ledger, folder: '/nowhere', clock, ...names })
    await other.introduce({ siteIds: ['FC2'] })
    expect(await keeper.submit({ ...reserve(1), requestId: 'x' })).toMatchObject({ ok: false })
    expect(owned.isOwner()).toBe(true)
  })

  it('never sells with another what is there once, however they take turns', async () => {
    const units = 5
    const turn = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), node: fc.nat(2) }),
      fc.record({ kind: fc.constant('sell' as const), node: fc.nat(2) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 40 }), async (turns) => {
        const ledger = createMemoryLedger()
        const first = await openKeeper(await take(ledger, 'first'))
        const lines = [{ siteId: 'FC1', productId: 'A', quantity: units }]
        await first.submit({ kind: 'count', requestId: 'count', lines })
        const keepers = new Map<number, Awaited<ReturnType<typeof openKeeper>>>()
        const sold = new Set<string>()
        for (const [k, { kind, node }] of turns.entries()) {
          const keeper = keepers.get(node)
          if (kind === 'take') keepers.set(node, await openKeeper(await take(ledger, `n${node}`)))
          else {
            const outcome = await keeper?.submit(reserve(k)).catch(() => undefined)
            if (outcome?.ok) sold.add(`r-${k}`)
          }
        }
        const end = await openKeeper(await take(ledger, 'end'))
        expect(sold.size).toBeLessThanOrEqual(units)
        for (const id of sold) expect(end.reservation(id)?.lines[0]?.quantity).toBe(1)
      }),
      { numRuns: 60, seed: 4 },
    )
  })
})
