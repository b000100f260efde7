import type { ForecastErrors, SinceLast } from './kept-errors.ts'

const DAY_MS = 86_400_000

const percent = (share: number) => `${Math.round(100 * Math.abs(share))} %`

/** A distance ahead as people say it: an hour, 6 hours, a day, 30 days. */
export function aheadWords(ms: number): string {
  const hours = ms / 3_600_000
  if (hours <= 1) return 'an hour'
  if (hours < 24) return `${hours} hours`
  return hours === 24 ? 'a day' : `${Math.round(hours / 24)} days`
}

/** How far off forecasts were: "A day ahead the mean miss was 9 % of the load, 14 days ahead 19 %." */
export function sentenceOfErrors({ basis, versions, byHorizon }: ForecastErrors): string {
  const [first, last] = [byHorizon.find(({ upToMs }) => upToMs >= DAY_MS), byHorizon.at(-1)]
  if (basis === 'none' || first === undefined || last === undefined) {
    return 'No forecast has met its time yet: errors are told once load has come.'
  }
  const far = last === first ? '' : `, up to ${aheadWords(last.upToMs)} ahead ${percent(last.wape)}`
  const from =
    basis === 'kept'
      ? `${versions} kept ${versions === 1 ? 'version' : 'versions'}`
      : `${versions} forecasts made in hindsight, from what was known before; kept versions take their place once they have met their time`
  return `Up to ${aheadWords(first.upToMs)} ahead hours were missed by ${percent(first.wape)} of the load${far} (${from}).`
}

/** What would help most, beyond what nobody can know; undefined where nothing is known. */
export function adviceOf({ reductions }: ForecastErrors): string | undefined {
  const best = reductions.find(({ what }) => what !== 'noise')
  if (best === undefined || best.share < 0.01) return reductions[0]?.advice
  return `${best.advice} That is ${percent(best.share)} of the error.`
}

/** The change since the last forecast in a sentence. */
export function describeSince({ change, days, bandRatio, beforeAtMs }: SinceLast): string {
  const since = new Date(beforeAtMs).toISOString().slice(0, 10)
  const direction = change >= 0 ? 'more' : 'less'
  const whole =
    Math.abs(change) < 0.005
      ? `Since the forecast of ${since} nothing changed in all`
      : `${percent(change)} ${direction} than in the forecast of ${since}`
  const [most] = days
  const day =
    most === undefined || most.before <= 0 || Math.abs(most.now / most.before - 1) < 0.01
      ? ''
      : `; most on ${new Date(most.startMs).toISOString().slice(0, 10)} (${most.now >= most.before ? '+' : '−'}${percent(most.now / most.before - 1)})`
  const band =
    Math.abs(bandRatio - 1) < 0.05
      ? ''
      : `; bands are ${percent(bandRatio - 1)} ${bandRatio > 1 ? 'wider' : 'narrower'}`
  return `${whole}${day}${band}.`
}
