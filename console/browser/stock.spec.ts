import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAccessibility } from './accessibility.ts'
import { createFixture } from './fixture.ts'
import { createFixtureFulfilment } from './fixture-fulfilment.ts'
import { type Console, openConsole, untilSettled } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole({ ...createFixture(), fulfilment: createFixtureFulfilment() })
})
afterAll(() => site.close())

test('stock comes with what loses most first, and one product says why', async () => {
  const { page, problems, close } = await site.visit('/stock')
  expect(await page.locator('h1').textContent()).toMatch(
    /^\d+ products run out before more can come; \d+ are out already\. Most is lost on /,
  )
  await page.locator('#row-0').waitFor()
  expect(await page.locator('#row-0 .chip').textContent()).toMatch(/^▲/)
  await page.locator('#grid').focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('.panel')
  await panel.getByText('What happened lately').waitFor()
  expect(await panel.locator('.lead').textContent()).toMatch(/missed/)
  expect(await panel.getByText('basket-31').count()).toBe(1)
  const product = new URL(page.url()).searchParams.get('product')
  expect(product).toMatch(/^P\d+$/)
  const demand = panel.getByRole('link', { name: 'What will sell of it' })
  expect(await demand.getAttribute('href')).toBe(`/demand?product=${product}`)
  await panel.getByRole('link', { name: 'W-10007' }).waitFor()
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).search).toBe('')
  expect(problems).toEqual([])
  await close()
})

test('a bar or a row of the table opens one site alone, and the way back', async () => {
  const { page, problems, close } = await site.visit('/stock')
  await page.locator('#row-0 .site-strip [data-site] .reach').first().click()
  const panel = page.locator('.panel')
  await panel.getByRole('button', { name: 'All sites', exact: true }).waitFor()
  const at = new URL(page.url()).searchParams.get('at')
  await panel.locator('.site-name[aria-pressed="false"]').first().click()
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).not.toBe(at)
  await panel.getByRole('button', { name: 'All sites', exact: true }).click()
  expect(new URL(page.url()).searchParams.get('at')).toBe(null)
  expect(problems).toEqual([])
  await close()
})

test('filters by site, state and words stand in the address and let go', async () => {
  const { page, close } = await site.visit('/stock')
  await page.getByLabel('SiteAll sites').selectOption({ index: 3 })
  await page.getByRole('heading', { level: 1, name: /^At .+: / }).waitFor()
  await page.getByLabel('StateAny state').selectOption('ok')
  await page.locator('#row-0 .chip.ok').waitFor()
  const { searchParams } = new URL(page.url())
  expect([searchParams.get('site'), searchParams.get('state')]).toEqual([
    expect.stringContaining('FC'),
    'ok',
  ])
  await page.locator('#find').fill('no such thing')
  await page.getByRole('button', { name: 'Show all products' }).click()
  await page.locator('#row-0').waitFor()
  expect(new URL(page.url()).search).toBe('')
  await page.getByRole('button', { name: 'On hand' }).click()
  await page.locator('th[aria-sort="descending"]', { hasText: 'On hand' }).waitFor()
  await close()
})

test('the last of 100,000 products is drawn at once, and few rows with it', async () => {
  const fulfilment = createFixtureFulfilment({ products: 100_000 })
  const own = await openConsole({ ...createFixture(), fulfilment })
  const { page } = await own.visit('/stock?sort=title')
  await page.locator('#row-0').waitFor()
  await page.locator('#grid').focus()
  await page.keyboard.press('End')
  await page.locator('#row-99999').waitFor()
  await page.locator('#row-99999 .chip').waitFor()
  expect(await page.locator('#grid tbody tr').count()).toBeLessThan(50)
  await own.close()
})

test('an old forecast says how old it is', async () => {
  const fulfilment = createFixtureFulfilment({ stale: true })
  const own = await openConsole({ ...createFixture(), fulfilment })
  const { page, shifts } = await own.visit('/stock', { slow: true })
  expect(await page.locator('.note').textContent()).toContain('◆ The forecast ended 3 days ago')
  await page.locator('#row-0').waitFor()
  expect(await shifts()).toEqual([])
  await own.close()
})

test('a store without stock says how counts come in', async () => {
  const fulfilment = createFixtureFulfilment({ products: 0 })
  const own = await openConsole({ ...createFixture(), fulfilment })
  const { page } = await own.visit('/stock')
  await page.getByRole('heading', { level: 1, name: 'Nothing is in stock yet' }).waitFor()
  await page.getByRole('button', { name: /^Copy: curl/ }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/stock/events -H')
  await own.close()
})

test.each([
  ['laptop', 'light'],
  ['laptop', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
] as const)('an open product on a %s, %s can be read by all', async (size, scheme) => {
  const visited = await site.visit('/stock', { size, scheme, slow: true })
  const { page } = visited
  await page.locator('#row-2').click({ position: { x: 20, y: 10 } })
  await page.locator('.timeline').waitFor()
  await untilSettled(page)
  await visited.picture(`stock-open-${size}-${scheme}`)
  expect(await checkAccessibility(page)).toEqual([])
  expect(await visited.shifts()).toEqual([])
  const sticksOut = await page.evaluate(() =>
    [document.documentElement, document.querySelector('.panel')!].map(
      ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
    ),
  )
  expect(Math.max(...sticksOut)).toBeLessThanOrEqual(0)
  expect(visited.problems).toEqual([])
  await visited.close()
})
