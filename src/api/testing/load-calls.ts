import type { NetworkCall } from './network-calls.ts'

const by = 'ada'
const get = (url: string, status = 200): NetworkCall => ({
  operation: `GET ${url.split('?')[0]}`,
  url,
  status,
})
const post = (url: string, body: unknown, status = 200, operation = url): NetworkCall => ({
  operation: `POST ${operation}`,
  url,
  body,
  status,
})
const order = 'search-us-west-c7g.large-2026-12-03-hourly'
const override = (id: string, body: unknown, status: number) =>
  post(
    `/api/load/orders/${encodeURIComponent(id)}/override`,
    body,
    status,
    '/api/load/orders/{orderId}/override',
  )
const event = 'sale-2026-12-04'
const plan = {
  ...{ name: 'Winter sale', kind: 'sale', startsAt: '2026-12-18T19:00:00Z' },
  ...{ endsAt: '2026-12-18T23:00:00Z', strength: 1.2, by },
}
const onEvent = (id: string, verb: string, body: unknown, status = 200) =>
  post(`/api/load/calendar/${id}/${verb}`, body, status, `/api/load/calendar/{eventId}/${verb}`)
const window = 'from=2026-11-20T00:00:00Z&to=2026-12-06T00:00:00Z'

/** Requests that between them make each operation of load answer well and badly. */
export const loadCalls: readonly NetworkCall[] = [
  get('/api/load'),
  { ...get('/api/load', 404), empty: true },
  get(`/api/load/curve?${window}`),
  get(`/api/load/curve?service=search&region=us-west&points=300&${window}`),
  get(`/api/load/curve?service=none&${window}`, 404),
  get('/api/load/curve?from=2026-12-06T00:00:00Z&to=2026-11-20T00:00:00Z', 400),
  get('/api/load/curve?from=yesterday&to=today', 400),
  get('/api/load/profiles'),
  get('/api/load/profiles?kind=sale&service=search'),
  get('/api/load/profiles?x=1', 400),
  get('/api/load/events'),
  get('/api/load/errors'),
  get('/api/load/errors?service=search&region=us-west'),
  get('/api/load/errors?service=none', 404),
  get('/api/load/outlook.csv'),
  { ...get('/api/load/outlook.csv', 404), empty: true },
  get('/api/load/orders'),
  { ...get('/api/load/orders', 404), empty: true },
  post('/api/load/orders/approve', { orderIds: [order], by }),
  post('/api/load/orders/approve', { orderIds: [order], by }, 409),
  post('/api/load/orders/approve', { orderIds: ['none'], by }, 404),
  post('/api/load/orders/approve', { orderIds: [], by }, 400),
  post('/api/load/orders/undo', { orderIds: [order], by, reason: 'too early' }),
  post('/api/load/orders/undo', { orderIds: [order], by }, 409),
  override(order, { servers: 2, by, reason: 'a fair in town' }, 200),
  override(order, { servers: 2.5, by, reason: 'half' }, 400),
  override('none', { servers: 2, by, reason: 'a fair' }, 404),
  get('/api/load/live'),
  { ...get('/api/load/live', 404), empty: true },
  get('/api/load/gameday'),
  post('/api/load/live/replay', { speed: 120 }),
  post('/api/load/live/replay', { speed: 0 }, 400),
  { operation: 'POST /api/load/live/stop', url: '/api/load/live/stop', body: {}, status: 200 },
  post('/api/load/metrics', { resourceMetrics: [] }),
  post('/api/load/metrics', { metrics: [] }, 400),
  get('/api/load/calendar'),
  { ...get('/api/load/calendar', 404), empty: true },
  post('/api/load/calendar', plan),
  post('/api/load/calendar', { ...plan, endsAt: plan.startsAt }, 400),
  post('/api/load/calendar', { ...plan, strength: -1 }, 400),
  onEvent(event, 'change', { ...plan, note: 'moved' }),
  onEvent('none', 'change', plan, 404),
  onEvent(event, 'confirm', { serviceId: 'web', by }),
  onEvent(event, 'confirm', { serviceId: 'none', by }, 404),
  onEvent(event, 'dispute', { serviceId: 'cart', reason: 'small baskets', strength: 0.8, by }),
  onEvent(event, 'dispute', { serviceId: 'search', reason: 'few look', peakPerMinute: 900, by }),
  onEvent(event, 'dispute', { serviceId: 'cart', strength: 0.8, by }, 400),
  onEvent(event, 'withdraw', { by, note: 'called off' }),
  onEvent(event, 'withdraw', { by }, 409),
]
