import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { createFixtureLoad } from './fixture-load.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole(createFixture())
})
afterAll(() => site.close())

test('the service that lacks most comes first, says why, and its order is approved and undone', async () => {
  const { page, problems, close } = await site.visit('/load')
  expect(await page.locator('h1').textContent()).toContain(
    'Search in us-west is short by 3 servers',
  )
  expect(await page.locator('#row-0 .chip').textContent()).toBe('▲3 short')
  await page.locator('#grid').focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('.panel')
  await panel.getByRole('listbox').waitFor()
  expect(await panel.locator('.lead').textContent()).toContain('It is short by 3 servers')
  await panel.getByRole('button', { name: /^Approve 3/ }).click()
  await page.locator('.toast', { hasText: '1 order approved: 3 servers.' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'proposed again' }).waitFor()
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).searchParams.get('row')).toBe(null)
  expect(problems).toEqual([])
  await close()
})

test('the curve zooms by button and keys, and the window stands in the address', async () => {
  const { page, problems, close } = await site.visit('/load')
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/load/curve')) asked.push(request.url())
  })
  await page.getByRole('button', { name: 'Two years' }).click()
  await expect.poll(() => asked.length).toBe(1)
  const span = () => {
    const { searchParams } = new URL(page.url())
    return Number(searchParams.get('to')) - Number(searchParams.get('from'))
  }
  const whole = span()
  expect(whole).toBeGreaterThan(700 * 86_400)
  await page.locator('.load-curve .chart').focus()
  await page.keyboard.press('+')
  await expect.poll(span).toBeLessThan(whole * 0.6)
  await page.keyboard.press('0')
  await expect.poll(span).toBe(whole)
  await page.getByRole('button', { name: 'Next event' }).click()
  await page.getByRole('checkbox', { name: /^Deal night/ }).uncheck()
  await expect.poll(() => new URL(page.url()).searchParams.get('off')).toContain('sale-2026-12-04')
  await page.reload()
  expect(await page.getByRole('checkbox', { name: /^Deal night/ }).isChecked()).toBe(false)
  expect(problems).toEqual([])
  await close()
})

test('an order is overridden with a reason', async () => {
  const { page, close } = await site.visit('/load?view=servers')
  await page.locator('#row-1').click()
  const form = page.getByRole('form', { name: 'Order another number' })
  await form.getByLabel('Servers').fill('5')
  await form.getByRole('button', { name: 'Override to 5 servers' }).click()
  expect(await form.getByRole('alert').textContent()).toContain('Say why')
  await form.getByLabel('Reason').fill('a campaign was moved')
  await form.getByRole('button', { name: 'Override to 5 servers' }).click()
  await page.locator('.toast', { hasText: 'overridden to 5 servers' }).waitFor()
  await page.locator('.chip', { hasText: '5, not 2' }).first().waitFor()
  await close()
})

test('old load says how old it is; a calm store says that its servers hold, and how to drive a game day', async () => {
  const stale = await openConsole({ ...createFixture(), load: createFixtureLoad({ stale: true }) })
  const first = await stale.visit('/load')
  expect(await first.page.locator('.note').textContent()).toContain('There is load up to 29 Nov')
  await stale.close()
  const calm = await openConsole({ ...createFixture(), load: createFixtureLoad({ calm: true }) })
  const { page } = await calm.visit('/load?view=gameday')
  expect(await page.locator('h1').textContent()).toContain('the servers that run hold it')
  await page.getByRole('button', { name: /^Copy: storewright load gameday/ }).waitFor()
  await calm.close()
})
