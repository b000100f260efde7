import { type Decision, readDecisions, withLedger } from './decisions.ts'
import { readCalendarRecord } from './load/calendar-events.ts'
import { describeLoad, type LoadReport, readLoadReport } from './load/load-report.ts'
import { type NetworkStatus, networkStatus } from './network/operate.ts'
import { describeNetwork } from './network/report.ts'
import { type CurrentPlan, dayOrNever, readPlan } from './plan-lines.ts'
import type { ForecastNote } from './steps/forecast.ts'
import type { OutcomeNote } from './steps/simulate.ts'
import { storeSettings, withDatabase } from './store/store.ts'
import { currentVersion, requireVersion, type Version } from './versions.ts'

/** The results in force, ready to be written or printed. */
export interface Report {
  readonly store: string
  readonly currency: string
  readonly forecast: ForecastNote
  readonly plan: CurrentPlan
  /** Undefined in a store too young for a replay. */
  readonly outcome: OutcomeNote | undefined
  readonly network: NetworkStatus
  /** Undefined in a store that knows no load. */
  readonly load: LoadReport | undefined
}

/** Reads what is in force at `now` (epoch ms); throws ERR_STORE_EMPTY without forecast or plan. */
export async function readReport(folder: string, now: number): Promise<Report> {
  const network = await networkStatus(folder, now)
  const settings = storeSettings(folder)
  const decisions: Decision[] = await withLedger(folder, readDecisions)
  const record = await withLedger(folder, readCalendarRecord)
  return withDatabase(folder, 'read', async (db) => ({
    store: settings.store.name,
    currency: settings.store.currency,
    forecast: JSON.parse((await requireVersion(db, 'forecast')).note) as ForecastNote,
    plan: await readPlan(db, decisions),
    outcome: outcomeOf(await currentVersion(db, 'outcome')),
    network,
    load: await readLoadReport(db, record),
  }))
}

function outcomeOf(version: Version | undefined): OutcomeNote | undefined {
  return version === undefined ? undefined : (JSON.parse(version.note) as OutcomeNote)
}

function reportOutcome({ outcome, currency }: Report): string[] {
  if (outcome !== undefined) return describeOutcome(outcome, currency)
  return [
    'What would have happened?',
    '  The history is too short for a replay; storewright simulate says how much is needed.',
  ]
}

/** The outcome in force; throws ERR_STORE_EMPTY before the first simulation. */
export async function readOutcome(
  folder: string,
): Promise<{ readonly outcome: OutcomeNote; readonly currency: string }> {
  const { currency } = storeSettings(folder).store
  const version = await withDatabase(folder, 'read', (db) => requireVersion(db, 'outcome'))
  return { outcome: JSON.parse(version.note) as OutcomeNote, currency }
}

/** The forecast in force; throws ERR_STORE_EMPTY before the first one. */
export async function readForecastNote(folder: string): Promise<ForecastNote> {
  const version = await withDatabase(folder, 'read', (db) => requireVersion(db, 'forecast'))
  return JSON.parse(version.note) as ForecastNote
}

const TOP_LINES = 10

/** The report in words, a line an entry. */
export function describeReport(report: Report): string[] {
  const network = describeNetwork(report.network)
  return [
    ...describeForecast(report),
    '',
    ...describePlan(report),
    '',
    ...reportOutcome(report),
    ...(network.length === 0 ? [] : ['', ...network]),
    ...(report.load === undefined ? [] : ['', ...describeLoad(report.load, report.currency)]),
  ]
}

function describeForecast({ forecast, store }: Report): string[] {
  const models = Object.entries(forecast.chosen).sort((a, b) => b[1] - a[1])
  const top = models.slice(0, 4).map(([name, count]) => `${name} (${count})`)
  return [
    `${store}: what will sell?`,
    `  ${forecast.products} products, ${forecast.horizonDays} days from ${forecast.origin}.`,
    `  The chosen models beat the seasonal naive on ${percent(forecast.beatsNaive)} of products; scaled pinball loss ${forecast.scaledPinball.toFixed(3)} against ${forecast.naiveScaledPinball.toFixed(3)}.`,
    `  90 % bands held ${percent(forecast.coverage90)} of days. Most used: ${top.join(', ')}.`,
    ...describeSegments(forecast.segments ?? []),
  ]
}

/** Segments named in the report; the command lists all. */
const TOP_SEGMENTS = 5

/** Which models forecast the largest segments, and by how much they beat the floor. */
function describeSegments(segments: NonNullable<ForecastNote['segments']>): string[] {
  if (segments.length === 0) return []
  const largest = [...segments].sort((a, b) => b.products - a.products).slice(0, TOP_SEGMENTS)
  return [
    '  By volume, pattern and age (storewright forecast segments lists them all):',
    ...largest.map(({ sentence }) => `    ${sentence}`),
  ]
}

function describePlan({ plan, currency }: Report): string[] {
  const bought = plan.lines.filter((line) => line.quantity > 0)
  const money = moneyOf(currency)
  const { note } = plan
  const budget = note.budgetCents === null ? 'no limit' : money(note.budgetCents)
  const lines = [
    'What should I order?',
    `  ${bought.length} lines worth ${money(note.costCents)} (budget: ${budget}), expected to bring ${money(note.gainCents)} more than not ordering.`,
  ]
  if (note.assumedStock > 0) {
    lines.push(
      `  Stock is not in the feed for ${note.assumedStock} products: two weeks of recent sales stand in. Import a stock table for orders you can place.`,
    )
  }
  const width = Math.min(40, Math.max(7, ...bought.slice(0, TOP_LINES).map((l) => l.title.length)))
  lines.push(
    `  ${'#'.padStart(4)}  ${'product'.padEnd(width)}  ${'units'.padStart(6)}  ${'cost'.padStart(10)}  ${'gain'.padStart(10)}  ${'runs out'.padEnd(10)}  id`,
  )
  for (const line of bought.slice(0, TOP_LINES)) {
    lines.push(
      `  ${String(line.rank).padStart(4)}  ${shortened(line.title, width).padEnd(width)}  ${String(line.quantity).padStart(6)}  ${money(line.costCents).padStart(10)}  ${money(line.gainCents).padStart(10)}  ${dayOrNever(line.runOutDay).padEnd(10)}  ${line.productId}`,
    )
  }
  return lines
}

/** The outcome of the replay in words. */
export function describeOutcome(outcome: OutcomeNote, currency: string): string[] {
  const money = moneyOf(currency)
  const row = (name: string, profit: string, ...cells: string[]) =>
    `  ${name.padEnd(17)}  ${profit.padStart(29)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd()
  const lines = [
    'What would have happened?',
    `  ${outcome.products} products replayed over ${outcome.days} days, ${outcome.from} … ${outcome.to}, ${outcome.seeds} times with other lead times.`,
    row('policy', 'profit', 'lost margin', 'holding', 'orders', 'in stock', 'filled', 'turns'),
  ]
  for (const { name, totals, profitCents } of outcome.policies) {
    const interval = `${money(profitCents.mean)} (${money(profitCents.low)} … ${money(profitCents.high)})`
    lines.push(
      row(
        name,
        interval,
        money(totals.lostMarginCents),
        money(totals.holdingCents),
        Math.round(totals.orders).toLocaleString('en-GB'),
        percent(totals.inStockRate),
        percent(totals.fillRate),
        totals.turns.toFixed(1),
      ),
    )
  }
  lines.push(row('perfect foresight', money(outcome.boundProfitCents.mean)))
  lines.push(
    '  naive: order up to the average of the last four weeks; naive-replace: order what sold since the last time.',
  )
  const { gapClosed } = outcome
  if (gapClosed !== null) {
    lines.push(
      `  The plan closes ${percent(gapClosed.mean)} of the gap from the naive policy to perfect foresight (95 %: ${percent(gapClosed.low)} … ${percent(gapClosed.high)}).`,
    )
  }
  if (outcome.newProducts > 0) {
    lines.push(
      `  Left out: ${outcome.newProducts} products first sold within the window (${outcome.newProductsUnits} of ${outcome.units + outcome.newProductsUnits} units).`,
    )
  }
  return lines
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** Formats cents in a currency, whole units above a hundred. */
export function moneyOf(currency: string): (cents: number) => string {
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
  const whole = new Intl.NumberFormat('en-GB', { ...style, maximumFractionDigits: 0 })
  const exact = new Intl.NumberFormat('en-GB', style)
  return (cents) => (Math.abs(cents) >= 10_000 ? whole : exact).format(cents / 100)
}
