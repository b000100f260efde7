import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { createFixtureLoad } from './fixture-load.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole({ ...createFixture(), load: createFixtureLoad() })
})
afterAll(() => site.close())

test('the last event is played again as if it came live, labelled, and stopped', async () => {
  const { page, problems, close } = await site.visit('/load?view=live')
  await page.getByRole('heading', { name: /ran 17 % above its forecast/ }).waitFor()
  await page.getByRole('button', { name: '60 × as fast' }).click()
  const card = page.getByRole('region', { name: 'Event that is followed' })
  await card.getByRole('heading', { name: /runs 20 % above its forecast/ }).waitFor()
  const words = await card.textContent()
  expect(words).toContain('replay of what was recorded, 60 times as fast')
  expect(words).toContain('above its band')
  expect(words).toContain('74,400 a minute (70,100 – 81,000)')
  await card.getByRole('button', { name: 'Stop the replay' }).click()
  await page.getByRole('button', { name: '60 × as fast' }).waitFor()
  expect(problems).toEqual([])
  await close()
})
