import { useEffect } from 'preact/hooks'
import type { BuyingPlan } from '../../../src/api/schemas/buying.ts'
import { isWide } from '../media.ts'
import { PageHead } from '../parts/page-head.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { type Tile, Tiles } from '../parts/tiles.tsx'
import { UnitsToggle } from '../parts/units-toggle.tsx'
import { param, setParams } from '../router.ts'
import { date, decisions, money, moneyRange, plan } from '../state.ts'
import { capital, formatPercent, formatPlural, formatWord } from '../text/format.ts'
import { Budget } from './budget.tsx'
import { gainInterval, inStockAfter } from './budget-curve.ts'
import { approvable, approve, cut, rows, saveCsv } from './buying-state.ts'
import { DecisionList } from './decision-list.tsx'
import { LineGrid } from './line-grid.tsx'
import { LinePanel } from './line-panel.tsx'
import type { PlanRow } from './plan-rows.ts'

const LIKE = {
  answer:
    '888 lines are worth buying; the budget pays for 888. Eighty run out before a delivery can arrive.',
  note: 'Plan 88, sales up to 28 Nov 2028 · next chance to order 28 Nov 2028',
}

/** What should I order? */
export function BuyingPage() {
  useEffect(() => void plan.load(), [])
  const known = plan.data.value
  const error = plan.error.value
  if (error !== undefined && known === undefined) {
    return <Trouble error={error} what="the purchase plan" retry={() => void plan.load()} />
  }
  const open = openRow()
  const ids = approvable.value.map((row) => row.line.lineId)
  return (
    <>
      <PageHead answer={known && answerOf(known)} note={known && noteOf(known)} like={LIKE}>
        <UnitsToggle />
        <button
          type="button"
          class="ghost"
          aria-expanded={param('panel') === 'history'}
          onClick={() => setParams({ panel: param('panel') === 'history' ? null : 'history' })}
        >
          History
        </button>
        <button type="button" class="ghost" onClick={() => void saveCsv()}>
          CSV
        </button>
        <button
          type="button"
          class="primary"
          disabled={ids.length === 0}
          onClick={() => void approve(ids)}
        >
          {known === undefined
            ? 'Approve'
            : ids.length === 0
              ? 'Nothing left to approve'
              : `Approve ${formatPlural(ids.length, 'line')}`}
        </button>
      </PageHead>
      <Tiles label="The plan in figures" tiles={tilesOf(known)} />
      <Budget />
      <div class="split">
        <LineGrid />
        <Side open={open} />
      </div>
    </>
  )
}

function answerOf(known: BuyingPlan): string {
  const count = known.lines.length
  if (count === 0) return 'Nothing is worth buying today.'
  const urgent = known.lines.filter((line) => line.severity === 'bad').length
  const kept = cut.value === undefined ? 0 : cut.value.units.filter((units) => units > 0).length
  const paid = kept === count ? '' : `; the budget pays for ${formatWord(kept)}`
  const worth = `${capital(formatWord(count))} ${count === 1 ? 'line is' : 'lines are'} worth buying${paid}.`
  if (urgent === 0) return `${worth} None runs out before a delivery can arrive.`
  const verb = urgent === 1 ? 'runs' : 'run'
  return `${worth} ${capital(formatWord(urgent))} ${verb} out before a delivery can arrive.`
}

function noteOf(known: BuyingPlan): string {
  const next =
    known.nextChanceOn === null ? '' : ` · next chance to order ${date(known.nextChanceOn)}`
  return `Plan ${known.version}, sales up to ${date(known.asOf)}${next}`
}

function tilesOf(known: BuyingPlan | undefined): Tile[] {
  const now = cut.value
  if (known === undefined || now === undefined) {
    return ['Spend', 'Margin it brings', 'In stock after', 'Changed by you'].map((label) => ({
      label,
      value: undefined,
      note: '',
    }))
  }
  const [low, high] = gainInterval(known.lines, now)
  const after = inStockAfter(known.inStockBefore, known.lines, now)
  const changed = known.lines.filter((line) => line.status === 'overridden').length
  const { count, costCents } = known.overridesLast30
  const past =
    costCents === null
      ? ''
      : `, they ${costCents < 0 ? 'earned' : 'cost'} ${money(Math.abs(costCents))}`
  const limit = known.budgetCents
  return [
    {
      label: 'Spend',
      value: money(now.totalCostCents),
      note: limit === null ? 'no limit set' : `of ${money(limit)}`,
    },
    {
      label: 'Margin it brings',
      value: money(now.totalGainCents),
      note: `80 % sure of ${moneyRange(low, high)}`,
    },
    {
      label: 'In stock after',
      value: formatPercent(after),
      note: (
        <span class="ok-t">{`▲ ${(100 * Math.max(0, after - known.inStockBefore)).toFixed(1)} points`}</span>
      ),
    },
    {
      label: 'Changed by you',
      value: formatPlural(changed, 'line'),
      note: count === 0 ? 'none in the last 30 days' : `last 30 days: ${count}${past}`,
    },
  ]
}

/** The row of the panel: from the address; where there is room, the first one unless closed. */
function openRow(): PlanRow | undefined {
  const wanted = param('line')
  if (wanted !== undefined)
    return rows.value.find((row) => row.line.lineId === wanted) ?? hidden(wanted)
  return isWide.value ? rows.value[0] : undefined
}

/** A line that the filters hide can still be open. */
function hidden(lineId: string): PlanRow | undefined {
  const index = plan.data.value?.lines.findIndex((line) => line.lineId === lineId) ?? -1
  const now = cut.value
  if (index < 0 || now === undefined) return undefined
  const units = now.units[index]!
  return {
    line: plan.data.value!.lines[index]!,
    units,
    costCents: now.costCents[index]!,
    gainCents: now.gainCents[index]!,
    kept: units > 0,
  }
}

function Side({ open }: { open: PlanRow | undefined }) {
  const closeHistory = (): void => setParams({ panel: null })
  if (param('panel') === 'history') return <HistoryPanel onClose={closeHistory} />
  if (open === undefined) {
    return (
      <SidePanel title="Why these lines?" onClose={undefined} idle>
        <p class="dim">
          Choose a line to see why it is proposed, what else could be done, and to order another
          quantity.
        </p>
      </SidePanel>
    )
  }
  return <LinePanel row={open} onClose={() => setParams({ line: 'none' })} />
}

function HistoryPanel({ onClose }: { onClose: () => void }) {
  useEffect(() => void decisions.load(), [])
  const list = decisions.data.value?.decisions
  return (
    <SidePanel title="Decisions" onClose={onClose}>
      {list?.length === 0 ? (
        <p class="dim">
          No line was approved or changed yet. What you decide is kept here, with the reason.
        </p>
      ) : (
        <DecisionList decisions={list ?? []} withTitles />
      )}
    </SidePanel>
  )
}
