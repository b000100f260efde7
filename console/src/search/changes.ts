import type { SearchRule, SwitchRequest } from '../../../src/api/schemas/search-report.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { actor, searchRules, searchStatus } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { askAgain, explained, judgmentLists } from './search-state.ts'

/** Grades a person gives, in words; the place is the grade. */
export const GRADES = ['useless', 'poor', 'fair', 'good', 'perfect'] as const

/** Does a change, says so with a way back, and asks for the token where one is needed. */
async function change(work: () => Promise<void>, text: string, undo?: () => void): Promise<void> {
  hush()
  try {
    await work()
    say({ text, tone: 'ok', undo })
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work, text, undo))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
  }
}

interface Judgment {
  readonly query: string
  readonly productId: string
  readonly grade: number | null
}

/** Takes down how well a product answers a query; null takes it back. `before` is what it was. */
export function judge(next: Judgment, before: number | null): Promise<void> {
  const { query, productId, grade } = next
  const work = async (): Promise<void> => {
    const list = await api.judge({ query, productId, grade, by: actor.peek() })
    judgmentLists.of(query).set(list)
  }
  const text =
    grade === null
      ? `Your judgment of ${productId} is taken back.`
      : `Judged ${GRADES[grade]} for “${query}”.`
  return change(work, text, () => void judge({ ...next, grade: before }, grade))
}

/** Puts other rules in force. */
export function setRules(
  rules: readonly SearchRule[],
  text: string,
  before: readonly SearchRule[],
): Promise<void> {
  const put = async (list: readonly SearchRule[]): Promise<void> => {
    searchRules.set(await api.setSearchRules({ rules: [...list], by: actor.peek() }))
    explained.clear()
    askAgain()
  }
  return change(
    () => put(rules),
    text,
    () => void change(() => put(before), `${formatPlural(before.length, 'rule')} in force again.`),
  )
}

/** Adds one rule to those in force. */
export async function addRule(rule: SearchRule, text: string): Promise<void> {
  await searchRules.load()
  const known = searchRules.data.peek()
  const error = searchRules.error.peek()
  if (known === undefined || error !== undefined) {
    say({ text: `Nothing was changed: ${error?.reply.message ?? 'no rules'}`, tone: 'bad' })
    return
  }
  const others = known.rules.filter(({ name }) => name !== rule.name)
  await setRules([...others, rule], text, known.rules)
}

/** Goes to other models, or switches the learned policy off or on; `back` undoes it. */
export function switchTo(
  next: Omit<SwitchRequest, 'by'>,
  text: string,
  back: Omit<SwitchRequest, 'by'>,
  backText: string,
): Promise<void> {
  const put = async (body: Omit<SwitchRequest, 'by'>): Promise<void> => {
    searchStatus.set(await api.switchSearch({ ...body, by: actor.peek() }))
    explained.clear()
    askAgain()
  }
  return change(
    () => put(next),
    text,
    () => void change(() => put(back), backText),
  )
}
