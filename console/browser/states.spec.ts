import { afterEach, expect, test } from 'vitest'
import type { StoreView } from '../../src/api/store-view.ts'
import { createFixture } from './fixture.ts'
import { createFixtureFulfilment } from './fixture-fulfilment.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
afterEach(() => site.close())

test.each([
  ...['demand', 'buying', 'search', 'outcome', 'load'].map(
    (name) => [name, 'storewright run --store gift-store'] as const,
  ),
  ['network', 'storewright network regions --apply --store gift-store'] as const,
])('an empty store says on %s what to run', async (name, command) => {
  site = await openConsole(createFixture({ empty: true }))
  const { page, picture, close } = await site.visit(`/${name}`)
  await page.getByRole('button', { name: `Copy: ${command}` }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command)
  expect(await page.locator('h1').count()).toBe(1)
  await picture(`${name}-empty`)
  await close()
})

test('an error says what happened and what still works, and can be tried again', async () => {
  let broken = true
  const whole = createFixture()
  const view: StoreView = {
    ...whole,
    async outcome() {
      if (broken) throw new Error('disk on fire')
      return whole.outcome()
    },
  }
  site = await openConsole(view)
  const { page, picture } = await site.visit('/outcome')
  const alert = page.getByRole('alert')
  expect(await alert.textContent()).toContain('Could not read the simulation')
  expect(await alert.textContent()).not.toContain('disk on fire')
  await picture('outcome-error')
  broken = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { level: 1, name: /Over 60 days/ }).waitFor()
})

test.each([
  ['orders', 'the orders', 'summary'],
  ['stock', 'the stock', 'stockSummary'],
] as const)('an error on %s says so, and can be tried again', async (name, what, method) => {
  let broken = true
  const whole = createFixtureFulfilment()
  const failing = async (): Promise<never> => {
    throw new Error('disk on fire')
  }
  const pages = new Proxy(whole.pages, {
    get: (of, key) => (broken && key === method ? failing : Reflect.get(of, key)),
  })
  site = await openConsole({ ...createFixture(), fulfilment: { ...whole, pages } })
  const { page } = await site.visit(`/${name}`)
  expect(await page.getByRole('alert').textContent()).toContain(`Could not read ${what}`)
  broken = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('#row-0').waitFor()
})

test('old data says how old it is and what makes it new', async () => {
  site = await openConsole(createFixture({ stale: true }))
  const { page, shifts } = await site.visit('/buying')
  expect(await page.locator('.stale').textContent()).toContain('3 days older')
  expect(await page.locator('.stale code').textContent()).toContain('storewright run')
  expect(await shifts()).toEqual([])
})

test('a server that is gone leaves what is shown and says that nothing was changed', async () => {
  site = await openConsole(createFixture())
  const { page } = await site.visit('/buying')
  await page.route('**/api/**', (route) => route.abort())
  await page.locator('.head .primary').click()
  await page
    .locator('.toast', { hasText: 'Nothing was changed: The server does not answer' })
    .waitFor()
  expect(await page.locator('#row-0').textContent()).toContain('proposed')
})

test('a server with a token asks for it once', async () => {
  site = await openConsole(createFixture(), { token: 'open-sesame' })
  const { page } = await site.visit('/buying')
  await page.locator('.head .primary').click()
  await page.getByLabel('Token', { exact: true }).fill('open-sesame')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('.toast', { hasText: 'approved' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'proposed again' }).waitFor()
})

test('a filter that matches nothing says so and lets go', async () => {
  site = await openConsole(createFixture())
  const { page } = await site.visit('/buying?q=zzz')
  await page.getByRole('button', { name: 'Show all lines' }).click()
  await page.locator('#row-0').waitFor()
})
