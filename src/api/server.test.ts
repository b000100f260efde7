import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createFixture } from '../../console/browser/fixture.ts'
import { StorewrightError } from '../core/errors.ts'
import { freePorts } from '../core/testing/ports.ts'
import { createServer, listen, type ServerOptions } from './server.ts'
import type { StoreView } from './store-view.ts'

const base = mkdtempSync(join(tmpdir(), 'storewright-api-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const view = createFixture()
const serverOf = (options: Partial<ServerOptions> = {}) => createServer({ view, ...options })
const undo = { lineIds: ['none'], by: 'ada' }

/** Status of a change (404 when it is let through: there is no such line). */
async function change(options: Partial<ServerOptions>, headers: Record<string, string> = {}) {
  const app = serverOf(options)
  const reply = await app.inject({
    method: 'POST',
    url: '/api/buying/undo',
    headers,
    payload: undo,
  })
  await app.close()
  return reply
}

describe('who may change the store', () => {
  const token = 'a-long-secret'
  const bearer = { authorization: `Bearer ${token}` }
  const local = { host: 'localhost:4600' }

  it.each<[string, Partial<ServerOptions>, Record<string, string>, number]>([
    ['this machine, without a token', {}, local, 404],
    ['the console on this machine', {}, { ...local, origin: 'http://localhost:4600' }, 404],
    ['another port of this machine', {}, { ...local, origin: 'http://localhost:8080' }, 403],
    ['a page of another site', {}, { ...local, origin: 'https://evil.example' }, 403],
    ['a page without an origin', {}, { ...local, origin: 'null' }, 403],
    ['a cross-site request', {}, { ...local, 'sec-fetch-site': 'cross-site' }, 403],
    ['a same-site request', {}, { ...local, 'sec-fetch-site': 'same-site' }, 403],
    ['a rebound name', {}, { host: 'evil.example', origin: 'http://evil.example' }, 403],
    ['a name that only looks local', {}, { host: '127.0.0.1.evil.example' }, 403],
    ['IPv6 loopback', { host: '::1' }, { host: '[::1]:4600' }, 404],
    ['local, token set, none given', { token }, local, 401],
    ['local, token set and given', { token }, { ...local, ...bearer }, 404],
    ['local, a wrong token', { token }, { ...local, authorization: 'Bearer wrong' }, 401],
    ['another scheme', { token }, { ...local, authorization: `Basic ${token}` }, 401],
    ['open host, no token set', { host: '0.0.0.0' }, { host: 'store.lan:4600' }, 403],
    ['open host, token missing', { host: '0.0.0.0', token }, { host: 'store.lan' }, 401],
    ['open host, token given', { host: '0.0.0.0', token }, { host: 'store.lan', ...bearer }, 404],
    [
      'open host, token given, another site',
      { host: '0.0.0.0', token },
      { host: 'store.lan', ...bearer, origin: 'http://evil.example' },
      403,
    ],
  ])('%s', async (_, options, headers, status) => {
    const reply = await change(options, headers)
    expect(reply.statusCode, reply.body).toBe(status)
    if (status !== 404) expect(reply.json()).toMatchObject({ code: 'ERR_FORBIDDEN' })
    expect(reply.headers['www-authenticate'] !== undefined).toBe(status === 401)
  })

  it('nothing changes when the guard refuses', async () => {
    let called = 0
    const countUndo = async () => {
      called++
      return { lines: [] }
    }
    const counting: StoreView = { ...view, undo: countUndo }
    await change({ view: counting, token }, local)
    await change({ view: counting }, { ...local, origin: 'https://evil.example' })
    expect(called).toBe(0)
    await change({ view: counting }, local)
    expect(called).toBe(1)
  })

  it('a rebound name may not read either', async () => {
    const app = serverOf()
    const reply = await app.inject({ url: '/api/store', headers: { host: 'evil.example' } })
    expect(reply.statusCode).toBe(403)
    await app.close()
  })
})

describe('what is refused', () => {
  const app = serverOf({ bodyLimit: 2_000 })
  afterAll(() => app.close())
  const post = (payload: string, type = 'application/json') =>
    app.inject({
      method: 'POST',
      url: '/api/buying/undo',
      headers: { 'content-type': type },
      payload,
    })

  it('a body beyond the limit: 413', async () => {
    const reply = await post(JSON.stringify({ ...undo, reason: 'x'.repeat(2_000) }))
    expect(reply.statusCode).toBe(413)
    expect(reply.json()).toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  it('other types than JSON: 415; what is no JSON, or poisons prototypes: 400', async () => {
    expect((await post(JSON.stringify(undo), 'text/plain')).statusCode).toBe(415)
    expect((await post('a=b', 'application/x-www-form-urlencoded')).statusCode).toBe(415)
    expect((await post('{"lineIds":')).statusCode).toBe(400)
    expect((await post('')).statusCode).toBe(400)
    expect((await post('{"__proto__":{"x":1},"lineIds":["a"],"by":"b"}')).statusCode).toBe(400)
  })

  it('a body of the wrong form names the field', async () => {
    const reply = await app.inject({
      method: 'POST',
      url: '/api/buying/lines/x/override',
      payload: { quantity: -1, by: 'ada', reason: 'a fair', note: '' },
    })
    expect(reply.statusCode).toBe(400)
    expect(reply.json()).toMatchObject({ code: 'ERR_ARGUMENT', place: { column: 'body.quantity' } })
    expect(reply.json().message).toMatch(/body\.quantity: .*note/s)
  })

  it('an address with nothing at it: 404; a method it does not have: 404', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      const reply = await app.inject({ method, url: '/api/nothing?x=1' })
      expect(reply.statusCode).toBe(404)
      expect(reply.json()).toMatchObject({
        code: 'ERR_NOT_FOUND',
        message: 'there is nothing at /api/nothing',
      })
    }
  })
})

describe('errors of the store', () => {
  it.each([
    ['ERR_STORE_EMPTY', 404],
    ['ERR_PLAN_STATUS', 409],
    ['ERR_LEDGER_CONFLICT', 409],
    ['ERR_STORE_BUSY', 503],
    ['ERR_STORE_DAMAGED', 500],
  ] as const)('%s: %i, with the advice and the command in it', async (code, status) => {
    const failures: unknown[] = []
    const failing: StoreView = {
      ...view,
      outcome: () =>
        Promise.reject(
          new StorewrightError(code, 'so it is', {
            next: 'Run `storewright run --store shop` first.',
            file: 'store.duckdb',
          }),
        ),
    }
    const app = serverOf({ view: failing, onFailure: (error) => failures.push(error) })
    const reply = await app.inject('/api/outcome')
    expect(reply.statusCode).toBe(status)
    expect(reply.json()).toEqual({
      code,
      message: 'so it is',
      next: 'Run `storewright run --store shop` first.',
      command: 'storewright run --store shop',
      place: { file: 'store.duckdb' },
    })
    expect(failures).toHaveLength(status === 500 ? 1 : 0)
    await app.close()
  })

  it('what nobody expected says nothing of itself', async () => {
    const failing: StoreView = { ...view, outcome: () => Promise.reject(new Error('/etc/secret')) }
    const app = serverOf({ view: failing })
    const reply = await app.inject('/api/outcome')
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toContain('secret')
    await app.close()
  })
})

it('the exported plan is a file, with formulas disarmed', async () => {
  const planCsv = async () => 'id,title\nA,"=HYPERLINK(""http://x"")"\n'
  const app = serverOf({ view: { ...view, planCsv } })
  const reply = await app.inject('/api/buying/plan.csv')
  expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(reply.headers['content-disposition']).toContain('attachment')
  expect(reply.body).toBe('id,title\r\nA,"\'=HYPERLINK(""http://x"")"\r\n')
  await app.close()
})

describe('the console', () => {
  const script = 'export const answer = 42\n'.repeat(100)
  const consoleDir = join(base, 'console')
  mkdirSync(join(consoleDir, 'assets'), { recursive: true })
  writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>Storewright</title>')
  writeFileSync(join(consoleDir, 'assets/index-abc.js'), script)
  writeFileSync(join(consoleDir, 'assets/index-abc.js.gz'), gzipSync(script))
  writeFileSync(join(base, 'secret.txt'), 'not for the world')
  const app = serverOf({ consoleDir })
  afterAll(() => app.close())
  const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  it.each(['/', '/buying', '/demand/85123A?sort=error', '/index.html'])(
    '%s is the page',
    async (url) => {
      const reply = await app.inject({ url, headers: page })
      expect(reply.statusCode).toBe(200)
      expect(reply.body).toContain('<title>Storewright')
      expect(reply.headers['cache-control']).toBe('no-cache')
      expect(reply.headers['content-type']).toMatch(/^text\/html/)
    },
  )

  it('assets keep for a year, packed where the browser takes it', async () => {
    const plain = await app.inject('/assets/index-abc.js')
    expect(plain.body).toBe(script)
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const packed = await app.inject({
      url: '/assets/index-abc.js',
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.rawPayload.length).toBeLessThan(script.length / 4)
    expect(packed.headers['content-type']).toMatch(/javascript/)
  })

  it.each(['/assets/gone.js', '/api/gone', '/api', '/openapi.yaml'])(
    '%s is not a page',
    async (url) => {
      const headers = url === '/openapi.yaml' ? { accept: 'application/yaml' } : page
      const reply = await app.inject({ url, headers })
      expect(reply.statusCode).toBe(404)
      expect(reply.json()).toMatchObject({ code: 'ERR_NOT_FOUND' })
      expect(reply.headers['cache-control']).toBe('no-store')
    },
  )

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2f..%2fsecret.txt'])(
    'nothing outside the folder: %s',
    async (url) => {
      expect((await app.inject({ url, headers: page })).body).not.toContain('not for')
    },
  )

  it('every reply carries the headers that keep other sites out', async () => {
    for (const url of ['/', '/assets/index-abc.js', '/api/store', '/api/gone', '/openapi.json']) {
      const { headers } = await app.inject({ url, headers: page })
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("script-src 'self'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      })
    }
    expect((await app.inject('/api/store')).headers['cache-control']).toBe('no-store')
  })
})

describe('listening', () => {
  it('on 127.0.0.1, and once more only where the port is free', async () => {
    const [free] = await freePorts(1)
    const server = await listen({ view, port: free! })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const reply = await fetch(`${server.url}/api/store`)
    expect(reply.status).toBe(200)
    const port = Number(new URL(server.url).port)
    await expect(listen({ view, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
    await expect(fetch(`${server.url}/api/store`)).rejects.toThrow()
  })

  it('closing lets a request under way end, and does not wait for idle connections', async () => {
    const { promise, resolve } = gate()
    const asked = gate()
    const waiting: StoreView = {
      ...view,
      store: () => {
        asked.resolve()
        return promise.then(() => view.store())
      },
    }
    const server = await listen({ view: waiting, port: 0 })
    await fetch(`${server.url}/api/knobs`)
    const slow = fetch(`${server.url}/api/store`)
    await asked.promise
    const closed = server.close()
    resolve()
    expect((await slow).status).toBe(200)
    await closed
  })

  it('closing cuts off what does not end', async () => {
    const asked = gate()
    const never: StoreView = {
      ...view,
      store: () => {
        asked.resolve()
        return new Promise(() => {})
      },
    }
    const server = await listen({ view: never, port: 0 })
    const cut = new Promise((done) =>
      httpRequest(`${server.url}/api/store`).on('error', done).end(),
    )
    await asked.promise
    await server.close(20)
    await expect(cut).resolves.toMatchObject({ code: 'ECONNRESET' })
  })
})

function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
