import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStoreView, listen } from '../../src/api/index.ts'
import { askAs, askingAs, initStore, withDatabase } from '../../src/loop/index.ts'
import type { schedule } from '../../src/warehouse/index.ts'

/** A store that is served over HTTP, with nightly statements in the same process. */
export interface Served {
  setOrder(order: schedule.ScheduleOrder): void
  /** A nightly statement on the store's database. */
  night(sql: string): Promise<unknown>
  /** A question of the console, over HTTP. */
  question(random: number): Promise<unknown>
  close(): Promise<void>
}

/** Questions that read the database of any store. */
const QUESTIONS = ['/api/store', '/api/warehouse', '/api/search/status']

/** Makes an empty store with one large table, and serves it on a free port. */
export async function openServed(fill: string): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), 'storewright-schedule-'))
  const folder = join(root, 'shop')
  const { settings } = await initStore(folder, { name: 'shop' })
  const text = readFileSync(settings, 'utf8').replace(/\[warehouse\][^[]*/, '')
  askAs('console')
  await withDatabase(folder, 'write', (db) => db.run(fill))
  const onFailure = () => undefined
  const view = createStoreView(folder, { clock: Date.now, actor: 'bench', onFailure })
  const server = await listen({ view, port: 0, onFailure })
  return {
    setOrder: (order) => writeFileSync(settings, `[warehouse]\nschedule = "${order}"\n\n${text}`),
    night: (sql) => askingAs('nightly', () => withDatabase(folder, 'read', (db) => db.answer(sql))),
    async question(random) {
      const path = QUESTIONS[Math.floor(random * QUESTIONS.length)]!
      const response = await fetch(`${server.url}${path}`)
      await response.arrayBuffer()
    },
    async close() {
      await server.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
