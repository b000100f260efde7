import type { Database } from '../../core/sql/database.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { learning } from '../../search/index.ts'
import { searchJudged } from './events.ts'
import { SEARCH_SUBJECT } from './log.ts'

/** A judgment and who made it. */
export interface StoreJudgment extends learning.PersonalJudgment {
  readonly by: string
}

const JUDGMENTS_SQL = `
  SELECT user_query, product_id, rater, grade FROM judgments ORDER BY user_query, product_id, rater`

/** All judgments in force: those imported, then those of the console, the last of each person counting. */
export async function readJudgments(db: Database, ledger: Ledger): Promise<StoreJudgment[]> {
  const inForce = new Map<string, StoreJudgment>()
  for (const row of await db.rows(JUDGMENTS_SQL)) {
    const judgment = {
      query: String(row['user_query']),
      productId: String(row['product_id']),
      grade: Number(row['grade']),
      by: String(row['rater']),
    }
    inForce.set(keyOf(judgment), judgment)
  }
  for await (const event of ledger.read({ prefix: SEARCH_SUBJECT })) {
    if (!searchJudged.is(event)) continue
    const { grade, ...rest } = event.data
    if (grade === null) inForce.delete(keyOf(rest))
    else inForce.set(keyOf(rest), { ...rest, grade })
  }
  return [...inForce.values()]
}

function keyOf({ query, productId, by }: Omit<StoreJudgment, 'grade'>): string {
  return JSON.stringify([query, productId, by])
}
