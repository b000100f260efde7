import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type GamedayPlan, runGameday } from './gameday.ts'
import { readGamedayKnobs } from './knobs.ts'
import { parseTarget } from './targets.ts'
import { templateDialect } from './template-dialect.ts'
import { passing, serveVirtually } from './testing/virtual-time.ts'
import { TEST_SHOP } from './testing-shop.ts'

vi.mock('./connections.ts', () => import('./testing/virtual-time.ts'))
vi.mock('./health.ts', () => ({
  watchHealth: () => {
    const began = performance.now()
    const complaint = () => (performance.now() - began > 400 ? 'it answers 503' : undefined)
    return { complaint, close: () => undefined }
  },
}))

const MINUTE = 60_000
const TARGET = parseTarget('http://127.0.0.1:9', [])
/** A shop whose search answers 150 requests a second one after the other, and whose pages are quick. */
const SEARCH_MS = 1000 / 150

// Time passes by the tests' own clock, so that a busy machine stalls nothing.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
  let freeAt = 0
  serveVirtually((bytes) => {
    const now = performance.now()
    if (!bytes.toString().startsWith('GET /s')) return { status: 200, afterMs: 0 }
    freeAt = Math.max(freeAt, now) + SEARCH_MS
    return { status: 200, afterMs: freeAt - now }
  })
})
afterEach(() => vi.useRealTimers())

function planOf(more: Partial<GamedayPlan> = {}): GamedayPlan {
  const forecast = (service: string, peak: number) => ({
    service,
    startMs: 0,
    stepMs: MINUTE,
    // Requests a minute: up to the peak a second and down again.
    requests: Float64Array.of(0.4, 0.7, 1, 0.8, 0.4).map((share) => share * peak * 60),
  })
  return {
    event: { name: 'Sale', eventId: 'sale-1', startsAt: 10 * MINUTE, endsAt: 20 * MINUTE },
    forecasts: [forecast('search', 80), forecast('web', 120), forecast('other', 10)],
    ...{
      fromMs: 0,
      toMs: 5 * MINUTE,
      compress: 60,
      warmUpMs: 0,
      multiples: [1, 3],
      spacing: 'even',
    },
    target: TARGET,
    dialect: templateDialect({ search: { path: '/s?q={query}' }, web: { path: '/' } }, 'test'),
    shop: TEST_SHOP,
    ...{ seed: 1, orderPrefix: 'g-', otherwiseMs: 5000, wanted: 3 },
    objectivesMs: new Map([['search', 700]]),
    safety: { errorShare: 0.3, p99Ms: 20_000 },
    servers: { tested: new Map(), running: [] },
    knobs: readGamedayKnobs(),
    ...more,
  }
}
const options = {
  clock: () => performance.now(),
  rest: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
}

test('finds which service breaks first and at which multiple, and proposes servers for it', async () => {
  const result = await passing(runGameday(planOf(), options))
  expect(result.leftOut).toEqual(['other'])
  expect(result.runs.map(({ multiple }) => multiple)).toEqual([1, 3])
  expect(result.heldMultiple).toBe(1)
  expect(result.firstBreak).toMatchObject({ service: 'search', what: 'latency', multiple: 3 })
  expect(result.firstBreak!.perSecond).toBeGreaterThan(80)
  const [proposal] = result.proposals
  expect(proposal).toMatchObject({ service_id: 'search', term: 'hourly', region: 'all' })
  expect(proposal!.servers).toBeGreaterThanOrEqual(1)
  expect(proposal!.ready_at).toBeLessThan(10 * MINUTE)
  expect(result.proposals.length).toBe(1)
  const [first] = result.runs
  expect(first!.sent).toBe(first!.planned)
})

test('a run that is stopped ends the game day; nothing held', async () => {
  const plan = planOf({ multiples: [3, 6], safety: { errorShare: 0.3, p99Ms: 200 } })
  const result = await passing(runGameday(plan, options))
  expect(result.runs.length).toBe(1)
  expect(result.runs[0]!.stopped).toMatchObject({ kind: 'latency' })
  expect(result.heldMultiple).toBe(0)
})

test('a target that cannot be warmed up is not driven', async () => {
  serveVirtually(() => ({ status: 200, afterMs: Number.POSITIVE_INFINITY }))
  const plan = planOf({ warmUpMs: 3000, safety: { errorShare: 0.3, p99Ms: 200 } })
  const result = await passing(runGameday(plan, options))
  expect(result.runs.length).toBe(1)
  expect(result.runs[0]!.stopped?.atMs).toBeLessThan(2500)
  expect(result.runs[0]!.planned).toBeLessThan(200)
})

test('the health endpoint of the target stops it', async () => {
  const result = await passing(runGameday(planOf({ multiples: [1], health: TARGET }), options))
  expect(result.runs[0]!.stopped).toMatchObject({ kind: 'health', reason: 'it answers 503' })
  expect(result.runs[0]!.stopped!.atMs).toBeLessThan(1000)
})

test('multiples that do not rise are refused', async () => {
  await expect(runGameday(planOf({ multiples: [2, 1] }), options)).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
  })
  await expect(runGameday(planOf({ multiples: [] }), options)).rejects.toThrow('multiples')
})
