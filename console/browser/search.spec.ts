import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StoreView } from '../../src/api/store-view.ts'
import { checkAccessibility } from './accessibility.ts'
import { createFixture } from './fixture.ts'
import { type Console, openConsole, untilSettled } from './support.ts'

let site: Console
beforeEach(async () => {
  site = await openConsole(createFixture())
})
afterEach(() => site.close())

const box = (page: Page) => page.getByRole('combobox', { name: 'Search as a customer' })
const options = (page: Page) =>
  page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
const total = (page: Page) => page.locator('.understood b').textContent()

test('results and completions follow the typing; arrows choose, Enter takes, Esc puts away', async () => {
  const { page, problems } = await site.visit('/search')
  const bodies: { log?: boolean; unfinished?: boolean }[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/search')) {
      bodies.push(request.postDataJSON())
    }
  })
  await page.keyboard.press('/')
  await page.keyboard.type('lun', { delay: 20 })
  await options(page).first().waitFor()
  expect(await box(page).getAttribute('aria-expanded')).toBe('true')
  await expect.poll(() => page.locator('#row-0').textContent()).toContain('Lunch bag')
  expect(bodies.at(-1)).toMatchObject({ log: false, unfinished: true })
  await page.keyboard.press('ArrowDown')
  const active = await box(page).getAttribute('aria-activedescendant')
  expect(active).toBe('suggestion-0')
  expect(await page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true')
  const taken = await page.locator(`#${active} span`).textContent()
  await page.keyboard.press('Enter')
  expect(await box(page).inputValue()).toBe(taken)
  expect(await box(page).getAttribute('aria-expanded')).toBe('false')
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(taken)
  await expect.poll(() => bodies.at(-1)?.unfinished).toBe(false)
  await page.keyboard.press('ArrowDown')
  await options(page).first().waitFor()
  await page.keyboard.press('Escape')
  expect(await options(page).count()).toBe(0)
  expect(await box(page).inputValue()).toBe(taken)
  expect(bodies.every(({ log }) => log === false)).toBe(true)
  expect(problems).toEqual([])
})

test('an answer that comes late does not replace a newer one', async () => {
  const { page } = await site.visit('/search')
  let letGo = () => {}
  const held = new Promise<void>((done) => {
    letGo = done
  })
  await page.route('**/search', async (route) => {
    const { query } = route.request().postDataJSON() as { query: string }
    if (query === 'bunting') await held
    await route.continue().catch(() => undefined)
  })
  const asked = page.waitForRequest((request) => request.postData()?.includes('bunting') === true)
  await box(page).fill('bunting')
  await asked
  await box(page).fill('doormat')
  await expect.poll(() => page.locator('#row-0').textContent()).toContain('Doormat')
  letGo()
  await untilSettled(page)
  await page.waitForTimeout(250)
  expect(await page.locator('#row-0').textContent()).toContain('Doormat')
})

test('facets narrow, each condition has a way out, and all of it is in the address', async () => {
  const { page, close } = await site.visit('/search?q=christmas')
  const before = await total(page)
  await page.getByRole('checkbox', { name: 'Christmas' }).check()
  const chip = page.getByRole('button', { name: 'Without Category: Christmas' })
  await chip.waitFor()
  await page.locator('.ranges button').first().click()
  await expect.poll(() => total(page)).not.toBe(before)
  const narrowed = (await total(page))!.split(' in ')[0]
  const { pathname, search } = new URL(page.url())
  const again = await site.visit(pathname + search)
  expect((await total(again.page))!.split(' in ')[0]).toBe(narrowed)
  expect(await again.page.locator('.chosen-filters li').count()).toBe(2)
  await again.close()
  await page.locator('.chosen-filters button').first().click()
  await page.locator('.chosen-filters button').first().click()
  await expect
    .poll(async () => (await total(page))!.split(' in ')[0])
    .toBe(before!.split(' in ')[0])
  await page.getByLabel('Order').selectOption('price:rising')
  await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('price:rising')
  const isRising = async (): Promise<boolean> => {
    const cells = await page.locator('#grid tbody td.end').allTextContents()
    const prices = cells.map((text) => Number(text.replace(/[^\d.]/g, '')))
    return prices.every((price, i) => i === 0 || price >= prices[i - 1]!)
  }
  await expect.poll(isRising).toBe(true)
  await close()
})

/** Numbers of the waterfall of the open result: the parts, then their sum. */
async function scoreOf(page: Page): Promise<{ parts: number[]; sum: number }> {
  const chart = page.getByRole('listbox', { name: 'Parts of the score' })
  await chart.waitFor()
  const texts = await chart.locator('.num').allTextContents()
  const parts = texts.map((text) => Number(text.replace('−', '-').replace('+', '')))
  const sum = parts.pop()!
  return { parts, sum }
}

test('a result says why it stands there: parts that sum, ranks by arm', async () => {
  const { page, problems } = await site.visit('/search?q=lunch+bag')
  await page.locator('#grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const { parts, sum } = await scoreOf(page)
  expect(parts.length).toBeGreaterThan(1)
  expect(Math.abs(parts.reduce((a, b) => a + b, 0) - sum)).toBeLessThanOrEqual(
    5e-4 * (parts.length + 1),
  )
  expect(await page.locator('.panel .lead').textContent()).toMatch(/Its score comes mostly from/)
  expect(await page.locator('.panel .facts tbody tr').count()).toBeGreaterThan(1)
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).searchParams.get('result')).toBe(null)
  expect(problems).toEqual([])
})

test('what each arm brought is read by keys; the default can be put beside the learned one', async () => {
  const { page } = await site.visit('/search?q=lunch+bag')
  const blend = page.getByRole('listbox', { name: 'What each arm brought' })
  await blend.focus()
  await page.keyboard.press('ArrowDown')
  const told = await blend.locator('+ .readout').textContent()
  expect(told).toMatch(/Words by field: asked for 100, brought \d+, .*; \d+ of the 24 shown\./)
  expect(await blend.getByRole('option').first().getAttribute('aria-label')).toBe(told)
  const asked = page.waitForRequest((request) => request.url().endsWith('/search'))
  await page.getByText('Default', { exact: true }).click()
  expect((await asked).postDataJSON()).toMatchObject({ configuration: 'default' })
  expect(new URL(page.url()).searchParams.get('with')).toBe('default')
})

test('further results come when asked for', async () => {
  const { page } = await site.visit('/search?q=bag')
  await page.getByRole('button', { name: /^Show \d+ more of/ }).click()
  await expect
    .poll(async () => Number(await page.locator('#grid').getAttribute('aria-rowcount')))
    .toBeGreaterThan(25)
})

test('a result is judged by hand, and the judgment is taken back', async () => {
  const { page } = await site.visit('/search?q=lunch+bag')
  await page.locator('#row-1').click()
  const good = page.getByRole('button', { name: '3 Good' })
  await good.click()
  const toast = page.locator('.toast')
  await page.locator('.toast', { hasText: 'Judged good for “lunch bag”' }).waitFor()
  expect(await good.getAttribute('aria-pressed')).toBe('true')
  expect(await page.locator('.judge').textContent()).toContain('Judged good by ada')
  await toast.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => good.getAttribute('aria-pressed')).toBe('false')
})

test('a result is pinned as a rule, which is listed, and taken out and put back', async () => {
  const { page } = await site.visit('/search?q=lunch+bag')
  await page.locator('#row-3').click()
  await page.getByRole('spinbutton', { name: 'Place' }).fill('2')
  await page.getByRole('button', { name: 'Pin at 2' }).click()
  await page.locator('.toast', { hasText: 'in force' }).waitFor()
  await page.getByText('Rules and models').click()
  const list = page.getByRole('region', { name: 'Rules in force' })
  await list.getByText(/^Pin .* at 2$/).waitFor()
  await list.getByRole('button', { name: /^Take out/ }).click()
  await page.locator('.toast', { hasText: 'is taken out' }).waitFor()
  expect(await list.getByRole('listitem').count()).toBe(0)
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await list.getByText(/^Pin .* at 2$/).waitFor()
})

test('a rule for all products of a category is set, listed and taken out', async () => {
  const { page, problems, picture } = await site.visit('/search?view=rules')
  const list = page.getByRole('region', { name: 'Rules in force' })
  const form = page.getByRole('region', { name: 'Set a rule for a brand or category' })
  const bury = form.getByRole('button', { name: 'Bury' })
  expect(await bury.isDisabled()).toBe(true)
  await form.getByRole('combobox', { name: 'Field' }).selectOption('category')
  const value = form.getByRole('combobox', { name: 'Value' })
  await value.fill('No such category')
  await value.press('Tab')
  await form.getByText('No product has this value.').waitFor()
  expect(await bury.isDisabled()).toBe(true)
  const known = await form.locator('datalist option').first().getAttribute('value')
  await value.fill(known!)
  await value.press('Tab')
  await form.getByText(/products? ha(s|ve) it/).waitFor()
  await form.getByRole('combobox', { name: 'For which queries' }).selectOption('has')
  expect(await bury.isDisabled()).toBe(true)
  await form.getByRole('textbox', { name: 'Words of the query' }).fill('bag')
  await form.getByRole('spinbutton', { name: 'Strength, σ' }).fill('2')
  await picture('search-rule-by-field')
  await form.getByRole('button', { name: 'Lower' }).click()
  await page.locator('.toast', { hasText: 'in force' }).waitFor()
  await list.getByText(`Lower all with category ${known} by 2 σ`).waitFor()
  await list.getByText(/for what has “bag”/).waitFor()
  await list.getByRole('button', { name: /^Take out/ }).click()
  await page.locator('.toast', { hasText: 'is taken out' }).waitFor()
  expect(await list.getByRole('listitem').count()).toBe(0)
  expect(problems).toEqual([])
})

test('older models and the policy are a step away, and so is the way back', async () => {
  const { page } = await site.visit('/search?view=rules')
  await page.getByRole('button', { name: 'Go back to this one: version 3' }).click()
  await page.locator('.toast', { hasText: 'version 3 answer now' }).waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'version 4 answer again' }).waitFor()
  await page.getByRole('button', { name: 'Switch it off' }).click()
  await page
    .getByRole('region', { name: /Learned policy/ })
    .getByText('◆ off')
    .waitFor()
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page
    .getByRole('region', { name: /Learned policy/ })
    .getByText('● on')
    .waitFor()
  const copy = page.getByRole('button', { name: /^Copy: storewright search train/ })
  await copy.click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('search train')
})

test('two configurations: largest loss first, one query side by side with its moves', async () => {
  const { page, problems } = await site.visit('/search?view=compare')
  await page.locator('#row-0').waitFor()
  expect(await page.locator('.difference').textContent()).toContain('+0.006 to +0.036')
  const changes = await page.locator('#grid tbody tr td:nth-child(4)').allTextContents()
  expect(changes[0]).toMatch(/^▼ −/)
  const values = changes.map((text) =>
    text.includes('same') ? 0 : Number(text.slice(2).replace('−', '-').replace('+', '')),
  )
  expect(values).toEqual(values.toSorted((a, b) => a - b))
  await page.getByRole('button', { name: 'Change' }).click()
  await page.locator('#row-0', { hasText: '▲ +' }).waitFor()
  expect(new URL(page.url()).searchParams.get('order')).toBe('best')
  await page.getByRole('button', { name: 'Change' }).click()
  await page.locator('#row-0', { hasText: '▼ −' }).waitFor()
  await page.locator('#grid').focus()
  await page.keyboard.press('Enter')
  await page.locator('.sides li').first().waitFor()
  const moves = await page
    .getByRole('region', { name: 'Learned order' })
    .locator('small')
    .allTextContents()
  expect(moves.length).toBeGreaterThan(0)
  for (const move of moves) expect(move).toMatch(/^(▲ up \d+|▼ down \d+|◆ new here|= as before)$/)
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).searchParams.get('compared')).toBe(null)
  await page.getByText('Judged', { exact: true }).click()
  expect(new URL(page.url()).searchParams.get('set')).toBe('judged')
  expect(problems).toEqual([])
})

test('a query of the report is tried with one key, and the way back is the browser’s', async () => {
  const { page } = await site.visit('/search?view=report')
  await page.locator('#row-0').waitFor()
  expect(await page.locator('.tiles').textContent()).toContain('4.7')
  await page.getByText('No click', { exact: true }).click()
  await page.locator('#row-0', { hasText: 'red bag small' }).click()
  expect(await box(page).inputValue()).toBe('red bag small')
  await page.goBack()
  await page.locator('#row-0', { hasText: 'red bag small' }).waitFor()
})

test.each(['laptop', 'phone'] as const)(
  'what opens on a %s can be read by all, and nothing sticks out',
  async (size) => {
    for (const path of [
      'q=lunch+bag&panel=blend',
      'q=lunch+bag&result=ID',
      'view=compare&compared=lunch+bag',
    ]) {
      const first = await site.visit('/search?q=lunch+bag', { size })
      await first.page.locator('#row-0').click()
      const id = new URL(first.page.url()).searchParams.get('result')!
      await first.close()
      const visited = await site.visit(`/search?${path.replace('ID', id)}`, {
        size,
        scheme: 'dark',
      })
      const { page } = visited
      await page.locator('.panel:not(.idle) :is(.blend, .waterfall, .sides)').waitFor()
      await visited.picture(`search-${path.split(/[&=]/).at(-2)}-${size}`)
      expect(await checkAccessibility(page)).toEqual([])
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
      ).toBeLessThanOrEqual(0)
      await visited.close()
    }
  },
)

test('on a phone facets wait behind a button', async () => {
  const { page } = await site.visit('/search?q=christmas', { size: 'phone' })
  expect(await page.getByRole('checkbox').count()).toBe(0)
  await page.getByRole('button', { name: 'Narrow' }).click()
  await page.getByRole('checkbox', { name: 'Christmas' }).check()
  await page.getByRole('button', { name: 'Narrow (1)' }).waitFor()
})

test('nothing found says so and lets go of conditions', async () => {
  const filters = encodeURIComponent('[{"field":"price","from":90000}]')
  const { page } = await site.visit(`/search?q=lunch+bag&filters=${filters}`)
  await page.getByRole('button', { name: 'Without conditions' }).click()
  await page.locator('#row-0').waitFor()
  await box(page).fill('zzqqxx')
  await page.getByText('No arm found anything.').waitFor()
})

test('a search that fails leaves the answer before it, and says so', async () => {
  const { page } = await site.visit('/search?q=lunch+bag')
  await page.route('**/search', (route) => route.abort())
  await box(page).fill('bunting')
  await page.getByText('◆ The server does not answer. What you see is the answer before.').waitFor()
  expect(await page.locator('#row-0').textContent()).toContain('Lunch bag')
  await page.unroute('**/search')
  await box(page).fill('bunting vintage')
  await expect.poll(() => page.locator('#row-0').textContent()).toContain('bunting')
})

test('a report that fails leaves the search at work, and can be read again', async () => {
  const { page } = await site.visit('/demand')
  await page.route('**/api/search/report', (route) => route.abort())
  await page.getByRole('link', { name: /^Search/ }).click()
  await page.getByRole('heading', { level: 1, name: /could not be read/ }).waitFor()
  await page.locator('#row-0').waitFor()
  await page.unroute('**/api/search/report')
  await page.getByRole('button', { name: 'Read the report again' }).click()
  await page.getByRole('heading', { level: 1, name: /led to a click/ }).waitFor()
})

test('a store without searches to compare over says where they come from', async () => {
  const whole = createFixture()
  const { StorewrightError } = await import('../../src/core/errors.ts')
  const view: StoreView = {
    ...whole,
    search: {
      ...whole.search,
      async compare() {
        throw new StorewrightError('ERR_STORE_EMPTY', 'there are no such queries')
      },
    },
  }
  const own = await openConsole(view)
  const { page } = await own.visit('/search?view=compare&set=judged')
  await page.getByText('Nobody has judged a result yet.').waitFor()
  await own.close()
})

test('a server with a token asks for it once, and then searches', async () => {
  const own = await openConsole(createFixture(), { token: 'open-sesame' })
  const { page } = await own.visit('/search?q=lunch+bag')
  await page.getByRole('button', { name: 'Give the token' }).click()
  await page.getByLabel('Token', { exact: true }).fill('open-sesame')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('#row-0', { hasText: 'Lunch bag' }).waitFor()
  await own.close()
})
