import { DAY_MS } from '../../core/calendar.ts'
import { type OnProgress, silent } from '../../core/progress.ts'
import { demoShoppers, runSearchers, type SearchersDay } from '../../world/index.ts'
import { withLedger } from '../decisions.ts'
import { readDemoParams } from '../demo.ts'
import { searchStore } from '../run.ts'
import { withDatabase } from '../store/store.ts'
import { readSearchLog } from './log.ts'
import { openSearchService } from './service.ts'

export interface SimulateSearchesOptions {
  readonly days: number
  readonly searchesPerDay: number
  readonly seed: number
  /** Learn anew after each day, as the nightly run does. */
  readonly train: boolean
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** A simulated day, and which models answered. */
export interface SimulatedDay extends SearchersDay {
  readonly version: number
}

/**
 * Lets the virtual customers of a demo store search it, day after day from the day after its newest
 * search on; their searches and acts go into the ledger as those of any customer. Same store and
 * seed, same searches. Throws ERR_STORE_EMPTY for a store that is no demo.
 */
export async function simulateSearches(
  folder: string,
  options: SimulateSearchesOptions,
): Promise<SimulatedDay[]> {
  const world = demoShoppers(readDemoParams(folder))
  const { days, searchesPerDay, seed, train, onProgress = silent, signal } = options
  const startAt = await nextDay(folder)
  const simulated: SimulatedDay[] = []
  for (let day = 0; day < days; day++) {
    const began = startAt + day * DAY_MS
    let asked = 0
    const service = await openSearchService(folder, {
      clock: () => began,
      ticks: () => 0,
      makeId: idMaker(`d${Math.floor(began / DAY_MS)}s${seed}`),
    })
    try {
      const [tally] = await runSearchers(world, {
        seed: seed + day,
        days: 1,
        searchesPerDay,
        startAt: began,
        customers: Math.max(1, searchesPerDay * 5),
        ask: async ({ text, at, ...who }) => {
          if (asked % 50 === 0)
            onProgress({ step: `day ${day + 1}`, done: asked, total: searchesPerDay })
          asked++
          const asker = service.askerOf(who)
          await service.prepare([text])
          const { queryId, answer } = service.search({
            text,
            from: 0,
            size: PAGE,
            log: true,
            at,
            asker,
          })
          return { queryId, productIds: answer.items.map(({ id }) => id) }
        },
        tell: async (events) => {
          await service.feedback(
            events.map((event) => ({ ...event })),
            events[0]!.at,
          )
        },
        ...(signal === undefined ? {} : { signal }),
      })
      simulated.push({ ...tally!, day, version: service.version })
    } finally {
      await service.close()
    }
    if (train) {
      await searchStore(folder, {
        now: began + DAY_MS,
        onProgress,
        ...(signal === undefined ? {} : { signal }),
      })
    }
  }
  return simulated
}

const PAGE = 24

function idMaker(prefix: string): () => string {
  let made = 0
  return () => `${prefix}-${made++}`
}

/** Midnight after the newest search of a store (epoch ms). */
async function nextDay(folder: string): Promise<number> {
  const log = await withDatabase(folder, 'read', (db) =>
    withLedger(folder, (ledger) => readSearchLog(db, ledger, 1)),
  )
  const newest = log.at(-1)?.record.at ?? 0
  return (Math.floor(newest / DAY_MS) + 1) * DAY_MS
}
