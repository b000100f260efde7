import type { SearchLogReport, SearchService } from '../../loop/index.ts'
import type { SearchDay, SearchReport } from '../schemas/search-report.ts'

/** Days shown at the most, newest kept. */
const MOST_DAYS = 90

/** What the log says, as the reply of GET /api/search/report. */
export function searchReportReply(report: SearchLogReport, service: SearchService): SearchReport {
  const abouts = new Map(service.engine.parts.arms.map(({ arm }) => [arm.name, arm.about]))
  return {
    sentence: sentenceOf(report),
    all: dayOf(report.all),
    days: report.days.slice(-MOST_DAYS).map(dayOf),
    unanswered: report.unanswered.map(queryOf),
    unclicked: report.unclicked.map(queryOf),
    frequent: report.frequent.map(queryOf),
    arms: report.arms.map((arm) => ({ ...arm, about: abouts.get(arm.arm) ?? '' })),
  }
}

function sentenceOf({ all, unanswered, unclicked }: SearchLogReport): string {
  if (all.searches === 0) return 'Nobody has searched yet.'
  const share = (100 * all.withClick).toFixed(0)
  const empty = all.empty === 0 ? 'none' : `${(100 * all.empty).toFixed(1)} %`
  const worst = unanswered[0] ?? unclicked[0]
  const look =
    worst === undefined
      ? ''
      : ` Look at “${worst.text}” first: ${worst.searches} searches, ${unanswered[0] === worst ? 'no result' : 'no click'}.`
  return `${share} % of ${all.searches.toLocaleString('en')} searches led to a click, ${empty} found nothing.${look}`
}

function dayOf(tally: SearchLogReport['all']): SearchDay {
  return {
    day: tally.day ?? null,
    searches: tally.searches,
    withClick: known(tally.withClick),
    withCart: known(tally.withCart),
    withPurchase: known(tally.withPurchase),
    empty: known(tally.empty),
    reciprocalRank: known(tally.reciprocalRank),
    explored: known(tally.explored),
  }
}

function queryOf({
  text,
  searches,
  withClick,
  meanPosition,
  results,
}: SearchLogReport['frequent'][number]) {
  return {
    text,
    searches,
    withClick: known(withClick),
    meanPosition: known(meanPosition),
    results: known(results),
  }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
