import { Worker } from 'node:worker_threads'
import type { DepartureBook } from '../../src/core/routes/departure-book.ts'
import { createRouteHolder } from '../../src/core/routes/holder.ts'
import type { RouteSet } from '../../src/core/routes/route-set.ts'
import type { QueryReport, QueryTask } from './query-thread.ts'

export interface SwitchReport {
  /** Milliseconds of the switch itself, and until every querying thread answered from the new set. */
  readonly call: readonly number[]
  readonly seen: readonly number[]
  readonly queries: number
  readonly lost: number
  readonly mixed: number
}

const THREADS = 2

/** Switches between two sets to and fro while threads query without a pause. */
export async function measureSwitching(
  sets: readonly [RouteSet, RouteSet],
  book: DepartureBook,
  switches: number,
): Promise<SwitchReport> {
  const holder = createRouteHolder(sets[0].areaIds.length)
  for (const set of sets) holder.publish(set)
  holder.switchTo([{ version: sets[0].version }], 0)
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const threads = Array.from({ length: THREADS }, () => {
    const answers = new Int32Array(new SharedArrayBuffer(8))
    const share = holder.share()
    const task: QueryTask = { share, stop, answers, room: { state: book.state } }
    const worker = new Worker(new URL('./query-thread.ts', import.meta.url), {
      workerData: task,
      transferList: [share.port],
    })
    const report = new Promise<QueryReport>((resolve, reject) => {
      worker.on('message', resolve).on('error', reject)
    })
    return { answers, report }
  })
  const [call, seen]: [number[], number[]] = [[], []]
  await settle(() => threads.every(({ answers }) => Atomics.load(answers, 0) > 1000))
  for (let i = 1; i <= switches; i++) {
    const start = performance.now()
    holder.switchTo([{ version: sets[i % 2]!.version }], holder.current)
    call.push(performance.now() - start)
    const serial = holder.take(0).serial
    while (threads.some(({ answers }) => Atomics.load(answers, 1) !== serial)) {}
    seen.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  Atomics.store(stop, 0, 1)
  const reports = await Promise.all(threads.map(({ report }) => report))
  holder.close()
  const total = (of: (report: QueryReport) => number) => reports.reduce((sum, r) => sum + of(r), 0)
  return {
    ...{ call, seen, queries: total((r) => r.queries) },
    ...{ lost: total((r) => r.lost), mixed: total((r) => r.mixed) },
  }
}

async function settle(isReady: () => boolean): Promise<void> {
  while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 5))
}
