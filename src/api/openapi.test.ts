import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFixture } from '../../console/browser/fixture.ts'
import { createServer } from './server.ts'
import type { StoreView } from './store-view.ts'
import { loadCalls } from './testing/load-calls.ts'
import { networkCalls } from './testing/network-calls.ts'
import { createValidator, type OpenApiValidator } from './testing/openapi-validator.ts'
import { searchCalls } from './testing/search-calls.ts'
import { warehouseCalls } from './testing/warehouse-calls.ts'

interface Call {
  readonly operation: string
  readonly url: string
  readonly body?: unknown
  readonly status: number
  readonly empty?: boolean
}

const line = 'gift-store-line'
const by = 'ada'

/** Requests that between them make each operation answer well and badly. LINE, PRODUCT, LANE, SITE: see below. */
const calls: readonly Call[] = [
  { operation: 'GET /api/store', url: '/api/store', status: 200 },
  { operation: 'GET /api/store', url: '/api/store', status: 200, empty: true },
  { operation: 'GET /api/knobs', url: '/api/knobs', status: 200 },
  { operation: 'GET /api/demand/summary', url: '/api/demand/summary', status: 200 },
  { operation: 'GET /api/demand/groups', url: '/api/demand/groups', status: 200 },
  { operation: 'GET /api/demand/groups', url: '/api/demand/groups?level=place', status: 200 },
  { operation: 'GET /api/demand/groups', url: '/api/demand/groups?level=total', status: 400 },
  { operation: 'GET /api/demand/groups', url: '/api/demand/groups', status: 404, empty: true },
  {
    operation: 'GET /api/demand/group',
    url: '/api/demand/group?level=total&group=all',
    status: 200,
  },
  { operation: 'GET /api/demand/group', url: '/api/demand/group?level=category', status: 400 },
  {
    operation: 'GET /api/demand/group',
    url: '/api/demand/group?level=category&group=none-such',
    status: 404,
  },
  { operation: 'GET /api/demand/summary', url: '/api/demand/summary', status: 404, empty: true },
  { operation: 'GET /api/demand/products', url: '/api/demand/products', status: 200 },
  {
    operation: 'GET /api/demand/products',
    url: '/api/demand/products?sort=title&order=desc&q=a&limit=7&offset=3&status=good',
    status: 200,
  },
  { operation: 'GET /api/demand/products', url: '/api/demand/products?limit=501', status: 400 },
  { operation: 'GET /api/demand/products', url: '/api/demand/products?sorted=title', status: 400 },
  { operation: 'GET /api/demand/products', url: '/api/demand/products', status: 404, empty: true },
  { operation: 'GET /api/demand/products/{id}', url: '/api/demand/products/PRODUCT', status: 200 },
  { operation: 'GET /api/demand/products/{id}', url: '/api/demand/products/%00', status: 404 },
  {
    operation: 'GET /api/demand/products/{id}/why',
    url: '/api/demand/products/PRODUCT/why',
    status: 200,
  },
  {
    operation: 'GET /api/demand/products/{id}/why',
    url: '/api/demand/products/%00/why',
    status: 404,
  },
  { operation: 'GET /api/demand/segments', url: '/api/demand/segments', status: 200 },
  { operation: 'GET /api/demand/segments', url: '/api/demand/segments', status: 404, empty: true },
  { operation: 'GET /api/demand/calibration', url: '/api/demand/calibration', status: 200 },
  {
    operation: 'GET /api/demand/calibration',
    url: '/api/demand/calibration?segment=high/smooth/old',
    status: 200,
  },
  { operation: 'GET /api/demand/calibration', url: '/api/demand/calibration?s=1', status: 400 },
  { operation: 'GET /api/demand/events', url: '/api/demand/events?segment=Home', status: 200 },
  { operation: 'GET /api/demand/events', url: '/api/demand/events?x=1', status: 400 },
  { operation: 'GET /api/demand/lost-sales', url: '/api/demand/lost-sales', status: 200 },
  {
    operation: 'GET /api/demand/lost-sales',
    url: '/api/demand/lost-sales',
    status: 404,
    empty: true,
  },
  { operation: 'GET /api/buying', url: '/api/buying', status: 200 },
  { operation: 'GET /api/buying', url: '/api/buying', status: 404, empty: true },
  { operation: 'GET /api/buying/lines/{lineId}', url: '/api/buying/lines/LINE', status: 200 },
  { operation: 'GET /api/buying/lines/{lineId}', url: `/api/buying/lines/${line}`, status: 404 },
  { operation: 'GET /api/buying/plan.csv', url: '/api/buying/plan.csv', status: 200 },
  {
    operation: 'GET /api/buying/plan.csv',
    url: '/api/buying/plan.csv?budgetCents=99',
    status: 200,
  },
  {
    operation: 'GET /api/buying/plan.csv',
    url: '/api/buying/plan.csv?budgetCents=-1',
    status: 400,
  },
  {
    operation: 'POST /api/buying/approve',
    url: '/api/buying/approve',
    body: { lineIds: ['LINE'], by, budgetCents: 10_000_000 },
    status: 200,
  },
  {
    operation: 'POST /api/buying/approve',
    url: '/api/buying/approve',
    body: { lineIds: ['LINE'], by },
    status: 409,
  },
  {
    operation: 'POST /api/buying/approve',
    url: '/api/buying/approve',
    body: { lineIds: [], by },
    status: 400,
  },
  {
    operation: 'POST /api/buying/undo',
    url: '/api/buying/undo',
    body: { lineIds: ['LINE'], by, reason: 'a mistake' },
    status: 200,
  },
  {
    operation: 'POST /api/buying/undo',
    url: '/api/buying/undo',
    body: { lineIds: [line], by },
    status: 404,
  },
  {
    operation: 'POST /api/buying/lines/{lineId}/override',
    url: '/api/buying/lines/LINE/override',
    body: { quantity: 12, by, reason: 'a fair in town' },
    status: 200,
  },
  {
    operation: 'POST /api/buying/lines/{lineId}/override',
    url: '/api/buying/lines/LINE/override',
    body: { quantity: 1.5, by, reason: 'no', extra: 1 },
    status: 400,
  },
  { operation: 'GET /api/buying/history', url: '/api/buying/history?limit=2', status: 200 },
  { operation: 'GET /api/buying/history', url: '/api/buying/history?lineId=LINE', status: 200 },
  { operation: 'GET /api/buying/history', url: '/api/buying/history?limit=x', status: 400 },
  { operation: 'GET /api/outcome', url: '/api/outcome', status: 200 },
  { operation: 'GET /api/outcome', url: '/api/outcome', status: 404, empty: true },
  ...searchCalls,
  ...networkCalls,
  ...loadCalls,
  ...warehouseCalls,
]

describe('replies and the OpenAPI document', () => {
  const app = createServer({ view: createFixture() })
  const emptyApp = createServer({ view: createFixture({ empty: true }) })
  let validator: OpenApiValidator
  const names = { LINE: '', PRODUCT: '', LANE: '', SITE: '' }

  beforeAll(async () => {
    validator = createValidator((await app.inject('/openapi.json')).json())
    names.LINE = (await app.inject('/api/buying')).json().lines[3].lineId
    names.PRODUCT = (await app.inject('/api/demand/products')).json().rows[0].productId
    names.LANE = (await app.inject('/api/network/lanes')).json().rows[0].laneId
    names.SITE = (await app.inject('/api/network/places')).json().sites[0].siteId
  })
  afterAll(async () => {
    await app.close()
    await emptyApp.close()
  })

  const withNames = (text: string) =>
    text
      .replace('LINE', names.LINE)
      .replace('PRODUCT', encodeURIComponent(names.PRODUCT))
      .replace('LANE', text.startsWith('/') ? encodeURIComponent(names.LANE) : names.LANE)
      .replace('SITE', names.SITE)

  it.each(calls)('$operation answers $status as the document says ($url)', async (call) => {
    const reply = await (call.empty === true ? emptyApp : app).inject({
      method: call.operation.startsWith('POST') ? 'POST' : 'GET',
      url: withNames(call.url),
      ...(call.body === undefined
        ? {}
        : { payload: JSON.parse(withNames(JSON.stringify(call.body))) }),
    })
    expect(reply.statusCode, reply.body.slice(0, 500)).toBe(call.status)
    expect(validator.faultsOf(call.operation, reply)).toEqual([])
  })

  it('every operation has been asked for a good reply', () => {
    const good = new Set(calls.filter(({ status }) => status === 200).map((call) => call.operation))
    expect([...validator.operations].sort()).toEqual([...good].sort())
  })

  it('every operation has an id of its own, a summary and a tag', async () => {
    const { openapi, paths } = (await app.inject('/openapi.json')).json()
    expect(openapi).toBe('3.1.0')
    const ids = Object.values(paths).flatMap((operations) =>
      Object.values(operations as Record<string, Record<string, unknown>>).map((operation) => {
        expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] })
        return operation['operationId']
      }),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('the check itself finds a reply that differs from the document', async () => {
    const reply = await app.inject('/api/store')
    const { name: _, ...rest } = reply.json()
    for (const body of [
      rest,
      { ...reply.json(), extra: 1 },
      { ...reply.json(), currency: 'EURO' },
    ]) {
      const changed = { ...reply, json: () => body } as typeof reply
      expect(validator.faultsOf('GET /api/store', changed)).not.toEqual([])
    }
  })

  it('whatever is sent, the reply is no failure of the server, and as the document says', async () => {
    const field = fc.constantFrom('lineIds', 'by', 'reason', 'quantity', 'budgetCents', 'other')
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant([names.LINE]), fc.nat())
    const body = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.dictionary(field, value))
    const key = fc.constantFrom('sort', 'order', 'q', 'limit', 'offset', 'status', 'lineId', 'x')
    const query = fc.dictionary(key, fc.oneof(fc.string(), fc.integer().map(String)))
    const operation = fc.constantFrom(...validator.operations)
    await fc.assert(
      fc.asyncProperty(
        operation,
        fc.string(),
        query,
        body,
        async (name, id, parameters, payload) => {
          const [method = '', path = ''] = name.split(' ')
          const address = path.replace(/\{\w+\}/, encodeURIComponent(id) || 'x')
          const reply = await app.inject(
            method === 'POST'
              ? {
                  method,
                  url: address,
                  headers: { 'content-type': 'application/json' },
                  payload: JSON.stringify(payload),
                }
              : { url: `${address}?${new URLSearchParams(parameters)}` },
          )
          expect(reply.statusCode, reply.body).toBeLessThan(500)
          expect(validator.faultsOf(name, reply)).toEqual([])
        },
      ),
      { seed: 6, numRuns: 300 },
    )
  })

  it('a view that breaks its promise is an error of the server, told to onFailure alone', async () => {
    const failures: string[] = []
    const view: StoreView = { ...createFixture(), store: async () => ({ name: 7 }) as never }
    const broken = createServer({
      view,
      onFailure: (_, request) => failures.push(`${request.method} ${request.url}`),
    })
    const reply = await broken.inject('/api/store')
    expect(reply.statusCode).toBe(500)
    expect(reply.json()).toEqual({ code: 'ERR_INTERNAL', message: expect.any(String) })
    expect(validator.faultsOf('GET /api/store', reply)).toEqual([])
    expect(failures).toEqual(['GET /api/store'])
    await broken.close()
  })
})
