import type { Command } from 'commander'
import { createStoreView } from '../../api/index.ts'
import { StorewrightError } from '../../core/errors.ts'
import { storeOption } from '../options.ts'
import { printData } from '../output.ts'

type View = ReturnType<typeof createStoreView>
type Why = NonNullable<Awaited<ReturnType<View['productWhy']>>>
type Detail = NonNullable<Awaited<ReturnType<View['demandProduct']>>>
type Segments = Awaited<ReturnType<View['segments']>>

/** forecast explain and forecast segments: why a forecast is what it is, and who made it. */
export function addExplainCommands(program: Command): void {
  const forecast = program.commands.find((command) => command.name() === 'forecast')
  if (forecast === undefined) {
    throw new StorewrightError('ERR_INTERNAL', 'there is no forecast command to add to')
  }
  addExplain(forecast)
  addSegments(forecast)
}

function addExplain(forecast: Command): void {
  storeOption(forecast.command('explain'))
    .description('why the forecast of a product is what it is, and what changed since the last one')
    .argument('<product>', 'product id')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  storewright forecast explain MUG-BLUE-11 --store my-store')
    .action(async (product: string, options: { store: string; json?: boolean }) => {
      const view = createStoreView(options.store, { clock: Date.now })
      const detail = await view.demandProduct(product)
      const why = await view.productWhy(product)
      if (detail === undefined || why === undefined) {
        throw new StorewrightError('ERR_ARGUMENT', `the forecast knows no product ${product}`, {
          next: `List the ids with storewright export products --store ${options.store}`,
        })
      }
      const { row, sentence } = detail
      printData(options.json === true, { product: row, sentence, ...why }, () =>
        describeWhy(detail, why).join('\n'),
      )
    })
}

function addSegments(forecast: Command): void {
  storeOption(forecast.command('segments'))
    .description('models compared by kind of product, least gain over the floor first')
    .option('--json', 'print as JSON')
    .action(async (options: { store: string; json?: boolean }) => {
      const list = await createStoreView(options.store, { clock: Date.now }).segments()
      printData(options.json === true, list, () => describeSegments(list).join('\n'))
    })
}

function describeWhy({ row, sentence, breakdown }: Detail, why: Why): string[] {
  const { contributions, change, likes, lost, events, substitutes } = why
  const lines = [`${row.productId}  ${row.title}`, sentence]
  if (contributions !== null) {
    lines.push('', `Why ${units(contributions.total)} units in ${contributions.days} days:`)
    lines.push(`  ${contributions.sentence}`, ...bars(contributions.parts, 'forecast'))
  } else if (breakdown !== null) {
    lines.push('', `Why ${breakdown.title}:`)
    lines.push(
      ...bars(
        breakdown.parts.map(({ label, value }) => ({ label, units: value })),
        'forecast',
      ),
    )
  }
  if (change !== null) {
    lines.push('', 'What changed since the last forecast:', `  ${change.sentence}`)
    lines.push(...bars(change.parts, 'change', true))
  }
  if (likes.length > 0) lines.push('', 'It is new and leans on:', ...likeLines(likes))
  if (lost !== null) lines.push('', 'Lost sales:', `  ${lost.sentence}`)
  if (events.length > 0) lines.push('', 'What occasions do to products like it:')
  lines.push(...table(events.map(eventCells)))
  if (substitutes.length > 0) lines.push('', 'When it, or one like it, is out of stock:')
  for (const { direction, probability, title, productId } of substitutes) {
    const who = direction === 'takes' ? 'of its customers take' : 'come from'
    lines.push(`  ${percent(probability)} ${who} ${title} (${productId})`)
  }
  return lines
}

/** Likes printed; the rest is counted. */
const FEW_LIKES = 5

function likeLines(likes: Why['likes']): string[] {
  const rest = likes.length > FEW_LIKES ? [`  … and ${likes.length - FEW_LIKES} more`] : []
  const rows = table(
    likes
      .slice(0, FEW_LIKES)
      .map(({ weight, unitsPerWeek, title, productId, reason }) => [
        percent(weight),
        `${units(unitsPerWeek)} a week`,
        `${title} (${productId})`,
        reason,
      ]),
  )
  return [...rows, ...rest]
}

function eventCells({ name, nextOn, peak, occurrences }: Why['events'][number]): string[] {
  const { offset, multiplier, low, high } = peak
  const before = offset === -1 ? '1 day before' : `${-offset} days before`
  const day = offset < 0 ? before : `day ${offset + 1}`
  return [
    name,
    nextOn ?? 'no date ahead',
    `×${multiplier.toFixed(2)} (×${low.toFixed(2)} … ×${high.toFixed(2)}) ${day}`,
    `learned from ${occurrences} ${occurrences === 1 ? 'date' : 'dates'}`,
  ]
}

const BAR_WIDTH = 40

/** Parts as a waterfall of text: each bar starts where the one before it ended. */
function bars(
  parts: readonly { readonly label: string; readonly units: number }[],
  sum: string,
  changes = false,
): string[] {
  const total = parts.reduce((all, part) => all + part.units, 0)
  let at = 0
  // What prints as zero, such as weekdays over whole weeks, is not told.
  const told = parts.filter((part) => /[1-9]/.test(units(part.units)))
  const spans = told.map(({ label, units: value }, i) => {
    const from = at
    at += value
    const text = changes || i > 0 ? signed(value) : units(value)
    return { label, text, from, to: at }
  })
  spans.push({ label: sum, text: changes ? signed(total) : units(total), from: 0, to: total })
  const low = Math.min(0, ...spans.map(({ to }) => to))
  const high = Math.max(0, ...spans.map(({ to }) => to))
  const column = (value: number) => Math.round(((value - low) / (high - low || 1)) * BAR_WIDTH)
  const rows = spans.map(({ label, text, from, to }) => {
    const [left, right] = [column(Math.min(from, to)), column(Math.max(from, to))]
    const mark = to < from ? '▒' : '█'
    const bar = mark.repeat(Math.max(from === to ? 0 : 1, right - left))
    return { label, text, bar: ' '.repeat(Math.min(left, BAR_WIDTH - 1)) + bar }
  })
  const wide = Math.max(...rows.map(({ label }) => label.length))
  const long = Math.max(...rows.map(({ text }) => text.length))
  return rows.map(({ label, text, bar }) =>
    `  ${label.padEnd(wide)}  ${text.padStart(long)}  ${bar}`.trimEnd(),
  )
}

/** Units with one decimal below twenty. */
function units(value: number): string {
  const size = Math.abs(value)
  const text = size < 20 ? size.toFixed(1) : Math.round(size).toLocaleString('en-GB')
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text
}

function signed(value: number): string {
  const text = units(value)
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

const percent = (share: number) => `${Math.round(100 * share)} %`
const figure = (value: number | null) => (value === null ? '–' : value.toFixed(2))

/** Rows as columns of equal width, indented. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]!.length)))
  return rows.map((row) =>
    `  ${row.map((cell, c) => cell.padEnd(widths[c]!)).join('  ')}`.trimEnd(),
  )
}

const HEAD = ['products that', 'products', 'floor', 'learned', 'combined', 'error', 'used', 'best']

function describeSegments({ sentence, segments, command }: Segments): string[] {
  if (segments.length === 0) {
    return [
      'The forecast in force compared no models by segment.',
      `Make one that does: ${command}`,
    ]
  }
  const rows = segments.map((one) => [
    one.label,
    one.products.toLocaleString('en-GB'),
    figure(one.floor),
    figure(one.learned),
    figure(one.combined),
    one.ratio === null ? '–' : one.ratio === 1 ? 'same' : signedPercent(one.ratio - 1),
    one.uses,
    one.learnedLabel ?? '–',
  ])
  return [
    sentence ?? '',
    '',
    ...table([HEAD, ...rows]),
    '',
    'Errors are scaled pinball losses on past days; error is that of what is used against the floor.',
  ]
}

function signedPercent(change: number): string {
  const size = Math.abs(100 * change)
  return `${change < 0 ? '−' : '+'}${size.toFixed(size < 2 ? 1 : 0)} %`
}
