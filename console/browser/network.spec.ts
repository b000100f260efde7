import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAccessibility } from './accessibility.ts'
import { createFixture } from './fixture.ts'
import { type Console, openConsole } from './support.ts'

let site: Console
beforeAll(async () => {
  site = await openConsole(createFixture())
})
afterAll(() => site.close())

test('the map tells regions and sites to the mouse and to keys, and keeps what is chosen', async () => {
  const { page, problems, close } = await site.visit('/network')
  const map = page.getByRole('listbox', { name: 'Regions and sites as planned' })
  expect(await map.getByRole('option').count()).toBeGreaterThan(8 + 24)
  const readout = page.locator('.map-card .readout')
  await map.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(await readout.textContent()).toMatch(
    /^R2: \d+\u00a0% of [\d,]+ orders a day filled inside/,
  )
  await page.keyboard.press('Enter')
  expect(new URL(page.url()).searchParams.get('region')).toBe('R2')
  expect(await page.locator('.region-chosen').textContent()).toContain('R2 fills')
  await page.locator('.site.stock').first().hover()
  expect(await readout.textContent()).toMatch(
    /fulfilment centre · [\d.,]+ of [\d,]+ m³ of stock placed/,
  )
  await page.locator('.site.stock').first().click()
  await page.getByRole('link', { name: 'What if it closes?' }).click()
  await page.getByRole('heading', { name: /^Without .* filled wholly inside/ }).waitFor()
  expect(problems).toEqual([])
  await close()
})

test('before and plan stand side by side, and say how they differ', async () => {
  const { page, close } = await site.visit('/network')
  await page.getByText('Side by side').click()
  await page.locator('.map-figure .region').nth(8).waitFor()
  const captions = await page.locator('figcaption').allTextContents()
  expect(captions[0]).toMatch(/^Before4 regions · \d+ lanes$/)
  expect(captions[1]).toMatch(/^Plan8 regions · \d+ lanes$/)
  expect(new URL(page.url()).searchParams.get('side')).toBe('both')
  await close()
})

test('each number of regions says why it was chosen or not', async () => {
  const { page, close } = await site.visit('/network')
  const curves = page.getByRole('region', { name: 'Number of regions' })
  expect(await curves.locator('.readout').textContent()).toContain('8 regions – ● chosen')
  await curves.getByRole('listbox').focus()
  await page.keyboard.press('End')
  expect(await curves.locator('.readout').textContent()).toContain('16 regions – ▲ not possible')
  await close()
})

test('lanes come worst first; one says why, when it leaves, and what else could be done', async () => {
  const { page, close } = await site.visit('/network?view=lanes')
  await page.locator('#row-0').waitFor()
  const empty = await page.locator('#grid tbody td:nth-child(2)').allTextContents()
  const money = empty.map((text) => Number(text.split('of')[0]!.replace(/[£,]/g, '')))
  expect(money).toEqual(money.toSorted((a, b) => b - a))
  await page.locator('#grid').focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('.panel')
  await panel.getByText('What else could be done').waitFor()
  expect(await panel.getByRole('row', { name: /^Close it/ }).count()).toBe(1)
  expect(await panel.locator('.week tr').count()).toBe(7)
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).searchParams.get('lane')).toBe(null)
  await page.getByLabel('Status').selectOption('closed')
  await page.locator('#row-0', { hasText: '○closed' }).waitFor()
  await close()
})

test('the trucks of a day are told by hour, and another day is one choice away', async () => {
  const { page, close } = await site.visit('/network?view=trucks')
  await page.getByRole('heading', { name: /trucks leave on Monday/ }).waitFor()
  await page.getByText('Fri', { exact: true }).click()
  await page.getByRole('heading', { name: /trucks leave on Friday/ }).waitFor()
  await page.getByRole('listbox', { name: 'Trucks by hour of departure' }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await page.locator('.hours .readout').textContent()).toMatch(/^00:00 – 01:00: /)
  await close()
})

test('a parcel’s route stands beside its alternatives, and the question is in the address', async () => {
  const { page, close } = await site.visit('/network?view=route')
  await page.getByLabel('To the area').fill('Los Angeles')
  await page.getByLabel('kg').fill('2.5')
  await page.getByRole('button', { name: 'Show its route' }).click()
  await page.getByRole('heading', { name: /to Los Angeles: the cheapest/ }).waitFor()
  expect(new URL(page.url()).searchParams.get('to')).toBe('06037')
  expect(new URL(page.url()).searchParams.get('kg')).toBe('2.5')
  expect(await page.locator('.ways tbody tr').count()).toBe(4)
  expect(await page.locator('.ways .taken').textContent()).toContain('taken: the cheapest')
  await close()
})

test('a store without route sets says how to build one', async () => {
  const own = await openConsole(createFixture({ untold: true }))
  const { page } = await own.visit('/network?view=route&to=06037')
  await page
    .getByRole('button', { name: 'Copy: storewright network routes --store gift-store' })
    .click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('network routes')
  await page.locator('.views label', { hasText: 'Lanes' }).click()
  await page.getByRole('heading', { name: /the plan of lanes has not been made/ }).waitFor()
  await own.close()
})

test('what if: sites by name and key, lanes, a storm on the map; the question is in the address', async () => {
  const { page, problems, close } = await site.visit('/network?view=what-if')
  await page.locator('.ask-note').waitFor()
  const now = page.getByRole('listbox', { name: 'Sites to close' })
  await now.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Without .* 65\.8 % of orders/ }).waitFor()
  expect(await now.locator('.closed').count()).toBe(1)
  // Closed in the second map too, and told in figures: now beside then.
  const left = page.getByRole('img', { name: 'What is left' })
  expect(await left.locator('.closed').count()).toBe(1)
  const parcels = page.getByRole('table', { name: 'Parcels on their way' })
  expect(await parcels.getByRole('row', { name: /^Arrive within 2 days/ }).textContent()).toContain(
    '61.0\u00a0%▲ 56.0\u00a0%',
  )
  const lane = await page.locator('#lanes-running option').first().getAttribute('value')
  await page.getByLabel('this lane were down').fill(lane!)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `× ${lane}` }).waitFor()
  const box = (await now.boundingBox())!
  await page.mouse.click(box.x + 0.42 * box.width, box.y + 0.3 * box.height)
  await page.getByRole('button', { name: '× storm of 150 km' }).waitFor()
  const narrow = Number(await now.locator('.storm').getAttribute('r'))
  await page.getByLabel('km around').fill('300')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '× storm of 300 km' }).waitFor()
  expect(Number(await now.locator('.storm').getAttribute('r'))).toBeCloseTo(2 * narrow, 3)
  const params = new URL(page.url()).searchParams
  expect([params.has('close'), params.has('down')]).toEqual([true, true])
  expect(params.get('storm')).toMatch(/^-?[\d.]+,-?[\d.]+,300$/)
  const again = await site.visit(`/network${new URL(page.url()).search}`)
  await again.page.locator('.closed-list button').nth(2).waitFor()
  await again.page.locator('.area-closed').first().waitFor({ state: 'attached' })
  await again.close()
  await page.getByRole('button', { name: '× storm of 300 km' }).click()
  await page.getByRole('button', { name: `× ${lane}` }).click()
  await page.locator('.closed-list button').click()
  await page.locator('.ask-note').waitFor()
  expect(problems).toEqual([])
  await close()
})

test('sites: steps by year and way of demand, each with its reason, in the address', async () => {
  const { page, problems, close } = await site.visit('/network?view=sites')
  await page.getByRole('heading', { name: /^Open a building in Dallas, TX in year 1/ }).waitFor()
  const map = page.getByRole('listbox', { name: 'Buildings' })
  expect(await map.getByRole('option').count()).toBe(26)
  await page.getByRole('radio', { name: 'Today' }).check()
  expect(new URL(page.url()).searchParams.get('year')).toBe('0')
  expect(await map.getByRole('option').count()).toBe(24)
  await page.getByRole('radio', { name: '4', exact: true }).check()
  await page.getByRole('radio', { name: 'low' }).check()
  expect(await page.locator('.closed').count()).toBe(2)
  await page.getByRole('radio', { name: 'high' }).check()
  await page.getByRole('button', { name: /^◆ Enlarge Dallas, TX \(new\)/ }).click()
  const chosen = page.locator('.region-chosen')
  expect(await chosen.textContent()).toContain('It happens only if high.')
  expect(await chosen.textContent()).toContain('--forbid NEW-48113')
  await map.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const address = new URL(page.url()).searchParams
  expect([address.get('scenario'), address.get('year')]).toEqual(['high', '4'])
  expect(address.get('step')).toContain('NEW-37119.3')
  await page.getByRole('listbox', { name: 'Year by year' }).focus()
  await page.keyboard.press('Home')
  expect(await page.locator('.curves .readout').textContent()).toMatch(/^Year 1, high: /)
  const again = await site.visit(`/network${new URL(page.url()).search}`)
  await again.page.locator('.region-chosen', { hasText: 'Mecklenburg' }).waitFor()
  expect(problems).toEqual([])
  await again.close()
  await close()
})

test('routes are switched, undone, switched again and rolled back', async () => {
  const { page, close } = await site.visit('/network?view=routes')
  await page.getByRole('button', { name: 'Switch to it: route set 2' }).click()
  const toast = page.locator('.toast', { hasText: 'Parcels take route set 2 from now on' })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'Rolled back' }).waitFor()
  await page.getByText('◆ rolled back').waitFor()
  await page.getByRole('button', { name: 'Switch to it: route set 1' }).click()
  await page.getByText('● 1 serves everyone').waitFor()
  await page.getByRole('button', { name: 'Roll back switch 2' }).click()
  await page.getByText('○ none serves yet').waitFor()
  await close()
})

test('who has not seen a switch is told, and sees it', async () => {
  const first = await site.visit('/network?view=routes')
  const second = await site.visit('/network?view=routes')
  await first.page.getByRole('button', { name: 'Switch to it: route set 2' }).click()
  await first.page.locator('.toast', { hasText: 'route set 2' }).waitFor()
  await second.page.getByRole('button', { name: 'Switch to it: route set 1' }).click()
  await second.page.locator('.toast', { hasText: 'Nothing was changed' }).waitFor()
  await second.page.getByText('● 2 serves everyone').waitFor()
  await first.page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await first.page.locator('.toast', { hasText: 'Rolled back' }).waitFor()
  await first.close()
  await second.close()
})

test('a newer plan is looked at, put in force, and taken back', async () => {
  const own = await openConsole(createFixture())
  const { page } = await own.visit('/network')
  await page.getByRole('link', { name: 'See the plan of 6 regions' }).click()
  await page.getByRole('heading', { level: 1, name: /6 regions would fill/ }).waitFor()
  await page.getByRole('button', { name: 'Put 6 regions in force' }).click()
  const toast = page.locator('.toast', { hasText: '6 regions of plan 4 are in force' })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast', { hasText: 'Regions 3 are in force again' }).waitFor()
  await page.getByRole('heading', { level: 1, name: /8 regions fill/ }).waitFor()
  await own.close()
})

test('a server with a token asks for it before a switch', async () => {
  const own = await openConsole(createFixture(), { token: 'open-sesame' })
  const { page } = await own.visit('/network?view=routes')
  await page.getByRole('button', { name: 'Switch to it: route set 2' }).click()
  await page.getByLabel('Token', { exact: true }).fill('open-sesame')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('● 2 serves everyone').waitFor()
  await own.close()
})

test.each(['laptop', 'phone'] as const)(
  'what opens on a %s can be read by all, and nothing sticks out',
  async (size) => {
    for (const path of [
      'view=what-if&close=SITE',
      'side=both',
      'view=lanes',
      'region=R3',
      'view=sites&step=open.NEW-48113.1.low.mid.high',
    ]) {
      const [place] = (await (await fetch(`${site.url}/api/network/places`)).json()).sites
      const visited = await site.visit(`/network?${path.replace('SITE', place.siteId)}`, {
        size,
        scheme: 'dark',
      })
      const { page } = visited
      if (path === 'view=lanes') await page.locator('#row-1').click()
      await page.locator('.effect, .maps.two .region, .week, .region-chosen').first().waitFor()
      await visited.picture(`network-open-${path.split(/[&=]/)[1]}-${size}`)
      expect(await checkAccessibility(page)).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
      await visited.close()
    }
  },
)
