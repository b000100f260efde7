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

test('orders come worst first, and one tells its life', async () => {
  const { page, problems, close } = await site.visit('/orders')
  expect(await page.locator('h1').textContent()).toMatch(
    /^\d+ orders today; \d+ % of promises kept; \w+ are overdue; \w+ will arrive late because units were not/,
  )
  await page.locator('#row-0').waitFor()
  expect(await page.locator('#row-0 .chip').textContent()).toContain('overdue')
  await page.getByLabel('PromiseAny promise').selectOption('late')
  await page.locator('#row-0 .chip', { hasText: 'will be late' }).waitFor()
  await page.locator('#grid').focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('.panel')
  await panel.getByText('What happened').waitFor()
  expect(await panel.locator('.lead').textContent()).toContain('Its promise will break')
  await panel.locator('.box-way').first().waitFor({ state: 'attached' })
  expect(new URL(page.url()).searchParams.get('order')).toMatch(/^W-/)
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).searchParams.get('order')).toBe(null)
  expect(problems).toEqual([])
  await close()
})

test('new orders appear by themselves, and wait while somebody reads the list', async () => {
  const own = await openConsole({ ...createFixture(), fulfilment: createFixtureFulfilment() })
  const { page, problems, shifts } = await own.visit('/orders?sort=newest')
  const place = (orderId: string) =>
    page.request.post(`${own.url}/orders`, {
      data: {
        ...{ orderId, areaId: '06037' },
        lines: [{ productId: 'P00007', quantity: 1, unitPriceCents: 999 }],
      },
    })
  await page.locator('.count', { hasText: '260 orders' }).waitFor()
  await page.mouse.move(2, 2)
  await place('NEW-1')
  await page.locator('#row-0', { hasText: 'NEW-1' }).waitFor()
  await page.locator('.count', { hasText: '261 orders' }).waitFor()
  await page.locator('#row-3').hover()
  const before = (await shifts()).length
  await place('NEW-2')
  await page.getByRole('button', { name: 'Show new' }).waitFor()
  expect((await shifts()).slice(before)).toEqual([])
  expect(await page.locator('#row-0').textContent()).toContain('NEW-1')
  await page.getByRole('button', { name: 'Show new' }).click()
  await page.locator('#row-0', { hasText: 'NEW-2' }).waitFor()
  expect(problems).toEqual([])
  await own.close()
})

test('an empty store says how an order comes in; a sample is placed and undone', async () => {
  const fulfilment = createFixtureFulfilment({ orders: 0 })
  const own = await openConsole({ ...createFixture(), fulfilment })
  const { page } = await own.visit('/orders')
  await page.getByRole('heading', { level: 1, name: 'No order has come in yet' }).waitFor()
  await page.getByRole('button', { name: /^Copy: curl/ }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/orders -H')
  await page.getByRole('button', { name: 'Place a sample order' }).click()
  await page.locator('.panel').getByText('What happened').waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('#row-0 .chip', { hasText: 'cancelled' }).waitFor()
  await own.close()
})

test.each([
  ['laptop', 'light'],
  ['laptop', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
] as const)(
  'orders on a %s, %s can be read by all, and nothing sticks out',
  async (size, scheme) => {
    const visited = await site.visit('/orders', { size, scheme, slow: true })
    const { page } = visited
    await page.locator('#row-0').waitFor()
    await visited.picture(`orders-${size}-${scheme}`)
    expect(await page.locator('.primary:visible').count()).toBe(1)
    expect(await checkAccessibility(page)).toEqual([])
    expect(await visited.shifts()).toEqual([])
    await page.locator('#row-2').click()
    await page.locator('.timeline').waitFor()
    await untilSettled(page)
    await visited.picture(`orders-open-${size}-${scheme}`)
    expect(await checkAccessibility(page)).toEqual([])
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    expect(visited.problems).toEqual([])
    await visited.close()
  },
)
