import { afterEach, expect, test } from 'vitest'
import { freePorts } from '../../core/testing/ports.ts'
import { watchHealth } from './health.ts'
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

// Over sockets of this machine; what hangs on moments is in open-loop-time.test.ts.

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
    safety: { errorShare: 0.5, p99Ms: 60_000 },
    connections: 500,
    backlog: 10_000,
    timeoutMs: 60_000,
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

test('broken connections and answers that are none are failures by cause', async () => {
  let asked = 0
  const server = await serve((request, response) => {
    const turn = asked++ % 4
    if (turn === 0) request.socket.destroy()
    else if (turn === 1) request.socket.end('nonsense\r\n\r\n')
    else response.end('ok')
  })
  const plan = planOf(server.url, 40, 1, { safety: { errorShare: 1, p99Ms: 60_000 } })
  const [page] = (await driveOpenLoop(plan)).steps
  expect(total(page!.answered)).toBe(20)
  expect(total(page!.failed)).toBe(20)
  expect(page!.causes.get('what came is no HTTP/1.1 reply')).toBe(10)
})

test('a server that is not there is told, not thrown', async () => {
  const [port] = await freePorts(1)
  const safety = { errorShare: 1, p99Ms: 60_000 }
  const plan = planOf(`http://127.0.0.1:${port}`, 50, 1, { safety })
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

test('an address that says it is not well is heard', async () => {
  const server = await serve((request, response) => {
    response.statusCode = request.url === '/health' ? 503 : 200
    response.end()
  })
  const health = watchHealth(parseTarget(`${server.url}/health`, []))
  const { stopped } = await driveOpenLoop(
    planOf(server.url, 50, 20, { otherStop: health.complaint }),
  )
  health.close()
  expect(stopped).toMatchObject({ kind: 'health', reason: expect.stringContaining('endpoint') })
})
