import { afterEach, expect, test } from 'vitest'
import { type DrivePlan, driveOpenLoop } from './open-loop.ts'
import { total } from './tally.ts'
import { parseTarget } from './targets.ts'
import { getBytes, serveTest, type TestServer } from './testing.ts'

const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(...args: Parameters<typeof serveTest>): Promise<TestServer> {
  const server = await serveTest(...args)
  servers.push(server)
  return server
}

/** A plan of one step at a constant rate for some seconds. */
function planOf(
  url: string,
  rate: number,
  seconds: number,
  more: Partial<DrivePlan> = {},
): DrivePlan {
  const perSecond = new Float64Array(seconds * 10).fill(rate)
  return {
    target: parseTarget(url, []),
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
  }
}

test('sends all that the curve asks for, each second its share', async () => {
  const server = await serve((_, response) => response.end('ok'))
  const result = await driveOpenLoop(planOf(server.url, 300, 2))
  const [page] = result.steps
  expect(total(page!.sent)).toBe(600)
  expect(total(page!.answered)).toBe(600)
  expect(Array.from(page!.planned)).toEqual([300, 300])
  expect(page!.latency.count).toBe(600)
  expect(result.stopped).toBeUndefined()
})

test('goes on at its pace while the server stalls, and the stall shows in the latencies', async () => {
  // From half a second on, the server answers nothing until a second later.
  const began = performance.now()
  const server = await serve((_, response) => {
    const at = performance.now() - began
    const wait = at > 500 && at < 1500 ? 1500 - at : 0
    setTimeout(() => response.end('ok'), wait)
  })
  const { steps } = await driveOpenLoop(planOf(server.url, 200, 3))
  const [page] = steps
  expect(total(page!.sent)).toBe(600)
  for (const sent of page!.sent) expect(Math.abs(sent - 200)).toBeLessThanOrEqual(60)
  expect(page!.latency.quantile(0.99)).toBeGreaterThan(800)
  // A third of all requests were due within the stall: their waits fall from a second to nothing.
  expect(page!.latency.quantile(0.85)).toBeGreaterThan(300)
  expect(page!.latency.quantile(0.5)).toBeLessThan(200)
})

test('with one connection the waits of those behind a stall are counted, which a closed loop hides', async () => {
  let asked = 0
  const server = await serve((_, response) => {
    // One answer in the middle takes a second.
    setTimeout(() => response.end('ok'), asked++ === 50 ? 1000 : 0)
  })
  const { steps, waited, largestBacklog } = await driveOpenLoop(
    planOf(server.url, 100, 2, { connections: 1 }),
  )
  const [page] = steps
  expect(total(page!.answered)).toBe(200)
  // Without correction one request in 200 was slow: its p99 knows nothing of the stall.
  expect(page!.service.quantile(0.99)).toBeLessThan(200)
  expect(page!.latency.quantile(0.99)).toBeGreaterThan(800)
  expect(page!.latency.quantile(0.7)).toBeGreaterThan(100)
  expect(waited).toBeGreaterThan(80)
  expect(largestBacklog).toBeGreaterThan(60)
})

test('what finds no connection and no room to wait fails, counted', async () => {
  const server = await serve((_, response) => void setTimeout(() => response.end('ok'), 400))
  const result = await driveOpenLoop(
    planOf(server.url, 100, 1, {
      connections: 2,
      backlog: 3,
      safety: { errorShare: 1, p99Ms: 9000 },
    }),
  )
  const [page] = result.steps
  expect(result.unsent).toBeGreaterThan(80)
  expect(page!.causes.get('no connection was free')).toBe(result.unsent)
  expect(total(page!.answered) + total(page!.failed)).toBe(100)
})

test('stops within a second once the error rule is met', async () => {
  const began = performance.now()
  const server = await serve((_, response) => {
    response.statusCode = performance.now() - began > 700 ? 503 : 200
    response.end()
  })
  const plan = planOf(server.url, 100, 20, { safety: { errorShare: 0.2, p99Ms: 30_000 } })
  const { stopped, steps } = await driveOpenLoop(plan)
  expect(stopped?.kind).toBe('errors')
  expect(stopped!.atMs).toBeLessThan(1900)
  expect(total(steps[0]!.sent)).toBeLessThan(250)
  expect(steps[0]!.causes.get('status 503')).toBeGreaterThan(10)
})

test('stops within a second of the limit when nothing is answered any more', async () => {
  const began = performance.now()
  const server = await serve((_, response) => {
    if (performance.now() - began < 500) response.end('ok')
  })
  const plan = planOf(server.url, 100, 20, { safety: { errorShare: 0.5, p99Ms: 300 } })
  const { stopped, steps } = await driveOpenLoop(plan)
  expect(stopped?.kind).toBe('latency')
  expect(stopped!.atMs).toBeLessThan(500 + 300 + 1000)
  expect(steps[0]!.causes.get('no answer when the run ended')).toBeGreaterThan(5)
})

test('stops when the health of the target or a person asks for it', async () => {
  const server = await serve((_, response) => response.end('ok'))
  const began = performance.now()
  const sick = planOf(server.url, 50, 20, {
    otherStop: () =>
      performance.now() - began > 300 ? 'the target says it is not well' : undefined,
  })
  expect((await driveOpenLoop(sick)).stopped).toMatchObject({ kind: 'health' })
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 200)
  const run = await driveOpenLoop(planOf(server.url, 50, 20, { signal: stop.signal }))
  expect(run.stopped).toMatchObject({ kind: 'asked' })
  await expect(async () =>
    driveOpenLoop(planOf(server.url, 50, 20, { signal: stop.signal })),
  ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
})

test('broken connections, answers that are none and answers too late are failures by cause', async () => {
  let asked = 0
  const server = await serve((request, response) => {
    const turn = asked++ % 4
    if (turn === 0) request.socket.destroy()
    else if (turn === 1) request.socket.end('nonsense\r\n\r\n')
    else if (turn === 2) response.end('ok')
  })
  const plan = planOf(server.url, 40, 1, { timeoutMs: 500, safety: { errorShare: 1, p99Ms: 9000 } })
  const [page] = (await driveOpenLoop(plan)).steps
  expect(total(page!.answered)).toBe(10)
  expect(total(page!.failed)).toBe(30)
  expect(page!.causes.get('no answer in 500 ms')).toBe(10)
  expect(page!.causes.get('what came is no HTTP/1.1 reply')).toBe(10)
})

test('a server that is not there is told, not thrown', async () => {
  const server = await serveTest((_, response) => response.end())
  await server.close()
  const plan = planOf(server.url, 50, 1, { safety: { errorShare: 1, p99Ms: 9000 } })
  const [page] = (await driveOpenLoop(plan)).steps
  expect(page!.causes.get('ECONNREFUSED')).toBe(50)
})

test('what the maker of requests throws ends the run', async () => {
  const server = await serve((_, response) => response.end('ok'))
  const plan = planOf(server.url, 50, 1, {
    nextRequest: () => {
      throw new Error('no more wishes')
    },
  })
  await expect(driveOpenLoop(plan)).rejects.toThrow('no more wishes')
})

test('answers are told with their bodies to those who want them; sold out is an answer', async () => {
  const server = await serve((_, response) => {
    response.statusCode = 409
    response.end('sold out')
  })
  const told: string[] = []
  const plan = planOf(server.url, 20, 1, {
    nextRequest: () => ({
      bytes: getBytes('/'),
      onReply: (status, body) => told.push(`${status} ${body}`),
    }),
  })
  const [page] = (await driveOpenLoop(plan)).steps
  expect(page!.declined).toBe(20)
  expect(total(page!.failed)).toBe(0)
  expect(new Set(told)).toEqual(new Set(['409 sold out']))
})
