import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { type Console, openConsole } from './support.ts'

const PRODUCTS = 100_000
let site: Console
beforeAll(async () => {
  site = await openConsole(createFixture({ products: PRODUCTS }))
})
afterAll(() => site.close())

test('100,000 rows scroll: few are drawn, each frame costs less than a sixtieth of a second', async () => {
  const { page, close } = await site.visit('/demand')
  await page.locator('#row-0').waitFor()
  expect(await page.locator('.bar-row .count').textContent()).toBe('100,000 products')
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    const value = (name: string) => metrics.find((metric) => metric.name === name)!.value
    return value('ScriptDuration') + value('LayoutDuration') + value('RecalcStyleDuration')
  }
  const before = await busy()
  const frames = await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const count = 240
    for (let i = 0; i < count; i++) {
      scrollBy(0, 180)
      await frame()
    }
    return count
  })
  const perFrame = (1000 * ((await busy()) - before)) / frames
  console.log(`scrolling 100,000 rows: ${perFrame.toFixed(2)} ms of work a frame`)
  expect(perFrame).toBeLessThan(1000 / 60)
  expect(await page.locator('#grid tbody tr').count()).toBeLessThan(60)
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await page.locator(`#row-${PRODUCTS - 1}`).waitFor()
  expect(
    await page
      .locator(`#row-${PRODUCTS - 1}`)
      .getByRole('gridcell')
      .count(),
  ).toBeGreaterThan(3)
  await close()
})

test('sorts by a column, both ways, and keeps it in the address', async () => {
  const { page, close } = await site.visit('/demand')
  await page.getByRole('button', { name: 'Next 28' }).click()
  await page.waitForFunction(() => location.search.includes('sort=next28'))
  await page.waitForTimeout(400)
  const first = await page.locator('#row-0').textContent()
  await page.getByRole('button', { name: 'Next 28' }).click()
  await page.waitForTimeout(400)
  expect(await page.getByRole('columnheader', { name: 'Next 28' }).getAttribute('aria-sort')).toBe(
    'ascending',
  )
  expect(await page.locator('#row-0').textContent()).not.toBe(first)
  await close()
})

test('opens a product: curve, parts, models; and compares all models', async () => {
  const { page, problems, close } = await site.visit('/demand?product=20007')
  await page.locator('.panel canvas').waitFor()
  expect(await page.locator('.panel').textContent()).toContain('How each model did on the past')
  expect(await page.locator('.panel .chosen').count()).toBe(1)
  await page.getByRole('button', { name: 'Compare models' }).click()
  await page.getByRole('heading', { name: 'How the models compare' }).waitFor()
  expect(problems).toEqual([])
  await close()
})

test('the chart zooms by dragging and by keys', async () => {
  const { page, close } = await site.visit('/demand?product=20007')
  const chart = page.locator('.panel .chart')
  await chart.locator('canvas').waitFor()
  const picture = () =>
    chart.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const before = await picture()
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.4, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 })
  await page.mouse.up()
  const dragged = await picture()
  expect(dragged).not.toBe(before)
  await chart.focus()
  await page.keyboard.press('0')
  expect(await picture()).not.toBe(dragged)
  await close()
})

test('on a phone the row opens over the page and Esc goes back', async () => {
  const { page, close } = await site.visit('/demand', { size: 'phone' })
  await page.locator('#row-0').tap()
  await page.locator('.panel canvas').waitFor()
  const { width } = (await page.locator('.panel').boundingBox())!
  expect(width).toBe(390)
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press('Tab')
    const inside = await page.evaluate(() => {
      const at = document.activeElement
      return at === document.body || at?.closest('.panel') !== null
    })
    expect(inside).toBe(true)
  }
  await page.getByLabel('Close panel (Esc)').tap()
  expect(await page.locator('.panel:visible').count()).toBe(0)
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('grid')
  await close()
})
