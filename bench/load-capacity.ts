/*
 * Servers for 300 services × 6 types × 4 locations × 104 weeks: `npm run bench -- load-capacity
 * [--services N] [--only large|small] [--threads N]`. Made problems (src/load/capacity/testing.ts): services of
 * log-normal size, yearly season, growth, noise and a sale week; two generations of three sizes, the
 * newer one from week 20 on; by the hour or for a year, a third off to two fifths; any one of three
 * zones may fail. `large`: a median service has 9,000 requests/s at a location, about eighty
 * servers in the mean; `small`: 1,100, about a dozen, where whole servers weigh more.
 *
 * Three lines each: seconds by the clock and CPU seconds of the plan with its bound, and the gap, (cost − bound) / cost, of the cost of
 * servers for the levels held. No data folder is read.
 */

import { availableParallelism } from 'node:os'
import { makeProblem } from '../src/load/capacity/testing.ts'
import { capacity } from '../src/load/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const SEED = 1
const services = Number(argument('services', '300'))
const only = argument('only', '')
const threads = Number(argument('threads', `${availableParallelism()}`))

for (const [name, medianLoad] of [
  ['large', 9000],
  ['small', 1100],
] as const) {
  if (only !== '' && only !== name) continue
  const size = { services, types: 6, locations: 4, weeks: 104, medianLoad }
  const problem = makeProblem(size, SEED)
  const start = process.cpuUsage()
  const begun = performance.now()
  const { cost, bound, gap } = await capacity.planCapacity(problem, { threads })
  const seconds = (performance.now() - begun) / 1000
  const cpu = cpuSeconds(start)
  const data = `${name}: ${services} services, 6 types, 4 locations, 104 weeks; cost ${rounded(cost / 100, 6)} dollars, bound ${rounded(bound / 100, 6)}`
  printFigure({
    figure: 'load-capacity seconds',
    value: rounded(seconds),
    unit: 's by the clock',
    target: '≤ 60',
    met: seconds <= 60,
    data: `${threads} threads; ${data}`,
    seed: SEED,
  })
  printFigure({ figure: 'load-capacity CPU', value: rounded(cpu), unit: 'CPU s', data, seed: SEED })
  printFigure({
    figure: 'load-capacity gap',
    value: rounded(gap),
    unit: 'share of the cost',
    target: '≤ 0.005',
    met: gap <= 0.005,
    data,
    seed: SEED,
  })
}
