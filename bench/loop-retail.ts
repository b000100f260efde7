// Invoices to report on the real gift shop: CPU, memory, and how much of the gap between the naive
// policy and perfect foresight the plan closes on the last 60 days (default costs, forecasts made
// only from what came before each day).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importIntoStore, initStore, readOutcome, runLoop } from '../src/loop/index.ts'
import { cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-bench-'))
const store = join(folder, 'store')
try {
  const feed = join(dataFolder(), 'retail', 'online-retail.csv.gz')
  const since = process.cpuUsage()
  await initStore(store, { timeZone: 'Europe/London' })
  await importIntoStore(store, feed, { adapter: 'invoices' })
  const steps = await runLoop(store, { now: Date.now() })
  const { outcome } = await readOutcome(store)
  const seconds = cpuSeconds(since)
  const data = `online retail invoices, ${outcome.products} products, replay ${outcome.from} … ${outcome.to}`
  printFigure({
    figure: 'loop-retail-cpu',
    value: rounded(seconds),
    unit: 'CPU s',
    target: 90,
    met: seconds < 90,
    data,
    seed: 1,
  })
  const ofSteps = steps.map((step) => [step.kind, step.cpuSeconds] as const)
  const rest = ofSteps.reduce((left, [, own]) => left - own, seconds)
  for (const [kind, own] of [['import', rest] as const, ...ofSteps]) {
    printFigure({
      figure: `loop-retail-cpu/${kind}`,
      value: rounded(own),
      unit: 'CPU s',
      data,
      seed: 1,
    })
  }
  const gigabytes = process.resourceUsage().maxRSS / 2 ** 20
  printFigure({
    figure: 'loop-retail-memory',
    value: rounded(gigabytes),
    unit: 'GB resident at most',
    target: 1.5,
    met: gigabytes < 1.5,
    data,
    seed: 1,
  })
  const profit = (name: string) =>
    outcome.policies.find((policy) => policy.name === name)!.profitCents
  const bound = outcome.boundProfitCents.mean
  for (const naive of ['naive', 'naive-replace']) {
    const from = profit(naive).mean
    const share = (cents: number) => (cents - from) / (bound - from)
    const { mean, low, high } = profit('plan')
    printFigure({
      figure: `replay-retail-gap-closed-from-${naive}`,
      value: rounded(share(mean), 3),
      unit: 'share of the profit between the naive policy and perfect foresight',
      interval: [rounded(share(low), 3), rounded(share(high), 3)],
      baseline: 0,
      target: '≥ 1/3',
      met: share(mean) >= 1 / 3,
      data,
      seed: `${outcome.seeds} replays`,
    })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
