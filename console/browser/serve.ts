import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { productsQuery } from '../../src/api/schemas/demand.ts'
import type { StoreView } from '../../src/api/store-view.ts'
import { StorewrightError } from '../../src/core/errors.ts'

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
}

export async function serve(
  view: StoreView,
  dir: string,
  port = 0,
): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (req, res) => {
    const url = new URL(req.url!, 'http://x')
    const chunks: Buffer[] = []
    for await (const c of req) chunks.push(c as Buffer)
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : undefined
    try {
      if (url.pathname.startsWith('/api/')) {
        const out = await route(view, req.method!, url, body)
        if (typeof out === 'string') return res.setHeader('content-type', 'text/csv').end(out)
        if (out === undefined) {
          res.statusCode = 404
          return res.end(JSON.stringify({ code: 'ERR_PLAN_NOT_FOUND', message: 'no such thing' }))
        }
        res.setHeader('content-type', 'application/json')
        return res.end(JSON.stringify(out))
      }
      const file = extname(url.pathname) ? url.pathname : '/index.html'
      res.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain')
      return res.end(await readFile(join(dir, file)))
    } catch (e) {
      res.statusCode = e instanceof StorewrightError && e.code === 'ERR_STORE_EMPTY' ? 404 : 500
      return res.end(
        JSON.stringify({
          code: e instanceof StorewrightError ? e.code : 'ERR_INTERNAL',
          message: String((e as Error).message),
          next: e instanceof StorewrightError ? e.next : undefined,
        }),
      )
    }
  })
  await new Promise<void>((r) => server.listen(port, '127.0.0.1', r))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  }
}

async function route(v: StoreView, method: string, url: URL, body: any): Promise<unknown> {
  const p = url.pathname.slice(5).split('/').map(decodeURIComponent)
  const q = Object.fromEntries(url.searchParams)
  const key = `${method} ${p.slice(0, 2).join('/')}`
  if (key === 'GET store') return v.store()
  if (key === 'GET demand/summary') return v.demandSummary()
  if (key === 'GET demand/products')
    return p[2] ? v.demandProduct(p[2]) : v.demandProducts(productsQuery.parse(q))
  if (key === 'GET buying') return v.buying()
  if (key === 'GET buying/lines') return v.buyingLine(p[2]!)
  if (key === 'GET buying/history') return v.decisions({ limit: 100 })
  if (key === 'GET buying/plan.csv') return v.planCsv({})
  if (key === 'GET outcome') return v.outcome()
  if (key === 'POST buying/approve') return v.approve(body)
  if (key === 'POST buying/undo') return v.undo(body)
  if (key === 'POST buying/lines') return v.override(p[2]!, body)
  return undefined
}
