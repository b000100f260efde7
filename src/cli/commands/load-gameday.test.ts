import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreView, type Listening, listen } from '../../api/index.ts'
import { makeDemoStore, withDatabase } from '../../loop/index.ts'
import type { GamedayResult } from '../../world/index.ts'

// A demo store is driven as its own API serves it. Objectives and limits are wide: what is tested is
// the way from the calendar to the report, not how fast this machine is.

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'storewright-gameday-'))
const store = join(folder, 'demo')
const file = (name: string) => join(folder, name)
const failures: unknown[] = []
let server: Listening

beforeAll(async () => {
  const size = { products: 40, days: 60, ordersPerDay: 15, vendors: 3, seed: 5 }
  await makeDemoStore(store, { ...size, loadDays: 7 })
  const onFailure = (error: unknown) => failures.push(error)
  const view = createStoreView(store, { clock: Date.now, onFailure })
  server = await listen({ view, port: 0, onFailure })
  await view.fulfilment?.open()
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the command beside the server, which lives in this process. */
function gameday(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [main, 'load', 'gameday', ...args],
      { maxBuffer: 1e8 },
      (error, stdout, stderr) =>
        resolve({
          code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
          stdout,
          stderr,
        }),
    )
  })
}

const WIDE = ['--p99', '20000', '--stop-p99', '30000', '--stop-errors', '0.9', '--warm-up', '1']

describe('storewright load gameday', () => {
  it('drives a recorded sale against the local API: customers search, ask for dates and order', async () => {
    await withDatabase(store, 'write', (db) =>
      db.run('UPDATE services SET latency_target_ms = 20000'),
    )
    const made = await gameday(
      ...['--event', 'sale-2026-03-26', '--target', server.url, '--store', store],
      ...['--before', '10', '--after', '5', '--compress', '2400', '--report', file('report.html')],
      ...['--multiple', '0.5,1', '--json', ...WIDE],
    )
    expect(made.code, made.stderr).toBe(0)
    const result = JSON.parse(made.stdout) as GamedayResult
    expect(result.leftOut).toEqual(['web'])
    expect(result.heldMultiple).toBe(1)
    expect(result.runs).toHaveLength(2)
    for (const { services } of result.runs) {
      expect(services.map(({ service }) => service).sort()).toEqual([
        'cart',
        'checkout',
        'product',
        'promise',
        'search',
      ])
      for (const { sent, answered, failed, causes } of services) {
        expect(sent).toBeGreaterThan(0)
        expect([answered, failed, causes]).toEqual([sent, 0, {}])
      }
    }
    const orders = (await (await fetch(`${server.url}/orders`)).json()) as { total: number }
    expect(orders.total).toBeGreaterThan(0)
    const page = readFileSync(file('report.html'), 'utf8')
    expect(page).toContain('All services held 1 × the forecast')
    expect(page).toContain('<svg')
    expect(failures).toEqual([])
  })

  it('drives a forecast from a file by requests of its own, and places servers to order where services break', async () => {
    const made = await gameday(
      ...['--event', 'Deal night', '--target', server.url, '--store', store],
      ...['--before', '0', '--after', '0', '--compress', '4800', '--place', ...WIDE, '--json'],
      ...['--forecast', forecastFile(), '--events', eventFile(), '--requests', requestFile()],
    )
    expect(made.code, made.stderr).toBe(0)
    const result = JSON.parse(made.stdout) as GamedayResult
    expect(result.firstBreak?.service).toBe('nothing')
    expect(result.proposals).toMatchObject([{ service_id: 'nothing', region: 'all' }])
    const rows = await withDatabase(store, 'read', (db) =>
      db.rows('SELECT service_id, servers, term FROM capacity_orders'),
    )
    expect(rows).toMatchObject([{ service_id: 'nothing', term: 'hourly' }])
    expect(made.stderr).toContain('Placed 1 proposals')
  })

  it('refuses other machines before anything is read, and events that are none', async () => {
    const away = await gameday('--event', 'x', '--target', 'http://shop.example', '--store', store)
    expect(away.code).toBe(2)
    expect(away.stderr).toContain('--allow http://shop.example')
    const none = await gameday(
      '--event',
      'sale-2026-03-27',
      '--target',
      server.url,
      '--store',
      store,
    )
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('Did you mean sale-2026-03-26?')
    const nothing = await gameday('--event', 'x', '--target', server.url)
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toContain('--history with --events')
  })
})

function write(name: string, text: string): string {
  writeFileSync(file(name), text)
  return file(name)
}

/** Two hours at 40 requests a second of an address that the API does not have, one of a page. */
function forecastFile(): string {
  const rows = ['service,ds,mean,q0.5']
  for (const [service, rate] of [
    ['nothing', 2400],
    ['page', 60],
  ] as const) {
    for (let m = 0; m < 240; m++) {
      rows.push(`${service},${new Date(Date.UTC(2026, 5, 1, 18, m)).toISOString()},${rate},${rate}`)
    }
  }
  return write('o.csv', `${rows.join('\n')}\n`)
}

function eventFile(): string {
  return write(
    'e.csv',
    'event_id,kind,starts_at,ends_at\nDeal night,sale,2026-06-01T18:00Z,2026-06-01T22:00Z\n',
  )
}

function requestFile(): string {
  return write(
    'shop.json',
    JSON.stringify({ nothing: { path: '/none/{productId}' }, page: { path: '/api/store' } }),
  )
}
