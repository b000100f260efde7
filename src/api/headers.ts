import type { ApiInstance } from './instance.ts'

/** Scripts, styles and data from this server alone; icons may stand in the page as data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Puts the headers on every reply that keep pages of other sites and caches away from it. */
export function addSecurityHeaders(app: ApiInstance): void {
  app.addHook('onSend', async (request, reply) => {
    reply.headers(HEADERS)
    // Files say themselves how long they keep; numbers of the store do not keep.
    const kept = reply.hasHeader('cache-control')
    if (!kept || request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
}

/** The same for a reply of data, name and value by turns: for replies that no hook sees. */
export const DATA_HEADERS: readonly string[] = [
  ...Object.entries(HEADERS).flat(),
  'cache-control',
  'no-store',
]
