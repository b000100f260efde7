import type { SearchCall } from './search-calls.ts'

/** A request of the network that works, or does not. */
export interface NetworkCall extends SearchCall {
  readonly empty?: boolean
}

const by = 'ada'
const get = (url: string, status = 200, operation = url.split('?')[0]): NetworkCall => ({
  operation: `GET ${operation}`,
  url,
  status,
})
const post = (url: string, body: unknown, status = 200): NetworkCall => ({
  operation: `POST ${url}`,
  url,
  body,
  status,
})
const lane = (id: string, status: number) =>
  get(`/api/network/lanes/${encodeURIComponent(id)}`, status, '/api/network/lanes/{laneId}')

/** Requests that between them make each operation of the network answer well and badly. */
export const networkCalls: readonly NetworkCall[] = [
  get('/api/network'),
  get('/api/network?version=3'),
  get('/api/network?version=99', 404),
  get('/api/network?version=x', 400),
  { ...get('/api/network', 404), empty: true },
  get('/api/network/map'),
  get('/api/network/map?side=before'),
  get('/api/network/map?side=beside', 400),
  get('/api/network/places'),
  get('/api/network/sites'),
  get('/api/network/sites?version=1'),
  get('/api/network/sites?version=99', 404),
  get('/api/network/sites?version=x', 400),
  { ...get('/api/network/sites', 404), empty: true },
  get('/api/network/lanes'),
  get('/api/network/lanes?sort=lane&order=desc&q=a&status=runs&purpose=trunk&limit=3&offset=1'),
  get('/api/network/lanes?sort=colour', 400),
  { ...get('/api/network/lanes', 404), empty: true },
  lane('LANE', 200),
  lane('no such lane', 404),
  get('/api/network/trucks?day=friday&limit=5'),
  get('/api/network/trucks?day=someday', 400),
  get('/api/network/route?to=06075&kg=2.5&m3=0.01'),
  get('/api/network/route?to=06075&at=2011-10-27T08:00:00Z&by=2011-10-29T20:00:00Z'),
  get('/api/network/route?to=nowhere', 404),
  get('/api/network/route', 400),
  get('/api/network/route?to=06075&at=yesterday', 400),
  post('/api/network/what-if', { closeSites: ['SITE'] }),
  post('/api/network/what-if', { closeLanes: ['LANE'] }),
  post('/api/network/what-if', { storms: [{ lat: 29.8, lon: -95.4, km: 150 }] }),
  post('/api/network/what-if', { closeSites: ['nowhere'] }, 404),
  post('/api/network/what-if', { closeSites: [] }, 400),
  post('/api/network/apply', { version: 2, by }),
  post('/api/network/apply', { version: 99, by }, 404),
  post('/api/network/apply', { version: 2 }, 400),
  post('/api/network/rollback', { by }, 404),
  post('/api/network/switch', { version: 2, by, regions: ['R1'], reason: 'a pioneer' }),
  post('/api/network/switch', { version: 2, by, expected: 0 }, 409),
  post('/api/network/switch', { version: 99, by }, 404),
  post('/api/network/switch', { version: 2, by, regions: ['north'] }, 400),
  post('/api/network/rollback', { by, reason: 'late parcels' }),
  post('/api/network/rollback', { by, reason: 7 }, 400),
]
