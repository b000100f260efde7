import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type DrivePlan, driveOpenLoop } from './open-loop.ts'
import { total } from './tally.ts'
import { parseTarget } from './targets.ts'
import { passing, serveVirtually } from './testing/virtual-time.ts'
import { getBytes } from './testing.ts'

vi.mock('./connections.ts', () => import('./testing/virtual-time.ts'))

// Time passes by the tests' own clock, so that a busy machine stalls nothing.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
})
afterEach(() => vi.useRealTimers())

/** Drives one step at a constant rate for some seconds. */
function drive(rate: number, seconds: number, more: Partial<DrivePlan> = {}) {
  const perSecond = new Float64Array(seconds * 10).fill(rate)
  return passing(
    driveOpenLoop({
      target: parseTarget('http://127.0.0.1:9', []),
      curves: { intervalMs: 100, steps: [{ step: 'page', perSecond }] },
      spacing: 'even',
      seed: 1,
      nextRequest: () => ({ bytes: getBytes('/') }),
      objectivesMs: [200],
      safety: { errorShare: 0.5, p99Ms: 30_000 },
      connections: 500,
      backlog: 10_000,
      timeoutMs: 10_000,
      clock: () => performance.now(),
      ...more,
    }),
  )
}

test('goes on at its pace while the server stalls, and the stall shows in the latencies', async () => {
  // From half a second on, the server answers nothing until a second later.
  const began = performance.now()
  serveVirtually(() => {
    const at = performance.now() - began
    return { status: 200, afterMs: at > 500 && at < 1500 ? 1500 - at : 0 }
  })
  const [page] = (await drive(200, 3)).steps
  expect(total(page!.sent)).toBe(600)
  for (const sent of page!.sent) expect(Math.abs(sent - 200)).toBeLessThanOrEqual(1)
  expect(page!.latency.quantile(0.99)).toBeGreaterThan(950)
  // A third of all requests were due within the stall: their waits fall from a second to nothing.
  expect(page!.latency.quantile(0.85)).toBeGreaterThan(500)
  expect(page!.latency.quantile(0.5)).toBeLessThan(10)
})

test('with one connection the waits of those behind a stall are counted, which a closed loop hides', async () => {
  let asked = 0
  // One answer in the middle takes a second.
  serveVirtually(() => ({ status: 200, afterMs: asked++ === 50 ? 1000 : 0 }))
  const { steps, waited, largestBacklog } = await drive(100, 2, { connections: 1 })
  const [page] = steps
  expect(total(page!.answered)).toBe(200)
  // Without correction one request in 200 was slow: its p99 knows nothing of the stall.
  expect(page!.service.quantile(0.99)).toBeLessThan(10)
  expect(page!.latency.quantile(0.99)).toBeGreaterThan(950)
  expect(page!.latency.quantile(0.7)).toBeGreaterThan(300)
  expect(waited).toBeGreaterThan(90)
  expect(largestBacklog).toBeGreaterThan(90)
})

test('what finds no connection and no room to wait fails, counted', async () => {
  serveVirtually(() => ({ status: 200, afterMs: 400 }))
  const safety = { errorShare: 1, p99Ms: 9000 }
  const { steps, unsent } = await drive(100, 1, { connections: 2, backlog: 3, safety })
  const [page] = steps
  expect(unsent).toBeGreaterThan(85)
  expect(page!.causes.get('no connection was free')).toBe(unsent)
  expect(total(page!.answered) + total(page!.failed)).toBe(100)
})

test('stops within a second once the error rule is met', async () => {
  const began = performance.now()
  serveVirtually(() => ({ status: performance.now() - began > 700 ? 503 : 200, afterMs: 0 }))
  const safety = { errorShare: 0.2, p99Ms: 30_000 }
  const { stopped, steps } = await drive(100, 20, { safety })
  expect(stopped?.kind).toBe('errors')
  expect(stopped!.atMs).toBeLessThan(1700)
  expect(total(steps[0]!.sent)).toBeLessThan(170)
  expect(steps[0]!.causes.get('status 503')).toBeGreaterThan(10)
})

test('stops within a second of the limit when nothing is answered any more', async () => {
  const began = performance.now()
  serveVirtually(() => ({
    status: 200,
    afterMs: performance.now() - began < 500 ? 0 : Number.POSITIVE_INFINITY,
  }))
  const { stopped, steps } = await drive(100, 20, { safety: { errorShare: 0.5, p99Ms: 300 } })
  expect(stopped?.kind).toBe('latency')
  expect(stopped!.atMs).toBeLessThan(500 + 300 + 1000)
  expect(steps[0]!.causes.get('no answer when the run ended')).toBeGreaterThan(5)
})

test('answers too late are failures by cause', async () => {
  let asked = 0
  serveVirtually(() => ({ status: 200, afterMs: asked++ % 4 === 0 ? 600 : 0 }))
  const safety = { errorShare: 1, p99Ms: 9000 }
  const [page] = (await drive(40, 1, { timeoutMs: 500, safety })).steps
  expect(total(page!.answered)).toBe(30)
  expect(page!.causes.get('no answer in 500 ms')).toBe(10)
})
