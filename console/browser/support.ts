import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Listening, listen } from '../../src/api/server.ts'
import type { StoreView } from '../../src/api/store-view.ts'

export const CONSOLE_DIR = fileURLToPath(new URL('../../dist/console', import.meta.url))
const PICTURES = fileURLToPath(new URL('../../test-results/console', import.meta.url))

export const SIZES = {
  laptop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const

export interface Visit {
  readonly size?: keyof typeof SIZES
  readonly scheme?: 'light' | 'dark'
  /** Answers come late and one after the other, so that what waits for them is seen. */
  readonly slow?: boolean
}

/** A page with what went wrong on it, and how far its content jumped. */
export interface Visited {
  readonly page: Page
  readonly problems: string[]
  /** What jumped so far, and from where to where. */
  shifts(): Promise<string[]>
  picture(name: string): Promise<void>
  close(): Promise<void>
}

export interface Console {
  readonly url: string
  visit(path: string, visit?: Visit): Promise<Visited>
  close(): Promise<void>
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const SHIFT_SCRIPT = `
  window.shifts = []
  const boxOf = (rect) => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(' ')
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue
      for (const { node, previousRect, currentRect } of entry.sources) {
        const name = node?.outerHTML?.slice(0, 60) ?? node?.textContent ?? 'gone'
        window.shifts.push(name + ': ' + boxOf(previousRect) + ' → ' + boxOf(currentRect))
      }
    }
  }).observe({ type: 'layout-shift', buffered: true })
`

async function visitWith(
  browser: Browser,
  url: string,
  path: string,
  { size = 'laptop', scheme = 'light', slow = false }: Visit,
): Promise<Visited> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: scheme,
    hasTouch: size === 'phone',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  await page.addInitScript(SHIFT_SCRIPT)
  if (slow) {
    let asked = 0
    await page.route(/\/(api|search|suggest)(\/|$)/, async (route) => {
      if (route.request().resourceType() === 'document') return route.continue()
      asked++
      await new Promise((done) => setTimeout(done, 120 * asked))
      await route.continue()
    })
  }
  await page.goto(`${url}${path}`)
  await page.waitForLoadState('networkidle')
  return {
    page,
    problems,
    shifts: () => page.evaluate('window.shifts'),
    async picture(name) {
      await mkdir(PICTURES, { recursive: true })
      await page.screenshot({ path: `${PICTURES}/${name}.png` })
    },
    close: () => context.close(),
  }
}

/** Waits until what was asked has been answered and nothing moves any more. */
export async function untilSettled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== 'running' ||
          effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
      ),
  )
}

/** The built console over a store, served as it is in use, in a browser. */
export async function openConsole(
  view: StoreView,
  options: { token?: string } = {},
): Promise<Console> {
  if (!existsSync(`${CONSOLE_DIR}/index.html`)) {
    throw new Error('the console is not built: run npm run build:console')
  }
  const server: Listening = await listen({ view, consoleDir: CONSOLE_DIR, port: 0, ...options })
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: FLAGS,
  })
  return {
    url: server.url,
    visit: (path, visit = {}) => visitWith(browser, server.url, path, visit),
    async close() {
      await browser.close()
      await server.close(0)
    },
  }
}
