import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.ts')
const folder = mkdtempSync(join(tmpdir(), 'storewright-orders-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'load', ...args], { encoding: 'utf8' })
const file = (name: string, lines: readonly string[]) => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}
/** Two weeks of hours: a wave that doubles in the second week. */
const hours = Array.from({ length: 336 }, (_, t) => {
  const mean = Math.round(36_000 * (t < 168 ? 1 : 2) * (1.2 + Math.cos((Math.PI * t) / 12)))
  const ds = new Date(Date.UTC(2026, 10, 2) + t * 3_600_000).toISOString()
  return { ds, mean }
})

it('load orders turns a forecast in a file into servers, and names an option that is missing', () => {
  const forecast = file('o.csv', [
    'service,region,ds,mean,q0.5,q0.9',
    ...hours.map(({ ds, mean }) => `search,east,${ds},${mean},${mean},${Math.round(1.2 * mean)}`),
  ])
  const services = file('s.csv', [
    'service_id,latency_target_ms,cpu_ms_per_request',
    'search,200,20',
  ])
  const types = file('t.csv', [
    'server_type_id,cpu_cores,cost_per_hour_cents,lead_time_days',
    'c7g.large,2,7,1',
  ])
  const out = join(folder, 'orders.csv')
  const asked = ['--forecast', forecast, '--services', services, '--types', types]
  const made = load('orders', ...asked, '--out', out, '--kubernetes', join(folder, 'k8s'))
  expect(made.status, made.stderr).toBe(0)
  expect(made.stdout).toContain('search in east')
  const [head, ...rows] = readFileSync(out, 'utf8').trim().split('\n')
  expect(head).toContain('order_id')
  expect(rows.length).toBeGreaterThan(0)
  const missing = load('orders', ...asked)
  expect(missing.status).toBe(2)
  expect(missing.stderr).toContain('--out is missing')
})

it('load track follows a forecast in a file, records it and replays the same', () => {
  const minutes = Array.from({ length: 240 }, (_, t) => {
    const ds = new Date(Date.UTC(2026, 10, 2) + t * 60_000).toISOString()
    return { ds, mean: 1000 + 3 * t }
  })
  const forecast = file('f.csv', [
    'ds,mean,q0.05,q0.5,q0.95',
    ...minutes.map(({ ds, mean }) => `${ds},${mean},${mean * 0.9},${mean},${mean * 1.1}`),
  ])
  const source = file('today.csv', [
    'ds,y',
    ...minutes.map(({ ds, mean }, t) => `${ds},${Math.round(mean * (t > 120 ? 1.6 : 1))}`),
  ])
  const record = join(folder, 'run.jsonl')
  const asked = ['track', '--forecast', forecast, '--json']
  const live = load(...asked, '--source', source, '--record', record)
  expect(live.status, live.stderr).toBe(0)
  const kinds = live.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; notice?: { kind: string } })
  expect(kinds.some(({ notice }) => notice?.kind === 'above')).toBe(true)
  expect(kinds.at(-1)).toMatchObject({ kind: 'summary', steps: 240 })
  expect(load(...asked, '--replay', record).stdout).toBe(live.stdout)
})
