import type { StockKeeper } from '../../src/fulfilment/index.ts'
import { printFigure, rounded } from '../figure.ts'
import { type MeasuredWork, runBuyers, type StockWork } from './stock-work.ts'

/** What is measured, and how often. */
export interface MeasuredKeeper {
  readonly name: string
  /** What an event is when it counts, and what else must be known of the set-up. */
  readonly about: string
  readonly keeper: Pick<StockKeeper, 'submit'>
  /** Events a second to reach. */
  readonly target: number | undefined
  readonly seed: string
  readonly rounds: number
}

/** Prints the median and the range of events of stock a second under one kind of work. */
export async function measureCase(measured: MeasuredKeeper, work: StockWork): Promise<void> {
  const { name, about, keeper, target, seed, rounds } = measured
  const runs: MeasuredWork[] = []
  for (let round = 0; round < rounds; round++) {
    runs.push(await runBuyers(keeper, work, `${seed}-${work.draw}-${work.underWay}-${round}`))
  }
  const rates = runs.map(({ perSecond }) => perSecond).sort((a, b) => a - b)
  const middle = (of: (run: MeasuredWork) => number) =>
    rounded(runs.map(of).sort((a, b) => a - b)[runs.length >> 1]!, 3)
  const value = rates[rates.length >> 1]!
  printFigure({
    figure: `fulfilment-stock-${name}-${work.draw}-under-way-${work.underWay}`,
    value: Math.round(value),
    unit: 'durable events/s (wall clock)',
    interval: [Math.round(rates[0]!), Math.round(rates.at(-1)!)],
    ...(target === undefined ? {} : { target, met: value >= target }),
    data: `${about}; ${work.products} products at ${work.sitesAProduct} of ${work.sites} sites; reserve, keep, confirm or release, receive, 1–3 lines; each deciding included; median and range of ${rounds} runs of ${work.events - work.warmUp} events; ${middle((run) => run.cpuMicroseconds)} CPU µs an event (the buyers' part included), answer after ${middle((run) => run.median)} ms (median), ${middle((run) => run.p99)} ms (99 in 100), refused ${runs.reduce((sum, run) => sum + run.refused, 0)}`,
    seed,
  })
}
