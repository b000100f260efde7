import { computed, signal } from '@preact/signals'
import { type BudgetCut, cutAtBudget } from '../../../src/api/schemas/budget-cut.ts'
import type { BuyingLine } from '../../../src/api/schemas/buying.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { param, setParams } from '../router.ts'
import { actor, money, plan, putLines } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { curvePoints, gainCurve } from './budget-curve.ts'
import { type PlanRow, viewOf } from './plan-rows.ts'

/** The budget while the slider moves; the address follows when it rests. */
const dragged = signal<number | undefined>(undefined)
let resting: ReturnType<typeof setTimeout> | undefined

export const curve = computed(() => {
  const known = plan.data.value
  return known === undefined ? undefined : gainCurve(known.lines, known.steps)
})

/** The curve as drawn; it changes with the plan, not with the budget. */
export const curveLine = computed(() => (curve.value === undefined ? '' : curvePoints(curve.value)))

/** The most that the plan could spend, in cents. */
export const most = computed(() => Math.ceil(curve.value?.cost.at(-1) ?? 0))

/** The budget in cents: dragged, from the address, or the plan's own; null = no limit. */
export const budget = computed<number | null>(() => {
  if (dragged.value !== undefined) return dragged.value
  const asked = Number(param('budget') ?? Number.NaN)
  return asked >= 0 ? Math.round(asked * 100) : (plan.data.value?.budgetCents ?? null)
})

/** Moves the budget; the list is cut at once. */
export function moveBudget(cents: number): void {
  dragged.value = cents
  clearTimeout(resting)
  resting = setTimeout(() => {
    if (dragged.peek() === undefined) return
    setParams({ budget: String(Math.round(dragged.peek()!) / 100) })
    dragged.value = undefined
  }, 250)
}

export const cut = computed<BudgetCut | undefined>(() => {
  const known = plan.data.value
  return known === undefined ? undefined : cutAtBudget(known.lines, known.steps, budget.value)
})

export const rows = computed<readonly PlanRow[]>(() => {
  const known = plan.data.value
  const now = cut.value
  if (known === undefined || now === undefined) return []
  return viewOf(known.lines, now, {
    q: param('q') ?? '',
    severity: param('urgency'),
    status: param('status'),
    category: param('category'),
    sort: param('sort') ?? 'rank',
    order: param('order'),
  })
})

/** What the filters offer: lines by severity, the categories there are, and the best gain. */
export const facets = computed(() => {
  const bySeverity = { bad: 0, warn: 0, ok: 0 }
  const categories = new Set<string>()
  const steps = plan.data.value?.steps
  // The first step earns most per money of all.
  let bestPerMoney = Math.max(0.01, (steps?.gainCents[0] ?? 0) / (steps?.costCents[0] ?? 1))
  for (const line of plan.data.value?.lines ?? []) {
    bySeverity[line.severity]++
    bestPerMoney = Math.max(bestPerMoney, line.gainPerMoney)
    if (line.category !== null) categories.add(line.category)
  }
  return { bySeverity, bestPerMoney, categories: [...categories].sort() }
})

/** The lines that the button approves: shown, within the budget, not decided yet. */
export const approvable = computed(() =>
  rows.value.filter((row) => row.kept && row.line.decision === null),
)

async function change(
  work: () => Promise<{ lines: BuyingLine[] }>,
  text: (lines: readonly BuyingLine[]) => string,
  undoable: boolean,
): Promise<boolean> {
  try {
    const { lines } = await work()
    putLines(lines)
    const ids = lines.map((line) => line.lineId)
    say({ text: text(lines), tone: 'ok', undo: undoable ? () => void undo(ids) : undefined })
    return true
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work, text, undoable))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
    return false
  }
}

const spent = (lines: readonly BuyingLine[]): string =>
  money(lines.reduce((sum, line) => sum + (line.decision?.costCents ?? 0), 0))

/** Approves lines at the quantities that the budget leaves them. */
export function approve(lineIds: string[]): Promise<boolean> {
  hush()
  const limit = budget.peek()
  const body = { lineIds, by: actor.peek() }
  return change(
    () => api.approve(limit === null ? body : { ...body, budgetCents: Math.round(limit) }),
    (lines) => `${formatPlural(lines.length, 'line')} approved, ${spent(lines)}.`,
    true,
  )
}

/** Orders another quantity of a line, with a reason. */
export function override(lineId: string, quantity: number, reason: string): Promise<boolean> {
  hush()
  return change(
    () => api.override(lineId, { quantity, reason, by: actor.peek() }),
    ([line]) => `${line!.title}: ${formatPlural(quantity, 'unit')} instead.`,
    true,
  )
}

/** Makes decided lines proposals again. */
export function undo(lineIds: string[]): Promise<boolean> {
  return change(
    () => api.undo({ lineIds, by: actor.peek() }),
    (lines) => `${formatPlural(lines.length, 'line')} proposed again.`,
    false,
  )
}

/** Saves the plan, cut at the budget, as a CSV file. */
export async function saveCsv(): Promise<void> {
  try {
    const url = URL.createObjectURL(await api.planCsv(budget.peek()))
    const link = document.createElement('a')
    link.href = url
    link.download = `purchase-plan-${plan.data.peek()?.version ?? ''}.csv`
    link.click()
    URL.revokeObjectURL(url)
  } catch (cause) {
    say({ text: `No file was saved: ${asApiError(cause).reply.message}`, tone: 'bad' })
  }
}
