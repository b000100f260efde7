import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import { addToken, readTokens, revokeToken } from './tokens.ts'

let now = 1_000
let ledger: Ledger
beforeEach(() => {
  now = 1_000
  ledger = createMemoryLedger({ clock: () => now })
})
afterEach(() => ledger.close())

const shop = { name: 'web shop', role: 'shop', by: 'ada' } as const

it('knows a token by its hash alone', async () => {
  const token = await addToken(ledger, shop)
  const book = await readTokens(ledger)
  expect(book.check(token, now)).toEqual({ ok: true, name: 'web shop', role: 'shop' })
  expect(book.check(`${token}x`, now)).toEqual({ ok: false, fault: 'unknown' })
  const events: unknown[] = []
  for await (const event of ledger.read()) events.push(event)
  expect(JSON.stringify(events)).not.toContain(token)
  expect(JSON.stringify(book.list())).not.toContain(token)
})

it('expires at its time, and does not last a moment longer', async () => {
  const token = await addToken(ledger, { ...shop, expiresAt: 2_000 })
  const book = await readTokens(ledger)
  expect(book.check(token, 1_999)).toMatchObject({ ok: true })
  expect(book.check(token, 2_000)).toEqual({ ok: false, fault: 'expired' })
  expect([book.isRequired(1_999), book.isRequired(2_000)]).toEqual([true, false])
})

it('is revoked for those who follow, and its name can be given again', async () => {
  const token = await addToken(ledger, shop)
  await expect(addToken(ledger, shop)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  const book = await readTokens(ledger)
  const stop = new AbortController()
  const followed = book.follow(stop.signal)
  await revokeToken(ledger, 'web shop', 'ada')
  const again = await addToken(ledger, shop)
  await expect.poll(() => book.check(again, now).ok).toBe(true)
  expect(book.check(token, now)).toEqual({ ok: false, fault: 'revoked' })
  stop.abort()
  await followed
})

it('refuses to revoke what is not there', async () => {
  await expect(revokeToken(ledger, 'none', 'ada')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
})
