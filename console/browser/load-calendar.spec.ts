import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { createFixtureLoad } from './fixture-load.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole({ ...createFixture(), load: createFixtureLoad() })
})
afterAll(() => site.close())

test('a team confirms what is planned, another disputes it with its own number', async () => {
  const { page, problems, close } = await site.visit('/load?view=calendar')
  await page.getByRole('heading', { name: /3 of 3 services have not answered/ }).waitFor()
  await page.locator('#row-0').click()
  const panel = page.locator('.panel')
  await panel.getByRole('button', { name: 'Confirm for Pages' }).click()
  await page.locator('.toast', { hasText: 'Confirmed for web.' }).waitFor()
  await panel.getByRole('button', { name: 'Dispute for Carts' }).click()
  const form = panel.getByRole('form', { name: 'Dispute for Carts' })
  await form.getByLabel('Peak a minute').fill('1600')
  await form.getByRole('button', { name: 'Dispute', exact: true }).click()
  expect(await form.getByRole('alert').textContent()).toContain('Say why')
  await form.getByLabel('Reason').fill('baskets are smaller')
  await form.getByRole('button', { name: 'Dispute', exact: true }).click()
  await page.locator('.toast', { hasText: 'Disputed for cart' }).waitFor()
  expect(await panel.locator('.answers li').first().textContent()).toContain('baskets are smaller')
  expect(await page.locator('#row-0 .chip').textContent()).toBe('▲1 disputed')
  await page.getByText('The forecast does not know the latest answers').waitFor()
  expect(problems).toEqual([])
  await close()
})

test('a planner enters an event, withdraws it and brings it back', async () => {
  const { page, problems, close } = await site.visit('/load?view=calendar')
  const form = page.getByRole('form', { name: 'Enter the event' })
  await form.getByLabel('Name', { exact: true }).fill('Winter sale')
  await form.getByLabel('Kind', { exact: true }).fill('sale')
  await form.getByLabel('Starts').fill('2026-12-22T19:00')
  await form.getByLabel('Ends').fill('2026-12-22T18:00')
  await form.getByRole('button', { name: 'Enter the event' }).click()
  expect(await form.getByRole('alert').textContent()).toContain('ends before it starts')
  await form.getByLabel('Ends').fill('2026-12-22T23:00')
  await form.getByRole('button', { name: 'Enter the event' }).click()
  await page.locator('.toast', { hasText: 'Winter sale entered' }).waitFor()
  const panel = page.locator('.panel')
  await panel.getByRole('heading', { name: /Winter sale/ }).waitFor()
  await panel.getByRole('button', { name: 'Withdraw' }).click()
  await panel.locator('.chip', { hasText: 'withdrawn' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'Winter sale changed' }).waitFor()
  expect(problems).toEqual([])
  await close()
})
