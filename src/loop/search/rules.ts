import type { Ledger } from '../../ledger/index.ts'
import { ranker, type SearchIndex } from '../../search/index.ts'
import { searchRuled } from './events.ts'
import { SEARCH_SUBJECT } from './log.ts'

/** The business rules in force. */
export interface RulesInForce {
  readonly rules: readonly ranker.SearchRule[]
  readonly prepared: ranker.PreparedRules
}

/** The rules that a person set last; none before. */
export async function readRules(ledger: Ledger, index: SearchIndex): Promise<RulesInForce> {
  let data: unknown = []
  for await (const event of ledger.read({ prefix: SEARCH_SUBJECT })) {
    if (searchRuled.is(event)) data = event.data.rules
  }
  return prepareForStore(data, index)
}

/** Checks rules against the store. Throws ERR_ARGUMENT naming the rule and what is wrong with it. */
export function prepareForStore(data: unknown, index: SearchIndex): RulesInForce {
  const rules = ranker.readRules(data)
  return { rules, prepared: ranker.prepareRules(index, rules) }
}
