import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyDecisions,
  decideLine,
  overrideWarnings,
  type PlanDecision,
  proposedState,
} from './decisions.ts'
import { planPurchases } from './plan.ts'
import { randomStore } from './testing.ts'

const { lines } = planPurchases(randomStore(3, 20))
const line = lines[0]!
const mark = { productId: line.productId, by: 'ada', at: 1 }
const approve: PlanDecision = { kind: 'approve', ...mark }
const done: PlanDecision = { kind: 'done', ...mark }
const undo: PlanDecision = { kind: 'undo', ...mark }
const override = (quantity: number, reason = 'a fair is coming'): PlanDecision => ({
  kind: 'override',
  quantity,
  reason,
  ...mark,
})
const stateAfter = (...decisions: PlanDecision[]) =>
  applyDecisions(lines, decisions).find((decided) => decided.line === line)!.state

describe('decisions about plan lines', () => {
  it('go from proposed over approved to done', () => {
    expect(stateAfter().status).toBe('proposed')
    expect(stateAfter(approve)).toMatchObject({ status: 'approved', quantity: line.quantity })
    expect(stateAfter(approve, done).status).toBe('done')
  })

  it('keep who overrode, with what and why, and undo takes one step back', () => {
    const overridden = stateAfter(approve, override(7))
    expect(overridden).toMatchObject({ status: 'overridden', quantity: 7 })
    expect(overridden.decisions.at(-1)).toEqual(override(7))
    expect(stateAfter(approve, override(7), undo)).toEqual(stateAfter(approve))
    expect(stateAfter(override(7), override(9), undo)).toEqual(stateAfter(override(7)))
    expect(stateAfter(approve, undo)).toEqual(proposedState(line))
  })

  it('refuse what a status does not allow, and unknown lines', () => {
    const status = expect.objectContaining({ code: 'ERR_PLAN_STATUS' })
    expect(() => stateAfter(done)).toThrow(status)
    expect(() => stateAfter(undo)).toThrow(status)
    expect(() => stateAfter(approve, done, undo)).toThrow(status)
    expect(() => stateAfter(override(-1))).toThrow(status)
    expect(() => stateAfter(override(1.5))).toThrow(status)
    expect(() => stateAfter(override(1, ' '))).toThrow(status)
    expect(() => applyDecisions(lines, [{ ...approve, productId: 'none' }])).toThrow(
      expect.objectContaining({ code: 'ERR_PLAN_NOT_FOUND' }),
    )
  })

  it('leave a state that any allowed decision and its undo come back to', () => {
    const kinds = fc.array(fc.constantFrom(approve, override(3), override(0)), { maxLength: 6 })
    fc.assert(
      fc.property(kinds, (decisions) => {
        let state = proposedState(line)
        for (const decision of decisions) {
          if (state.status !== 'proposed' && decision.kind === 'approve') continue
          const next = decideLine(line, state, decision)
          expect(decideLine(line, next, undo)).toEqual(state)
          state = next
        }
      }),
    )
  })

  it('warn about cases and minimums without refusing', () => {
    const packed = { ...line, casePack: 6, smallestQuantity: 12 }
    expect(overrideWarnings(packed, 12)).toEqual([])
    expect(overrideWarnings(packed, 6)).toHaveLength(1)
    expect(overrideWarnings(packed, 7)).toHaveLength(2)
    expect(overrideWarnings(packed, 0)).toEqual([])
  })
})
