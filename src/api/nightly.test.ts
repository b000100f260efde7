import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { initStore, type NightlyStatus } from '../loop/index.ts'
import { createServer } from './server.ts'
import { createStoreView } from './view/store-view.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-nights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('tells pages and Prometheus of the nightly run, and nothing where none is made', async () => {
  await initStore(join(folder, 'shop'))
  const dueAt = Date.UTC(2026, 10, 27, 2, 30)
  const status: NightlyStatus = {
    ...{ at: '02:30', nextAt: dueAt + 86_400_000, doneAt: dueAt - 86_000_000 },
    running: { step: 'forecast', done: 3, total: 4 },
    last: { dueAt, startedAt: dueAt, attempts: 1, outcome: 'running', steps: [] },
  }
  const ask = async (url: string, nightly?: () => NightlyStatus) => {
    const view = createStoreView(join(folder, 'shop'), {
      ...{ clock: () => dueAt },
      ...(nightly === undefined ? {} : { nightly }),
    })
    return createServer({ view }).inject({ url, headers: { host: '127.0.0.1:4600' } })
  }
  const { nightly } = (await ask('/api/store', () => status)).json()
  expect(nightly).toMatchObject({
    ...{ at: '02:30', running: { step: 'forecast', share: 0.75 } },
    last: { dueAt: '2026-11-27T02:30:00.000Z', endedAt: null, outcome: 'running' },
  })
  expect((await ask('/api/store')).json().nightly).toBeNull()
  const metrics = (await ask('/metrics', () => status)).body
  for (const line of [
    'storewright_nightly_running 1',
    'storewright_nightly_step_share{step="forecast"} 0.75',
    'storewright_nightly_last_outcome{outcome="running"} 1',
    `storewright_nightly_next_timestamp_seconds ${(dueAt + 86_400_000) / 1000}`,
  ])
    expect(metrics).toContain(line)
  expect((await ask('/metrics')).body).not.toContain('storewright_nightly')
})
