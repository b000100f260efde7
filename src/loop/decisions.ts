import { mkdirSync } from 'node:fs'
import * as z from 'zod'
import { defineEvent, type Ledger, openLedger, subjectOf } from '../ledger/index.ts'
import { requireStore } from './store/paths.ts'

const decided = {
  planVersion: z.int(),
  /** Day number of the plan that was decided on. */
  planDay: z.int(),
  lineId: z.string(),
  productId: z.string(),
  fromQuantity: z.int(),
  toQuantity: z.int(),
  costCents: z.int(),
  expectedArrivalDay: z.int().nullable(),
  by: z.string().min(1),
  reason: z.string().nullable(),
}

export const lineApproved = defineEvent('plan.approved', z.object(decided))
export const lineOverridden = defineEvent('plan.overridden', z.object(decided))
export const lineUndone = defineEvent('plan.undone', z.object(decided))

export const feedImported = defineEvent(
  'feed.imported',
  z.object({ feed: z.string(), adapter: z.string(), added: z.int(), changed: z.int() }),
)
export const versionMade = defineEvent(
  'version.made',
  z.object({ kind: z.string(), version: z.int(), inputHash: z.string() }),
)

export type DecisionAction = 'approve' | 'override' | 'undo'

/** One decision of a person on a line of a purchase plan. */
export interface Decision extends z.infer<z.ZodObject<typeof decided>> {
  readonly sequence: number
  /** Epoch ms. */
  readonly time: number
  readonly action: DecisionAction
}

const EVENT_OF = { approve: lineApproved, override: lineOverridden, undo: lineUndone } as const

/** Opens the ledger of a store; the caller closes it. */
export async function openStoreLedger(folder: string): Promise<Ledger> {
  const { ledger: path } = requireStore(folder)
  mkdirSync(path, { recursive: true })
  return openLedger(path, { clock: Date.now })
}

/** Opens the ledger of a store for the time of `work`. */
export async function withLedger<T>(
  folder: string,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = await openStoreLedger(folder)
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}

/** All decisions on purchase plans, oldest first. */
export async function readDecisions(ledger: Ledger): Promise<Decision[]> {
  const decisions: Decision[] = []
  for await (const event of ledger.read({ prefix: 'plan.purchase' })) {
    const { sequence, time } = event
    if (lineApproved.is(event)) decisions.push({ ...event.data, sequence, time, action: 'approve' })
    if (lineOverridden.is(event))
      decisions.push({ ...event.data, sequence, time, action: 'override' })
    if (lineUndone.is(event)) decisions.push({ ...event.data, sequence, time, action: 'undo' })
  }
  return decisions
}

/** The last decision on each line, where it was not undone. */
export function decisionsInForce(decisions: readonly Decision[]): Map<string, Decision> {
  const last = new Map<string, Decision>()
  for (const decision of decisions) {
    if (decision.action === 'undo') last.delete(decision.lineId)
    else last.set(decision.lineId, decision)
  }
  return last
}

/** Appends decisions; the ledger must not have moved since `expectedSequence`. */
export async function appendDecisions(
  ledger: Ledger,
  action: DecisionAction,
  decisions: readonly Omit<Decision, 'sequence' | 'time' | 'action'>[],
  expectedSequence: number,
): Promise<void> {
  const events = decisions.map((d) =>
    EVENT_OF[action].of(subjectOf('plan', 'purchase', d.productId), { ...d }),
  )
  await ledger.append(events, { expectedSequence })
}
