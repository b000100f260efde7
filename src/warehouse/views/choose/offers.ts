import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import { groupSizes } from '../../layout/door.ts'
import type { Catalogue } from '../read/catalogue.ts'
import type { ViewAdviceOptions } from './adviser.ts'
import type { Candidate } from './candidate.ts'
import { choose, type Offer } from './choose.ts'
import type { ReadDemand } from './demand.ts'
import { askingMs, buildingMs, joiningMs, judgingMs, servedStatementMs } from './effort.ts'
import { atBest, inLearnedOrder } from './order-rows.ts'
import { predictUpkeep } from './upkeep.ts'

/**
 * Offers, among which views of rows lie in an order that was learned for what they serve, where they
 * would be taken if it were the best there can be.
 */
export async function orderOffers(
  db: Database,
  catalogue: Catalogue,
  offers: readonly Offer[],
  options: ViewAdviceOptions,
): Promise<readonly Offer[]> {
  const [groupRows] = options.groupRows ?? (await groupSizes(db))
  const plain = new Map<Offer, Offer>()
  const servedBy = ({ savings }: Offer) => savings.map(({ demand }) => demand)
  const hopeful = offers.map((offer) => {
    const best = atBest(offer.candidate, groupRows!, options.settings)
    if (best === undefined) return offer
    const hoped = weighed(best, servedBy(offer), offer, catalogue, options)
    plain.set(hoped, offer)
    return hoped
  })
  if (plain.size === 0) return offers
  const ordered = new Map<Offer, Offer>()
  for (const hoped of choose(hopeful, options.storageBytes).taken) {
    throwIfStopped(options.signal)
    const offer = plain.get(hoped)
    if (offer === undefined) continue
    const served = servedBy(offer)
    const best = hoped.candidate
    const candidate = await inLearnedOrder(db, catalogue, offer.candidate, best, served, options)
    if (candidate === offer.candidate) continue
    ordered.set(offer, weighed(candidate, served, offer, catalogue, options))
  }
  return offers.map((offer) => ordered.get(offer) ?? offer)
}

/** What a candidate costs, and saves the statements that it serves. */
export function weighed(
  candidate: Candidate,
  served: readonly ReadDemand[],
  { hopedCpuMs, wholeRows }: Pick<Offer, 'hopedCpuMs' | 'wholeRows'>,
  catalogue: Catalogue,
  { settings, changes = new Map() }: ViewAdviceOptions,
): Offer {
  const timed = served.map((d) => ({
    count: d.demand.count,
    eachMs: servedStatementMs(candidate, d.demand, wholeRows, settings, askingMs(d.shape)),
  }))
  const buildCpuMs = buildingMs(candidate, wholeRows, settings)
  const answered = served.reduce((sum, d) => sum + d.demand.count, 0)
  return {
    target: candidate.view.name,
    candidate,
    wholeRows,
    hopedCpuMs,
    buildCpuMs,
    upkeepCpuMs: predictUpkeep(
      { ...candidate.view, buildCpuMs, joinCpuMs: joiningMs(candidate.view, catalogue, settings) },
      changes,
      answered,
    ),
    judgeCpuMs: judgingMs(timed),
    savings: served.map((d, i) => ({
      demand: d,
      savedCpuMs: Math.max(0, d.demand.totalCpuMs - d.demand.count * timed[i]!.eachMs),
    })),
  }
}
