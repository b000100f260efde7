import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStockKeeper, type StockKeeper } from '../../src/fulfilment/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { argument, printFigure, rounded } from '../figure.ts'
import { type MeasuredWork, runBuyers, type StockWork, stockUp } from './stock-work.ts'

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
    for (const one of cases) await measureCase(keeper, one, seed, rounds)
    await keeper.close()
    await ledger.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureCase(
  keeper: StockKeeper,
  work: StockWork,
  seed: string,
  rounds: number,
): Promise<void> {
  const runs: MeasuredWork[] = []
  for (let round = 0; round < rounds; round++) {
    runs.push(await runBuyers(keeper, work, `${seed}-${work.draw}-${work.underWay}-${round}`))
  }
  const rates = runs.map(({ perSecond }) => perSecond).sort((a, b) => a - b)
  const middle = (of: (run: MeasuredWork) => number) =>
    rounded(runs.map(of).sort((a, b) => a - b)[runs.length >> 1]!, 3)
  const value = rates[rates.length >> 1]!
  printFigure({
    figure: `fulfilment-stock-embedded-${work.draw}-under-way-${work.underWay}`,
    value: Math.round(value),
    unit: 'durable events/s (wall clock)',
    interval: [Math.round(rates[0]!), Math.round(rates.at(-1)!)],
    ...(work.underWay >= 256 ? { target: TARGET, met: value >= TARGET } : {}),
    data: `${work.products} products at ${work.sitesAProduct} of ${work.sites} sites; reserve, keep, confirm or release, receive, 1–3 lines; each deciding included; median and range of ${rounds} runs of ${work.events - work.warmUp} events; ${middle((run) => run.cpuMicroseconds)} CPU µs an event (the buyers' part included), answer after ${middle((run) => run.median)} ms (median), ${middle((run) => run.p99)} ms (99 in 100), refused ${runs.reduce((sum, run) => sum + run.refused, 0)}`,
    seed,
  })
}
