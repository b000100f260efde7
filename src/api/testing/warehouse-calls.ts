import type { NetworkCall } from './network-calls.ts'

const by = 'ada'
const post = (url: string, body: unknown, status = 200): NetworkCall => ({
  operation: `POST ${url}`,
  url,
  body,
  status,
})
const apply = '/api/warehouse/actions/apply'
const undo = '/api/warehouse/actions/undo'
const refuse = '/api/warehouse/actions/refuse'
const off = '/api/warehouse/templates/off'

/** Requests that between them make each operation of the warehouse answer well and badly. */
export const warehouseCalls: readonly NetworkCall[] = [
  { operation: 'GET /api/warehouse', url: '/api/warehouse', status: 200 },
  { operation: 'GET /api/warehouse', url: '/api/warehouse', status: 200, empty: true },
  post(apply, { actionIds: ['layout-sales'], by }),
  post(apply, { actionIds: ['layout-sales'], by }, 409),
  post(apply, { actionIds: ['none'], by }, 404),
  post(apply, { actionIds: [], by }, 400),
  post(undo, { actionIds: ['layout-sales'], by }),
  post(undo, { actionIds: ['layout-sales'], by }, 409),
  post(refuse, { actionId: 'layout-sales', reason: 'replaced next week', by }),
  post(refuse, { actionId: 'view-trips', reason: 'too late', by }, 409),
  post(refuse, { actionId: 'none', reason: 'not there', by }, 404),
  post(refuse, { actionId: 'view-trips', reason: '', by }, 400),
  post(off, { fingerprint: 'f0', off: true, by }),
  post(off, { fingerprint: 'f0', off: false, by }),
  post(off, { fingerprint: 'none', off: true, by }, 404),
]
