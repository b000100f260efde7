import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole(createFixture())
})
afterAll(() => site.close())

test('a change that waits is applied from the list, undone from the message, and its panel says why', async () => {
  const { page, problems, close, picture } = await site.visit('/warehouse?view=changes')
  expect(await page.locator('h1').textContent()).toContain('1 more waits for your word')
  await page.getByRole('button', { name: 'Apply: sales in the order of product and day' }).click()
  await page.locator('.toast', { hasText: '1 change applied.' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: '1 change undone.' }).waitFor()
  await page.locator('#row-1').click()
  const panel = page.locator('.panel')
  await panel.getByText('Saves a day, predicted').waitFor()
  await panel.getByText('Statements that unmake it').click()
  expect(await panel.locator('details[open] pre').textContent()).toContain('DROP TABLE')
  await picture('warehouse-changes')
  expect(problems).toEqual([])
  await close()
})

test('a change that is being undone says so, takes no second click, and tells what came of it', async () => {
  const own = await openConsole(createFixture())
  const { page, problems, close, picture } = await own.visit('/warehouse?view=changes')
  let asked = 0
  let goOn = (): void => undefined
  const wait = new Promise<void>((done) => {
    goOn = done
  })
  await page.route(/actions\/undo/, async (route) => {
    asked++
    await wait
    await route.continue()
  })
  const button = page.getByRole('button', { name: /^Undo.*: trips by distance and delay/ })
  await button.click()
  await page.locator('.chip', { hasText: 'undoing' }).waitFor()
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  await button.press('Enter')
  await picture('warehouse-undoing')
  goOn()
  await page.locator('.toast', { hasText: '1 change undone.' }).waitFor()
  expect(asked).toBe(1)
  expect(await page.locator('.chip', { hasText: 'undoing' }).count()).toBe(0)
  expect(problems).toEqual([])
  await close()
  await own.close()
})

test('empty lists say what fills them, with the command to copy', async () => {
  const own = await openConsole(createFixture({ empty: true }))
  for (const [view, command] of [
    ['workload', 'storewright run --store gift-store'],
    ['changes', 'storewright warehouse advise --store gift-store'],
    ['left', 'storewright warehouse advise --store gift-store'],
  ]) {
    const { page, problems, close } = await own.visit(`/warehouse?view=${view}`)
    await page.getByRole('button', { name: `Copy: ${command}` }).waitFor()
    expect(problems).toEqual([])
    await close()
  }
  await own.close()
})

test('a change is refused with a reason', async () => {
  const own = await openConsole(createFixture())
  const { page, close } = await own.visit('/warehouse?view=changes&action=layout-sales')
  const form = page.getByRole('form', { name: 'Refuse the change' })
  await form.getByRole('button', { name: 'Refuse' }).click()
  expect(await form.getByRole('alert').textContent()).toContain('Say why')
  await form.getByLabel('Reason').fill('replaced next week')
  await form.getByRole('button', { name: 'Refuse' }).click()
  await page.locator('.toast', { hasText: 'not proposed again' }).waitFor()
  await close()
  await own.close()
})

test('statements are told before and after, and left as they are asked on a word', async () => {
  const { page, problems, close, picture } = await site.visit('/warehouse')
  await page.locator('#row-0').click()
  const panel = page.locator('.panel')
  await panel.locator('pre.sql').waitFor()
  await picture('warehouse-workload')
  const before = await page.locator('.chip', { hasText: 'turned off' }).count()
  await panel.getByRole('checkbox', { name: 'Tune these statements' }).uncheck()
  await page.locator('.toast', { hasText: 'run as they are asked' }).waitFor()
  expect(await page.locator('.chip', { hasText: 'turned off' }).count()).toBe(before + 1)
  expect(problems).toEqual([])
  await close()
})

test('what was left alone says why, on a phone as well', async () => {
  const { page, problems, close, picture } = await site.visit('/warehouse?view=left', {
    size: 'phone',
  })
  await page.getByText('sorting pays after 900 days').waitFor()
  await picture('warehouse-left-phone')
  expect(problems).toEqual([])
  await close()
})
