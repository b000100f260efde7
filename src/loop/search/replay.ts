import { StorewrightError } from '../../core/errors.ts'
import { evaluate, policy as policies, type SearchRecord } from '../../search/index.ts'
import type { LoggedSearch } from './log.ts'
import type { SearchService } from './service.ts'

/**
 * What the learned policy of a store, and the static default, would have earned on a log. Searches
 * answered without a logged choice are passed over. Throws ERR_STORE_EMPTY with fewer than two.
 */
export function replayPolicies(
  service: SearchService,
  log: readonly LoggedSearch[],
): evaluate.ReplayResult[] {
  const usable = log.filter(({ record, imported }) => !imported && record.shares.length > 0)
  if (usable.length < 2) {
    throw new StorewrightError(
      'ERR_STORE_EMPTY',
      'the log has no two searches with a logged choice',
      {
        next: 'Let customers search first: `storewright search simulate --store DIR`',
      },
    )
  }
  const { index, arms } = service.engine.parts
  const offers = arms.map(({ arm, source, costMs, defaultCount }) => ({
    name: arm.name,
    source,
    costMs,
    defaultCount,
  }))
  const requestFor = (record: SearchRecord): policies.PolicyRequest => ({
    query: index.analyze(record.raw),
    // What was on offer then: arms that are new since were never chosen.
    arms: offers,
    now: record.at,
    seed: 0,
    ...(record.seen === undefined ? {} : { seen: record.seen }),
  })
  const records = usable.map(({ record }) => record)
  const events = usable.flatMap((search) => search.events)
  return [service.policy, policies.staticPolicy()].map((one) =>
    evaluate.replayLog(records, events, evaluate.replayedPolicy(one, requestFor)),
  )
}
