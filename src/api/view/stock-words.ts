import type { StockRow, StockSummary } from '../schemas/stock-pages.ts'
import type { StockStand } from './stock-shelf.ts'
import { grouped, wordOf } from './words.ts'

/** A state in words, under the days that the stock lasts. */
export function stateWords(
  { state, zeroAt, nextDay, nextUnits }: StockStand,
  leadDays: number,
): string {
  switch (state) {
    case 'out':
      return nextUnits > 0
        ? `${grouped(nextUnits)} come in ${daysWords(nextDay)}`
        : 'none on its way'
    case 'soon':
      return `${daysWords((nextUnits > 0 && zeroAt < nextDay ? nextDay : leadDays) - zeroAt)} too soon`
    case 'low':
      return 'if sales are strong'
    case 'ok':
      return 'long enough'
    case 'still':
      return 'no sale is expected'
  }
}

/** Days in words: at least one. */
export function daysWords(days: number): string {
  const whole = Math.max(1, Math.round(days))
  return `${grouped(whole)} day${whole === 1 ? '' : 's'}`
}

interface Counted extends Pick<StockSummary, 'states' | 'products'> {
  readonly isForecast: boolean
}

/** The page's answer in words: what runs out before more can come, and what runs out first. */
export function summarySentence(
  { states, products, isForecast }: Counted,
  worst: { readonly title: string; readonly zeroAt: number } | undefined,
  site: string | undefined,
): string {
  const here = site === undefined ? '' : `At ${site}: `
  const say = (text: string) =>
    here === '' ? text.charAt(0).toUpperCase() + text.slice(1) : here + text
  if (products === 0) return say('nothing is in stock yet.')
  if (!isForecast) return say('nobody has forecast what will sell, so no run-out can be told.')
  const of = (name: string) => states.find(({ state }) => state === name)?.products ?? 0
  const [out, soon, low] = [of('out'), of('soon'), of('low')]
  if (out + soon === 0) {
    if (low === 0) return say('every product lasts until more can come.')
    const short = `${wordOf(low)} ${low === 1 ? 'is' : 'are'} too short if sales are strong`
    return say(`every product should last until more can come; ${short}.`)
  }
  const gone = `${productsWord(out)} ${out === 1 ? 'is' : 'are'} out of stock`
  if (soon === 0) return say(`${gone}; no other runs out before more can come.`)
  const runs = `${productsWord(soon)} ${soon === 1 ? 'runs' : 'run'} out before more can come`
  const rest = out === 0 ? '' : `; ${wordOf(out)} ${out === 1 ? 'is' : 'are'} out already`
  const first =
    worst === undefined ? '' : ` Most is lost on ${worst.title}, gone ${whenWords(worst.zeroAt)}.`
  return `${say(`${runs}${rest}.`)}${first}`
}

const productsWord = (count: number): string => `${wordOf(count)} product${count === 1 ? '' : 's'}`

const whenWords = (zeroAt: number): string =>
  zeroAt < 1 ? 'within a day' : `in ${daysWords(Math.floor(zeroAt))}`

/** Why a product runs out, or why not. `short` writes an ISO day as `5 Nov`. */
export function detailSentence(
  row: StockRow,
  site: string | undefined,
  leadDays: number,
  short: (day: string) => string,
): string {
  const { state, available, perDay, lostUnits } = row
  const where = site === undefined ? '' : ` at ${site}`
  const units = `${grouped(available)} unit${available === 1 ? '' : 's'}${where}`
  if (state === 'still') {
    return perDay === null
      ? `${units} can be sold. Nobody has forecast how many will be.`
      : `${units} can be sold. No sale is expected.`
  }
  const pace = `${paceWords(perDay ?? 0)} a day`
  const next =
    row.nextUnits > 0
      ? `${grouped(row.nextUnits)} more should arrive on ${short(row.nextOn)}`
      : `what is ordered today arrives on ${short(row.nextOn)}`
  const missed = `About ${paceWords(lostUnits)} sales are missed${row.nextUnits > 0 ? ` in the ${daysWords(leadDays)} that a new order takes` : ' until then'}.`
  if (state === 'out') return `Nothing is left${where}, and ${pace} would sell; ${next}. ${missed}`
  const until = row.runsOutOn === null ? 'more than a year' : `until ${short(row.runsOutOn)}`
  const lasts = `${units} last ${until} at ${pace}; ${next}.`
  if (state === 'soon') return `${lasts} ${missed}`
  return state === 'low'
    ? `${lasts} That is too short if sales are strong, one time in twenty.`
    : lasts
}

/** Units with as many digits as tell something. */
function paceWords(units: number): string {
  if (units >= 10) return grouped(Math.round(units))
  return String(Number(units.toPrecision(2)))
}
