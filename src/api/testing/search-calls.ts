/** A request that makes an operation answer well or badly. */
export interface SearchCall {
  readonly operation: string
  readonly url: string
  readonly body?: unknown
  readonly status: number
}

const by = 'ada'
const post = (url: string, body: unknown, status = 200): SearchCall => ({
  operation: `POST ${url.split('?')[0]}`,
  url,
  body,
  status,
})
const get = (url: string, status = 200): SearchCall => ({
  operation: `GET ${url.split('?')[0]}`,
  url,
  status,
})
const rule = { name: 'bags first', action: { kind: 'pin', productId: 'PRODUCT', position: 1 } }

/** Requests that between them make each operation of search answer well and badly. */
export const searchCalls: readonly SearchCall[] = [
  post('/search', { query: 'lunch bag' }),
  post('/search', { query: 'lunhc bag', explain: true, configuration: 'default', size: 3 }),
  post('/search', { query: '', sort: [{ field: 'price', order: 'rising' }] }),
  post('/search', { query: '\u0000\u202e\ud800 🎒'.repeat(500) }),
  post('/search', {
    query: 'bag',
    filters: [
      { field: 'category', oneOf: ['Bags'] },
      { field: 'price', from: 1, not: true },
    ],
    facets: ['category', 'price'],
    sessionId: 's1',
    customerId: 'c1',
  }),
  post('/search', { query: 'bag', filters: [{ field: 'weather', oneOf: ['wet'] }] }, 400),
  post('/search', { query: 'bag', filters: [{ field: 'price' }] }, 400),
  post('/search', { query: 'bag', sort: [{ field: 'title', order: 'rising' }] }, 400),
  post('/search', { query: 'bag', size: 1000 }, 400),
  post('/search', { query: 'x'.repeat(20_001) }, 400),
  post('/search', { quary: 'bag' }, 400),
  post('/suggest', { text: 'lun' }),
  post('/suggest', { text: '', size: 0 }, 400),
  post('/feedback', { kind: 'click', queryId: 'q0', productId: 'PRODUCT', position: 1 }),
  post('/feedback', { kind: 'click', queryId: 'never', productId: 'PRODUCT' }),
  post('/feedback', {
    events: [
      {
        action_name: 'click',
        query_id: 'q0',
        event_attributes: { object: { object_id: 'PRODUCT' } },
      },
      { event: 'Product Clicked', properties: { product_id: 'PRODUCT', query_id: 'q0' } },
      { event: 'Cart Viewed', properties: {} },
    ],
  }),
  post('/feedback', { events: [] }, 400),
  post('/feedback', { kind: 'gaze', queryId: 'q0', productId: 'P' }, 400),
  post('/rank?explain=true', { query: 'lunch bag', items: [{ id: 'PRODUCT' }, { id: 'none' }] }),
  post('/rank', { query: 'lunch bag', items: [] }, 400),
  get('/api/search/status'),
  get('/api/search/report'),
  get('/api/search/report?x=1'),
  get('/api/search/judgments?query=lunch%20bag'),
  get('/api/search/judgments', 400),
  post('/api/search/judgments', { query: 'lunch bag', productId: 'PRODUCT', grade: 3, by }),
  post('/api/search/judgments', { query: 'lunch bag', productId: 'PRODUCT', grade: 9, by }, 400),
  post('/api/search/compare', { queries: 'clicked' }),
  post('/api/search/compare', { queries: 'all' }, 400),
  get('/api/search/rules'),
  post('/api/search/rules', { rules: [rule], by }),
  post('/api/search/rules', { rules: [{ ...rule, action: { kind: 'hide' } }], by }, 400),
  post('/api/search/switch', { policy: 'off', by }),
  post('/api/search/switch', { policy: 'sometimes', by }, 400),
]
