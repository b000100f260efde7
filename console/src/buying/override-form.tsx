import { signal } from '@preact/signals'
import type { BuyingLine } from '../../../src/api/schemas/buying.ts'
import { OverrideForm as QuantityForm } from '../parts/override-form.tsx'
import { money } from '../state.ts'
import { override } from './buying-state.ts'

const wished = signal<number | undefined>(undefined)

/** Puts a quantity into the form, to be given a reason. */
export function wishQuantity(quantity: number): void {
  wished.value = quantity
}

/** Another quantity of a line than the plan's. */
export function OverrideForm({ line }: { line: BuyingLine }) {
  return (
    <QuantityForm
      one="unit"
      title="Order another quantity"
      initial={line.decision?.quantity ?? line.quantity}
      example="vendor is moving"
      noteOf={(quantity) => noteOf(line, quantity)}
      onOverride={(quantity, reason) => override(line.lineId, quantity, reason)}
      wished={wished}
    />
  )
}

function noteOf(line: BuyingLine, quantity: number): string {
  const cost = money(quantity * line.unitCostCents)
  const pack = line.casePack ?? 1
  return quantity % pack === 0 ? `Costs ${cost}.` : `Costs ${cost}; not in whole cases of ${pack}.`
}
