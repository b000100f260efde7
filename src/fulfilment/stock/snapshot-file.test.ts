import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../ledger/index.ts'
import { openStockKeeper } from './open-keeper.ts'
import { readSnapshot } from './snapshot-file.ts'
import { countsOf, PRODUCTS, SITES, scratchFolder } from './testing/small-keeper.ts'

const { folder: base, remove } = scratchFolder('stock-snapshot')
afterAll(remove)

async function threeSnapshots(name: string) {
  const ledger = createMemoryLedger()
  const folder = `${base}/${name}`
  const names = { siteIds: SITES, productIds: [...PRODUCTS, 'ä "€"\n'] }
  const open = () => openStockKeeper({ ledger, folder, clock: () => 5, ...names })
  const keeper = await open()
  for (let quantity = 1; quantity <= 3; quantity++) {
    const lines = [{ siteId: 'FC2', productId: 'ä "€"\n', quantity }]
    await keeper.submit({ kind: 'count', requestId: `${quantity}`, lines })
    await keeper.snapshot()
  }
  const files = readdirSync(folder).map((file) => `${folder}/${file}`)
  return { ledger, folder, open, files }
}

describe('snapshots of stock', () => {
  it('the last two are kept, and the last one is read', async () => {
    const { open, files } = await threeSnapshots('kept')
    expect(files).toHaveLength(2)
    const { restored, book } = await open()
    expect(restored).toEqual({ snapshot: files[1], sequence: 5, damaged: [] })
    expect(countsOf(book, 'FC2', 'ä "€"\n')).toEqual([3, 0, 0])
  })

  it('one that is damaged or cut off is passed over, wherever the damage is', async () => {
    const { open, files } = await threeSnapshots('damaged')
    const whole = readFileSync(files[1]!)
    for (const at of [0, 9, 13, 40, 2_000, whole.length >> 1, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[at] = changed[at]! ^ 1
      writeFileSync(files[1]!, changed)
      expect(() => readSnapshot(files[1]!)).toThrow(
        expect.objectContaining({ code: 'ERR_STOCK_DAMAGED' }),
      )
    }
    for (const length of [0, 10, 100, whole.length - 1]) {
      writeFileSync(files[1]!, whole.subarray(0, length))
      const { restored, book } = await open()
      expect(restored).toEqual({ snapshot: files[0], sequence: 4, damaged: [files[1]] })
      expect(countsOf(book, 'FC2', 'ä "€"\n')).toEqual([3, 0, 0])
    }
    writeFileSync(files[0]!, 'nothing')
    expect((await open()).restored).toMatchObject({ snapshot: undefined, sequence: 0 })
  })

  it('one that knows more than the ledger is refused', async () => {
    const { folder } = await threeSnapshots('ahead')
    const ledger = createMemoryLedger()
    await expect(openStockKeeper({ ledger, folder, clock: () => 5 })).rejects.toMatchObject({
      code: 'ERR_STOCK_DAMAGED',
      message: expect.stringContaining('the ledger ends at 0'),
    })
  })
})
