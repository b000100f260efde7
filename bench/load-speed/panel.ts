import { availableParallelism } from 'node:os'
import { createWorkerPool } from '../../src/core/workers.ts'
import { argument, printFigure, rounded } from '../figure.ts'
import type { ServiceAnswer, ServiceTask } from './service-task.ts'

const MODULE = new URL('./service-task.ts', import.meta.url)
const DAYS = 91

/**
 * 1,000 services × 3 months of minutes: history of three months, forecast of three months with quantiles
 * of each minute and the peak of each day from 200 paths. CPU seconds of the threads, over two cores.
 */
export async function measurePanel(): Promise<void> {
  const services = Number(argument('services', '1000'))
  const seed = Number(argument('seed', '1'))
  const threads = Math.min(2, availableParallelism())
  const pool = createWorkerPool(threads)
  const startedAt = performance.now()
  let seconds = 0
  let wape = 0
  let paths = Infinity
  const memory: number[] = []
  let next = 0
  let done = 0
  const work = async () => {
    while (next < services) {
      const task: ServiceTask = { index: next++, seed, days: DAYS, daysAhead: DAYS }
      const answer = await pool.run<ServiceTask, ServiceAnswer>(MODULE, 'forecastService', task)
      seconds += answer.forecastSeconds
      wape += answer.wape / services
      paths = Math.min(paths, answer.paths)
      memory.push(process.memoryUsage().rss / 2 ** 20)
      done++
      if (done % 50 === 0) process.stderr.write(`${done} services, ${seconds.toFixed(0)} CPU s\n`)
    }
  }
  try {
    await Promise.all(Array.from({ length: threads }, work))
  } finally {
    await pool.close()
  }
  const data = `${services} made services, ${DAYS} days of minutes, ${DAYS} days ahead, ${paths} paths`
  const scaled = (seconds / 60 / 2) * (1000 / services)
  printFigure({
    figure: 'load-speed/panel-minutes',
    value: rounded(scaled),
    unit: 'minutes for 1,000 services on two cores (CPU)',
    target: 5,
    met: scaled <= 5,
    data,
    seed,
  })
  const third = Math.max(1, Math.floor(memory.length / 3))
  const early = Math.max(...memory.slice(0, third))
  const late = Math.max(...memory.slice(-third))
  printFigure({
    figure: 'load-speed/panel-memory',
    value: rounded(late),
    unit: 'MiB, largest of the last third of services',
    baseline: rounded(early),
    ratio: rounded(late / early),
    target: '≤ 1.2 times the first third',
    met: late <= 1.2 * early,
    data,
    seed,
  })
  printFigure({
    figure: 'load-speed/panel-wape',
    value: rounded(wape),
    unit: 'WAPE of the minutes ahead, mean over services',
    data,
    seed,
  })
  const wall = (performance.now() - startedAt) / 60_000
  process.stderr.write(`${wall.toFixed(1)} minutes by the clock, ${threads} threads\n`)
}
