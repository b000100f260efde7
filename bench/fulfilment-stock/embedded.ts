import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStockKeeper } from '../../src/fulfilment/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { argument } from '../figure.ts'
import { measureCase } from './measure-case.ts'
import { type StockWork, stockUp } from './stock-work.ts'

const TARGET = 50_000
const full: StockWork = {
  ...{ products: 100_000, sites: 24, sitesAProduct: 6 },
  ...{ underWay: 1_024, draw: 'uniform', events: 400_000, warmUp: 80_000 },
}
const cases: readonly StockWork[] = [
  full,
  { ...full, draw: 'zipf' },
  { ...full, underWay: 4_096 },
  { ...full, underWay: 256 },
  { ...full, underWay: 64, events: 200_000, warmUp: 40_000 },
]

/** Durable events of stock a second in one process, on LMDB. */
export async function measureEmbedded(seed: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(argument('data', tmpdir()), 'storewright-bench-'))
  try {
    const ledger = openLedger(join(folder, 'ledger'))
    const keeper = await openStockKeeper({ ledger, folder, clock: () => Date.now() })
    await stockUp(keeper, full)
    for (const one of cases) {
      const target = one.underWay >= 256 ? TARGET : undefined
      await measureCase({ name: 'embedded', about: 'on disk', keeper, target, seed, rounds }, one)
    }
    await keeper.close()
    await ledger.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
